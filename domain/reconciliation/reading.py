"""A file on its way into storage: entries in batches, each with how far it is, so that whoever is killed goes on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.kernel.errors import Conflict
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.reconciliation.bank_statement import BankStatement, StatementTotals
from domain.reconciliation.errors import StatementRefused, StatementRule
from domain.reconciliation.statement_import import LEASE, ImportStatus
from domain.reconciliation.statement_parts import StatementEnd, StatementHead
from domain.reconciliation.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit
    from domain.reconciliation.statement_import import StatementImport
    from domain.reconciliation.statement_parts import Part, ReadEntry
    from domain.settlements.house_account import HouseAccount

MOST_STATEMENTS = 10_000


class LeaseLost(Conflict):
    """Another worker reads the file by now."""


class _ReadsOtherwise(Exception):
    """What is stored of the file is not what it reads as: another version of Paydesk began it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStatement:
    """A statement that was read to its end. `statement` is None for one that `earlier` is the same as."""

    head: StatementHead
    totals: StatementTotals
    statement: BankStatement | None
    earlier: BankStatement | None


class FileReading:
    """One file. While a batch is stored the next one is parsed, on a thread: no more than two are in memory."""

    def __init__(self, ports: ReconciliationPorts, actor: Actor, leased: StatementImport, batch: int) -> None:
        self._ports = ports
        self._actor = actor
        self._batch = batch
        self._import = leased
        self._begun: dict[int, BankStatement] = {}
        self._read: list[ReadStatement] = []
        self._twins: dict[str, ReadStatement] = {}
        self._entries = 0
        self._bytes_read = 0
        self._head: StatementHead | None = None
        self._tally: Tally | None = None
        self._statement: BankStatement | None = None
        self._earlier: BankStatement | None = None
        self._waiting: list[ReadEntry] = []
        self._storing: asyncio.Task[None] | None = None

    async def run(self) -> tuple[StatementImport, list[ReadStatement]]:
        """The import as it is now, and the statements of the file, none of which counts yet.

        Raises `StatementRefused`, `LeaseLost` and `Unavailable`.
        """

        async def begun(unit: ReconciliationUnit) -> list[BankStatement]:
            return await unit.bank_statements.unfinished(self._import.id)

        found = await in_unit(self._ports.units, self._actor, "import.begun", begun)
        self._begun = {statement.ordinal: statement for statement in found}
        try:
            await self._pass()
        except _ReadsOtherwise:
            # What is stored stays behind, and never counts.
            self._begun, self._read, self._twins, self._waiting = {}, [], {}, []
            await self._pass()
        return self._import, self._read

    async def _pass(self) -> None:
        self._entries = self._bytes_read = 0
        reader = self._ports.format.reading()
        try:
            async for chunk in self._ports.files.stream(self._import.stored_key):
                parts = await asyncio.to_thread(reader.feed, chunk)
                self._bytes_read += len(chunk)
                await self._take(parts)
            await self._take(await asyncio.to_thread(reader.close))
        finally:
            await self._stored()

    async def _take(self, parts: Sequence[Part]) -> None:
        for part in parts:
            if isinstance(part, list):
                await self._take_entries(part)
            elif isinstance(part, StatementHead):
                await self._begin(part)
            else:
                await self._end(part)

    async def _begin(self, head: StatementHead) -> None:
        ordinal = len(self._read) + 1
        if ordinal > MOST_STATEMENTS:
            message = f"A file holds at most {MOST_STATEMENTS} statements."
            raise StatementRefused(StatementRule.TOO_LARGE, head.line, message)
        account = account_of(self._ports.accounts, head)
        begun = self._begun.get(ordinal)
        if begun is not None and (begun.identity, begun.account) != (head.identity, account.name):
            raise _ReadsOtherwise
        twin = self._twins.get(head.identity)

        async def work(unit: ReconciliationUnit) -> tuple[BankStatement | None, BankStatement | None]:
            earlier = (
                (twin.statement or twin.earlier) if twin else await unit.bank_statements.of_identity(head.identity)
            )
            if earlier is not None or begun is not None:
                return begun, earlier
            made = new_statement(self._import.id, ordinal, head, account, self._ports.clock.now())
            await unit.bank_statements.add(made)
            await unit.commit()
            return made, None

        self._head, self._tally = head, Tally(head)
        self._statement, self._earlier = await in_unit(self._ports.units, self._actor, "import.begin", work)

    async def _take_entries(self, entries: list[ReadEntry]) -> None:
        tally, statement = self._tally, self._statement
        assert tally is not None
        if self._earlier is not None or statement is None:
            self._add(entries)
            return
        missing = self._begun_entries(statement) - tally.entries
        if missing > 0:
            self._add(entries[:missing])
            if missing <= len(entries) and tally.content != statement.stored_content:
                raise _ReadsOtherwise
            entries = entries[missing:]
        while entries:
            room = self._batch - len(self._waiting)
            taken, entries = entries[:room], entries[room:]
            self._add(taken)
            self._waiting += taken
            if len(self._waiting) >= self._batch:
                await self._store()

    def _add(self, entries: list[ReadEntry]) -> None:
        assert self._tally is not None
        self._tally.add(entries)
        self._entries += len(entries)

    def _begun_entries(self, statement: BankStatement) -> int:
        """How many entries an earlier reading has stored of it."""
        begun = self._begun.get(statement.ordinal)
        return 0 if begun is None else begun.stored

    async def _end(self, end: StatementEnd) -> None:
        head, tally = self._head, self._tally
        assert head is not None
        assert tally is not None
        if self._statement is not None and self._earlier is None:
            if tally.entries < self._begun_entries(self._statement):
                raise _ReadsOtherwise
            await self._store()
            await self._stored()
        totals = tally.close(end)
        content = self._earlier and (self._earlier.content or self._content_of(self._earlier))
        if content is not None and content != totals.content:
            raise StatementRefused(
                StatementRule.CONTENT_CHANGED, head.line, "This statement was imported before with another content."
            )
        read = ReadStatement(head=head, totals=totals, statement=self._statement, earlier=self._earlier)
        self._read.append(read)
        self._twins.setdefault(head.identity, read)
        self._head = self._tally = self._statement = self._earlier = None

    def _content_of(self, statement: BankStatement) -> str | None:
        """The content of a statement of this file."""
        found = (one for one in self._read if one.statement is not None and one.statement.id == statement.id)
        return next((one.totals.content for one in found), None)

    async def _store(self) -> None:
        """Begin to store what waits, once the batch before is stored."""
        await self._stored()
        assert self._tally is not None
        assert self._statement is not None
        if not self._waiting:
            return
        entries, self._waiting = self._waiting, []
        stored = replace(self._statement, stored=self._tally.entries, stored_content=self._tally.content)
        progress = replace(self._import, entries=self._entries, bytes_read=self._bytes_read)
        self._storing = asyncio.create_task(self._keep(self._statement, stored, progress, entries))
        self._statement = stored

    async def _stored(self) -> None:
        if self._storing is not None:
            storing, self._storing = self._storing, None
            await storing

    async def _keep(
        self, statement: BankStatement, stored: BankStatement, progress: StatementImport, entries: list[ReadEntry]
    ) -> None:
        """A batch and how far it is, all of it or nothing."""

        async def work(unit: ReconciliationUnit) -> StatementImport:
            kept = await hold_lease(unit, progress, self._ports.clock.now())
            await unit.bank_entries.add(statement, entries)
            await unit.bank_statements.save(stored)
            await unit.commit()
            return kept

        self._import = await in_unit(self._ports.units, self._actor, "import.batch", work)


async def hold_lease(unit: ReconciliationUnit, progress: StatementImport, at: datetime) -> StatementImport:
    """The import with its progress and a new lease; raise `LeaseLost` when another worker has taken it."""
    present = await unit.statement_imports.for_update(progress.id)
    if present.status is not ImportStatus.READING or present.leased_until != progress.leased_until:
        message = "Another worker reads this file."
        raise LeaseLost(message)
    return await unit.statement_imports.save(replace(progress, tries=0, leased_until=at + LEASE))


def account_of(accounts: Sequence[HouseAccount], head: StatementHead) -> HouseAccount:
    """The house account that a statement is of; raise `StatementRefused` for one that is not ours."""
    for account in accounts:
        if account.number == head.number:
            if head.currency.code in account.currencies:
                return account
            message = f"The account {account.name} is not set up for {head.currency.code}."
            raise StatementRefused(StatementRule.CURRENCY_MISMATCH, head.line, message)
    message = f"No house account has the number that ends in {head.number[-4:]}; set it up, and retry."
    raise StatementRefused(StatementRule.UNKNOWN_ACCOUNT, head.line, message)


def new_statement(
    import_id: UUID, ordinal: int, head: StatementHead, account: HouseAccount, at: datetime
) -> BankStatement:
    """A statement of which nothing is stored yet."""
    return BankStatement(
        id=new_uuid(at),
        import_id=import_id,
        ordinal=ordinal,
        account=account.name,
        currency=head.currency,
        reference=head.reference,
        sequence=head.sequence,
        legal_sequence=head.legal_sequence,
        period_from=head.period_from,
        period_to=head.period_to,
        opening_minor=head.opening_minor,
        opening_on=head.opening_on,
        closing_minor=head.closing_minor,
        closing_on=head.closing_on,
        identity=head.identity,
        created_at=at,
    )
