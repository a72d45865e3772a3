"""Settlements closed by the product, in turns with one INSERT ... SELECT of the same lines."""

from __future__ import annotations

import asyncio
import resource
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from adapters.banks.business_days import HolidayCalendars
from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from bench.cluster import migrated_cluster
from bench.report import Report, Table
from bench.rounds import interleaved
from bench.settle import floor
from bench.settle.fill import CUT_OFF, fill
from domain.identity.actor import Scope, system_actor
from domain.settlements.close_due_settlements import CloseDueSettlements, close_due_settlements
from domain.settlements.open_settlements import OpenSettlements, open_settlements
from domain.settlements.ports import SettlementPorts

if TYPE_CHECKING:
    from bench.options import Options

SIZE, QUICK_SIZE = 1_000_000, 100_000
_ROUNDS = 3
# Room to load in. Autovacuum would take turns of its own.
_OPTIONS = {"shared_buffers": "2GB", "max_wal_size": "8GB", "checkpoint_timeout": "1h", "autovacuum": "off"}
_ACTOR = system_actor("bench.settle")
_WATCH_SECONDS = 0.05
# As if nothing had been closed. Entries of closings stay: no closing gathers those.
_RESET = """
SET session_replication_role = replica;
TRUNCATE settlement_lines, floor_lines;
DELETE FROM settlements;
DELETE FROM settlement_accounts;
UPDATE settlement_openings SET horizon = '0';
RESET session_replication_role
"""
_PLAN = "UPDATE settlements SET cut_off = $1, settles_on = $1::timestamptz::date, closes_at = $1"


class _Clock:
    """After the cut-off, whatever the time is."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, milliseconds: int) -> None:
        await asyncio.sleep(milliseconds / 1000)


async def run(options: Options) -> Report:
    """Close and insert in turns, and compare the lines: a fast closing that lacks some would be none."""
    size = QUICK_SIZE if options.quick else SIZE
    print(f"settle: {size:,} postings to pending")
    async with migrated_cluster(_OPTIONS) as cluster:
        owner = await asyncpg.connect(cluster.dsn)
        database = await Database.connect(cluster.dsn, size=1)
        try:
            began = time.monotonic()
            await fill(owner, size)
            await floor.make_table(owner)
            print(f"  posted after {time.monotonic() - began:.0f} s", flush=True)
            return await _compared(owner, database, size)
        finally:
            await database.close()
            await owner.close()


async def _compared(owner: asyncpg.Connection, database: Database, size: int) -> Report:
    ports = SettlementPorts(clock=_Clock(), units=PostgresUnits(database), business_days=HolidayCalendars())
    server = await _backend(database)
    backend: dict[str, int] = {}

    async def paydesk() -> float:
        await owner.execute(_RESET)
        await open_settlements(ports, _ACTOR, OpenSettlements())
        await owner.execute(_PLAN, CUT_OFF)
        await owner.execute("CHECKPOINT")
        watching = asyncio.create_task(_watch(server, backend))
        began = time.perf_counter()
        closed = await close_due_settlements(ports, _ACTOR, CloseDueSettlements(limit=1))
        seconds = time.perf_counter() - began
        watching.cancel()
        assert closed == 1, "nothing was closed"
        return seconds

    async def by_hand() -> float:
        await owner.execute("TRUNCATE floor_lines")
        await owner.execute("CHECKPOINT")
        began = time.perf_counter()
        await floor.insert(owner)
        return time.perf_counter() - began

    await paydesk()
    await by_hand()
    lines = int(await owner.fetchval("SELECT count(*) FROM settlement_lines") or 0)
    different = await floor.difference(owner)
    if different:
        message = f"{different} of {lines} lines differ"
        raise AssertionError(message)
    before = _peak_mebibytes()
    seconds = await interleaved(_ROUNDS, {"paydesk": paydesk, "by_hand": by_hand})
    grown = _peak_mebibytes() - before
    rows = [
        [name, f"{seconds[name]:.2f}", f"{lines / seconds[name]:,.0f}", f"{seconds[name] / lines * 1e6:.2f}"]
        for name in ("by_hand", "paydesk")
    ]
    return Report(
        name="settle",
        tables=[
            Table(
                title=f"closing a settlement of {lines:,} lines",
                header=["who", "seconds", "lines a second", "microseconds a line"],
                rows=rows,
            )
        ],
        ratios={
            "settle_vs_insert_select": seconds["by_hand"] / seconds["paydesk"],
            "settle_memory_grown_mib": grown,
            "settle_server_memory_mib": backend["kibibytes"] / 1024,
        },
        details={"size": size, "lines": lines, "seconds": seconds},
    )


async def _backend(database: Database) -> int:
    """The server's process that the only connection of the pool belongs to."""
    async with database.connection(Scope(None)) as connection:
        return int(await connection.fetchval("SELECT pg_backend_pid()") or 0)


async def _watch(pid: int, most: dict[str, int]) -> None:
    """The most memory of its own that a process has, while this runs; what it shares with others is left out."""
    while True:
        most["kibibytes"] = max(most.get("kibibytes", 0), _own_kibibytes(pid))
        await asyncio.sleep(_WATCH_SECONDS)


def _own_kibibytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))


def _peak_mebibytes() -> int:
    """The most memory that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
