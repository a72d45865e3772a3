"""The stores of reconciliation in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention
from domain.reconciliation.bank_entry import BankEntry, entry_id
from domain.reconciliation.bank_statement import StatementStatus
from domain.reconciliation.ports import SentPayout
from domain.reconciliation.statement_import import OPEN, ImportStatus
from tests.fakes.records import tell

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.reconciliation.bank_match import BankMatch
    from domain.reconciliation.bank_statement import BankStatement
    from domain.reconciliation.reconciliation_item import ReconciliationItem
    from domain.reconciliation.remittance import Remittance
    from domain.reconciliation.statement_import import StatementImport
    from domain.reconciliation.statement_parts import ReadEntry
    from tests.fakes.transaction import Transaction


@dataclass(slots=True)
class ReconciliationTables:
    """Rows by id; matches by their entries."""

    imports: dict[UUID, StatementImport] = field(default_factory=dict)
    statements: dict[UUID, BankStatement] = field(default_factory=dict)
    entries: dict[UUID, BankEntry] = field(default_factory=dict)
    matches: dict[UUID, BankMatch] = field(default_factory=dict)
    items: dict[UUID, ReconciliationItem] = field(default_factory=dict)
    remittances: dict[UUID, Remittance] = field(default_factory=dict)


class MemoryImports:
    """Satisfies `StatementImports`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.reconciliation.imports

    async def for_update(self, import_id: UUID) -> StatementImport:
        self._transaction.get(self._table, import_id, "The import")
        await self._transaction.lock(import_id)
        return self._transaction.get(self._table, import_id, "The import")

    async def of_content(self, sha256: str) -> StatementImport | None:
        rows = self._transaction.rows(self._table)
        return next((one for one in rows if one.sha256 == sha256 and one.status is not ImportStatus.DUPLICATE), None)

    async def add(self, new: StatementImport) -> StatementImport:
        return self._write(new)

    async def save(self, changed: StatementImport) -> StatementImport:
        present = self._transaction.get(self._table, changed.id, "The import")
        if present.version != changed.version - len(changed.events):
            raise Contention("The import was changed at the same time; try again.")
        return self._write(changed)

    async def next_open(self, at: datetime) -> StatementImport | None:
        for one in sorted(self._transaction.rows(self._table), key=lambda row: row.id):
            if one.status in OPEN and (one.leased_until is None or one.leased_until <= at):
                await self._transaction.lock(one.id)
                return self._transaction.get(self._table, one.id, "The import")
        return None

    async def known_origins(self, origins: Collection[str]) -> frozenset[str]:
        known = {one.origin for one in self._transaction.rows(self._table)}
        return frozenset(origin for origin in origins if origin in known)

    async def overdue(self, at: datetime, limit: int) -> list[StatementImport]:
        rows = self._transaction.rows(self._table)
        awaited = [one for one in rows if one.status is ImportStatus.AWAITING_UPLOAD]
        return [one for one in awaited if one.expires_at is not None and one.expires_at <= at][:limit]

    def _write(self, one: StatementImport) -> StatementImport:
        for other in self._transaction.rows(self._table):
            same_bytes = one.sha256 is not None and one.sha256 == other.sha256
            counted = ImportStatus.DUPLICATE not in {one.status, other.status}
            same_origin = one.origin is not None and one.origin == other.origin
            if other.id != one.id and (same_origin or (same_bytes and counted)):
                raise Contention("The same file has come at the same time; try again.")
        tell(self._transaction, "statement_import", one)
        kept = replace(one, events=())
        self._transaction.put(self._table, kept)
        return kept


class MemoryStatements:
    """Satisfies `BankStatements`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.reconciliation.statements

    async def unfinished(self, import_id: UUID) -> list[BankStatement]:
        mine = [one for one in self._rows(StatementStatus.READING) if one.import_id == import_id]
        return list({one.ordinal: one for one in sorted(mine, key=lambda row: row.id)}.values())

    async def of_identity(self, identity: str) -> BankStatement | None:
        return next((one for one in self._rows(StatementStatus.IMPORTED) if one.identity == identity), None)

    async def before(self, statement: BankStatement) -> BankStatement | None:
        def fits(one: BankStatement) -> bool:
            same = (one.account, one.currency) == (statement.account, statement.currency)
            return same and one.closing_on <= statement.closing_on and one.id != statement.id

        found = [one for one in self._rows(StatementStatus.IMPORTED) if fits(one)]
        return max(found, key=lambda one: (one.closing_on, one.id), default=None)

    async def add(self, statement: BankStatement) -> None:
        self._transaction.put(self._table, statement)

    async def save(self, statement: BankStatement) -> None:
        earlier = await self.of_identity(statement.identity)
        if statement.status is StatementStatus.IMPORTED and earlier is not None and earlier.id != statement.id:
            raise Contention("The same statement was imported at the same time; try again.")
        self._transaction.put(self._table, statement)

    async def next_unmatched(self, after: UUID | None) -> BankStatement | None:
        rows = sorted(self._rows(StatementStatus.IMPORTED), key=lambda row: row.id)
        waiting = [one for one in rows if one.matched_through < one.stored]
        return next((one for one in waiting if after is None or one.id > after), None)

    async def for_update(self, statement_id: UUID) -> BankStatement:
        await self._transaction.lock(statement_id)
        return self._transaction.get(self._table, statement_id, "The bank statement")

    def _rows(self, status: StatementStatus) -> list[BankStatement]:
        return [one for one in self._transaction.rows(self._table) if one.status is status]


class MemoryEntries:
    """Satisfies `BankEntries`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.reconciliation.entries

    async def add(self, statement: BankStatement, entries: Sequence[ReadEntry]) -> None:
        for position, one in enumerate(entries, statement.stored + 1):
            entry = BankEntry(
                id=entry_id(statement.id, position),
                statement_id=statement.id,
                position=position,
                currency=statement.currency,
                **one._asdict(),
            )
            assert entry.id not in self._table
            self._transaction.put(self._table, entry)

    async def from_position(self, statement: BankStatement, position: int, limit: int) -> list[BankEntry]:
        rows = [one for one in self._transaction.rows(self._table) if one.statement_id == statement.id]
        return sorted((one for one in rows if one.position >= position), key=lambda one: one.position)[:limit]

    async def get(self, entry_id: UUID) -> BankEntry:
        entry = self._transaction.get(self._table, entry_id, "The bank entry")
        statement = self._transaction.tables.reconciliation.statements[entry.statement_id]
        if statement.status is not StatementStatus.IMPORTED:
            what = "The bank entry"
            raise NotFound(what)
        return entry


class MemoryMatches:
    """Satisfies `BankMatches`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.reconciliation.matches

    async def add(self, match: BankMatch) -> None:
        taken = any((one.kind, one.subject_id) == (match.kind, match.subject_id) for one in self._table.values())
        if taken or match.entry_id in self._table:
            raise Contention("The entry was matched at the same time; try again.")
        self._transaction.ensure_within(match.merchant_id)
        self._transaction.later(lambda: self._table.__setitem__(match.entry_id, match))

    async def of_entries(self, entry_ids: Collection[UUID]) -> Mapping[UUID, BankMatch]:
        return {one: self._table[one] for one in entry_ids if one in self._table}


class MemoryItems:
    """Satisfies `ReconciliationItems`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.reconciliation.items

    async def for_update(self, item_id: UUID) -> ReconciliationItem:
        self._transaction.get(self._table, item_id, "The reconciliation item")
        await self._transaction.lock(item_id)
        return self._transaction.get(self._table, item_id, "The reconciliation item")

    async def add(self, items: Sequence[ReconciliationItem]) -> None:
        known = {one.entry_id for one in self._transaction.rows(self._table)}
        for item in items:
            if item.entry_id not in known:
                self._write(item)

    async def save(self, item: ReconciliationItem) -> ReconciliationItem:
        present = self._transaction.get(self._table, item.id, "The reconciliation item")
        if present.version != item.version - len(item.events):
            raise Contention("The item was changed at the same time; try again.")
        return self._write(item)

    async def due(self, at: datetime, limit: int) -> list[ReconciliationItem]:
        rows = self._transaction.rows(self._table)
        due = [(one.next_try_at, one.id, one) for one in rows if one.next_try_at and one.next_try_at <= at]
        return [one for _, _, one in sorted(due)[:limit]]

    def _write(self, item: ReconciliationItem) -> ReconciliationItem:
        tell(self._transaction, "reconciliation_item", item)
        kept = replace(item, events=())
        self._transaction.put(self._table, kept)
        return kept


class MemoryRemittances:
    """Satisfies `Remittances`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.reconciliation.remittances

    async def for_update(self, remittance_id: UUID) -> Remittance:
        self._transaction.get(self._table, remittance_id, "The remittance")
        await self._transaction.lock(remittance_id)
        return self._transaction.get(self._table, remittance_id, "The remittance")

    async def of_references(self, references: Collection[str]) -> list[Remittance]:
        rows = sorted(self._transaction.rows(self._table), key=lambda one: one.id)
        return [one for one in rows if one.reference in references]

    async def add(self, remittance: Remittance) -> Remittance:
        if await self.known(remittance.gateway, remittance.reference, remittance.currency.code):
            raise Contention("The remittance was recorded at the same time; try again.")
        return self._write(remittance)

    async def known(self, gateway: str, reference: str, currency: str) -> Remittance | None:
        wanted = (gateway, reference, currency)
        rows = self._transaction.rows(self._table)
        return next((one for one in rows if (one.gateway, one.reference, one.currency.code) == wanted), None)

    async def save(self, remittance: Remittance) -> Remittance:
        return self._write(remittance)

    def _write(self, remittance: Remittance) -> Remittance:
        tell(self._transaction, "remittance", remittance)
        kept = replace(remittance, events=())
        self._transaction.put(self._table, kept)
        return kept


class MemorySentPayouts:
    """Satisfies `SentPayouts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of_references(self, end_to_end_ids: Collection[str]) -> Mapping[str, SentPayout]:
        return {one.end_to_end_id: one for one in self._all() if one.end_to_end_id in end_to_end_ids}

    async def get(self, payout_id: UUID) -> SentPayout:
        found = next((one for one in self._all() if one.id == payout_id), None)
        if found is None:
            what = "The payout"
            raise NotFound(what)
        return found

    async def of_entry(self, entry_id: UUID) -> SentPayout | None:
        return next((one for one in self._all() if entry_id in {one.bank_entry_id, one.return_entry_id}), None)

    def _all(self) -> list[SentPayout]:
        tables = self._transaction.tables
        return [
            SentPayout(
                payout.merchant_id,
                payout.id,
                payout.end_to_end_id,
                payout.status,
                payout.amount.minor,
                payout.currency.code,
                None,
                payout.bank_entry_id,
                payout.return_entry_id,
            )
            for payout in self._transaction.rows(tables.payouts)
        ]
