"""A whole import, from the bank's folder to statements that count, in turns with parsing the same file alone."""

from __future__ import annotations

import asyncio
import resource
import time
from typing import TYPE_CHECKING

from adapters.banks.camt053 import Camt053
from adapters.banks.statement_inbox import open_inbox
from adapters.postgres.database import Database
from adapters.postgres.reconciliation.reads import ReconciliationReads
from adapters.postgres.unit import PostgresUnits
from adapters.storage.bank_files import BankFiles
from adapters.storage.link_token import LinkTokens
from adapters.storage.own_links import LocalFiles
from bench.cluster import migrated_cluster, scratch_directory
from bench.report import Report, Table
from bench.rounds import interleaved
from bench.statement_file import IBAN, rename_statement, write_statement
from domain.identity.actor import Scope, system_actor
from domain.kernel.clock import SystemClock
from domain.kernel.paging import PageRequest
from domain.reconciliation.filter import ImportFilter
from domain.reconciliation.ports import ReconciliationPorts
from domain.reconciliation.resume_imports import ResumeImports, resume_imports
from domain.reconciliation.statement_import import ImportStatus
from domain.reconciliation.watch_statements import SETTLES_AFTER, WatchStatements, watch_statements
from domain.settlements.house_account import HouseAccount
from domain.settlements.payout_ports import PayoutPorts

if TYPE_CHECKING:
    from pathlib import Path

    from bench.options import Options

SIZE, QUICK_SIZE = 1_000_000, 100_000
_ROUNDS, _QUICK_ROUNDS = 3, 3
_CHUNK_BYTES = 256 * 1024
_ACTOR = system_actor("bench.import")


async def run(options: Options) -> Report:
    """Run both over the same file; each import is of another statement, since the same one would add nothing."""
    size = QUICK_SIZE if options.quick else SIZE
    with scratch_directory() as folder:
        async with migrated_cluster() as cluster:
            database = await Database.connect(cluster.dsn, size=4)
            try:
                return await _compared(database, folder, size, _QUICK_ROUNDS if options.quick else _ROUNDS)
            finally:
                await database.close()


async def _compared(database: Database, folder: Path, size: int, rounds: int) -> Report:
    inbox = folder / "inbox"
    inbox.mkdir()
    path = inbox / "statement.xml"
    write_statement(path, size)
    mebibytes = path.stat().st_size / 2**20
    print(f"import: a statement of {size:,} entries, {mebibytes:,.0f} MiB")
    ports = _ports(database, folder)
    turn = 0

    async def imported() -> float:
        nonlocal turn
        turn += 1
        rename_statement(path, turn)
        await asyncio.sleep(SETTLES_AFTER.total_seconds() + 0.5)
        began = time.perf_counter()
        await watch_statements(ports, _ACTOR, WatchStatements())
        await resume_imports(ports, _ACTOR, ResumeImports())
        seconds = time.perf_counter() - began
        await _ensure_imported(database, size)
        return seconds

    async def parsed() -> float:
        began = time.perf_counter()
        if parse(path) != size:
            message = "parsing alone found another number of entries"
            raise AssertionError(message)
        return time.perf_counter() - began

    seconds = await interleaved(rounds, {"parse": parsed, "import": imported})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [
        [name, f"{seconds[name]:.2f}", f"{size / seconds[name]:,.0f}", f"{seconds[name] / size * 1e6:.1f}"]
        for name in ("parse", "import")
    ]
    return Report(
        name="import",
        tables=[
            Table(
                title=f"A camt.053 of {size:,} entries, {mebibytes:,.0f} MiB",
                header=["what", "seconds", "entries a second", "microseconds an entry"],
                rows=rows,
            )
        ],
        ratios={"import_vs_parse": seconds["parse"] / seconds["import"], "import_peak_mib": peak},
        details={"size": size, "file_mib": round(mebibytes)},
    )


def parse(path: Path) -> int:
    """How many entries the reader makes of a file, each the very object that an import stores."""
    reading = Camt053().reading()
    found = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            found += sum(len(part) for part in reading.feed(chunk) if isinstance(part, list))
    reading.close()
    return found


async def _ensure_imported(database: Database, size: int) -> None:
    page = await ReconciliationReads(database).imports(Scope(None), ImportFilter(), PageRequest(limit=1))
    newest = page.rows[0]
    if newest.status is not ImportStatus.IMPORTED or newest.entries != size:
        message = f"the import ended as {newest.status} after {newest.entries} entries: {newest.message}"
        raise AssertionError(message)


def _ports(database: Database, folder: Path) -> ReconciliationPorts:
    clock, units = SystemClock(), PostgresUnits(database)
    tokens = LinkTokens("bench" * 10, clock)
    return ReconciliationPorts(
        clock=clock,
        units=units,
        format=Camt053(),
        files=BankFiles(LocalFiles(folder / "files", tokens, "http://localhost"), tokens, "http://localhost"),
        inbox=open_inbox(f"file://{folder / 'inbox'}"),
        accounts=(HouseAccount(name="eur-main", holder="Paydesk", number=IBAN, currencies=("EUR",)),),
        payouts=PayoutPorts(clock=clock, units=units),
    )
