"""Somebody at work on bank statements, on any units: leaves files, lets the jobs run, and looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.banks.camt053 import Camt053
from domain.identity.actor import Actor, ActorKind, Realm, system_actor
from domain.identity.permission import Permission
from domain.kernel.ids import new_uuid
from domain.reconciliation.import_statement import ImportStatement, import_statement
from domain.reconciliation.match_entries import MatchEntries, match_entries
from domain.reconciliation.ports import ReconciliationPorts
from domain.reconciliation.resume_imports import ResumeImports, resume_imports
from domain.reconciliation.retry_statement_import import RetryStatementImport, retry_statement_import
from domain.reconciliation.watch_statements import SETTLES_AFTER, WatchStatements, watch_statements
from domain.settlements.house_account import HouseAccount
from domain.settlements.payout_ports import PayoutPorts
from tests.builders.bank_statements import IBAN
from tests.fakes.bank_files import MemoryBankFiles, MemoryInbox
from tests.fakes.clock import SettableClock

if TYPE_CHECKING:
    from typing import Any

    from domain.reconciliation.statement_import import StatementImport

JOBS = system_actor("jobs")
ACCOUNT = HouseAccount(
    name="eur-main", holder="Paydesk GmbH", number=IBAN, bic="COBADEFFXXX", currencies=("EUR", "JPY", "KWD")
)


def a_clerk(*permissions: Permission, name: str = "Clara") -> Actor:
    """One of the payments company's people, who reads and writes statements unless it says otherwise."""
    granted = permissions or (Permission.RECONCILIATION_READ, Permission.RECONCILIATION_WRITE)
    return Actor(
        kind=ActorKind.USER,
        id=new_uuid(SettableClock().now()),
        name=name,
        realm=Realm.STAFF,
        everywhere=frozenset(granted),
    )


class ReconciliationDesk:
    """`units` are in memory or on PostgreSQL."""

    def __init__(self, units: Any, clock: Any = None) -> None:
        self.clock = clock or SettableClock()
        self.files = MemoryBankFiles()
        self.inbox = MemoryInbox()
        self.actor = a_clerk()
        self.ports = ReconciliationPorts(
            clock=self.clock,
            units=units,
            format=Camt053(),
            files=self.files,
            inbox=self.inbox,
            accounts=(ACCOUNT,),
            payouts=PayoutPorts(clock=self.clock, units=units),
        )

    async def give(self, content: bytes, name: str = "statement.xml") -> StatementImport:
        """Upload a small file as text."""
        command = ImportStatement(text=content.decode(), name=name)
        return (await import_statement(self.ports, self.actor, command)).imported

    async def run(self, *, batch: int = 3) -> int:
        """Let the job read what waits, in small batches."""
        return await resume_imports(self.ports, JOBS, ResumeImports(batch=batch))

    async def watch(self) -> int:
        """Let the job look into the inbox, once what lies there has settled."""
        self.clock.pass_by(int(SETTLES_AFTER.total_seconds()))
        return await watch_statements(self.ports, JOBS, WatchStatements())

    async def retry(self, quarantined: StatementImport) -> StatementImport:
        """Have a quarantined file read again."""
        command = RetryStatementImport(import_id=quarantined.id)
        return await retry_statement_import(self.ports, self.actor, command)

    async def match(self, *, batch: int = 4) -> int:
        """Let the job look at the entries."""
        return await match_entries(self.ports, JOBS, MatchEntries(batch=batch))

    async def imported(self, content: bytes, name: str = "statement.xml") -> StatementImport:
        """The import after it was read."""
        given = await self.give(content, name)
        await self.run()
        return await self.one(given)

    async def one(self, imported: StatementImport) -> StatementImport:
        """The import as it is now."""
        async with self.ports.units.begin(JOBS, "test") as unit:
            return await unit.statement_imports.for_update(imported.id)
