"""The write side of imports, statements and entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import bindparam, select

from adapters.postgres.reconciliation import rows, tables
from adapters.postgres.statement import Statement, insert_row, update_row
from adapters.postgres.versioned import VersionedTable
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import Contention
from domain.reconciliation.bank_entry import entry_id

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.reconciliation.bank_entry import BankEntry
    from domain.reconciliation.bank_statement import BankStatement
    from domain.reconciliation.statement_import import StatementImport
    from domain.reconciliation.statement_parts import ReadEntry

_I = tables.statement_imports
_S = tables.bank_statements
_PROGRESS = ("status", "size_bytes", "sha256", "entries", "bytes_read", "tries", "leased_until")
_CHANGING = (*_PROGRESS, "rule", "line", "message", "duplicate_of", "expires_at", "finished_at", "version")
_WRITTEN = VersionedTable(_I, "statement_import", "The import", rows.import_values, _CHANGING)
_SAVE_PROGRESS = update_row(_I, *_PROGRESS)
_LOCK = Statement(select(_I).where(_I.c.id == bindparam("id")).with_for_update())
_OF_CONTENT = """
SELECT * FROM statement_imports WHERE merchant_id = $1 AND sha256 = $2 AND status <> 'DUPLICATE'
"""
_NEXT_OPEN = """
SELECT * FROM statement_imports
WHERE status IN ('RECEIVED', 'READING') AND (leased_until IS NULL OR leased_until <= $1)
ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_OVERDUE = """
SELECT * FROM statement_imports WHERE status = 'AWAITING_UPLOAD' AND expires_at <= $1
ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_KNOWN = "SELECT origin FROM statement_imports WHERE merchant_id = $1 AND origin = ANY ($2::text[])"


class ImportStore:
    """Satisfies `domain.reconciliation.ports.StatementImports` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def for_update(self, import_id: UUID) -> StatementImport:
        """The import, locked until the unit ends; raise `NotFound`."""
        row = await self._connection.fetchrow(_LOCK.sql, *_LOCK.args(id=import_id))
        if row is None:
            what = "The import"
            raise NotFound(what)
        return rows.import_of(row)

    async def of_content(self, sha256: str) -> StatementImport | None:
        """The import that has just these bytes and is no duplicate itself."""
        row = await self._connection.fetchrow(_OF_CONTENT, PLATFORM, sha256)
        return None if row is None else rows.import_of(row)

    async def add(self, new: StatementImport) -> StatementImport:
        """A new one with its events; returned without them. Raises `Contention` when its origin or bytes are known."""
        try:
            return await _WRITTEN.add(self._connection, self._events, new)
        except asyncpg.UniqueViolationError as error:
            raise _known() from error

    async def save(self, changed: StatementImport) -> StatementImport:
        """A changed one, also one without events; returned without them. Raises `Contention` as `add` does."""
        try:
            if changed.events:
                return await _WRITTEN.save(self._connection, self._events, changed)
            values = rows.import_values(changed)
            arguments = _SAVE_PROGRESS.args(**values, key_merchant_id=changed.merchant_id, key_id=changed.id)
            await self._connection.execute(_SAVE_PROGRESS.sql, *arguments)
        except asyncpg.UniqueViolationError as error:
            raise _known() from error
        return changed

    async def next_open(self, at: datetime) -> StatementImport | None:
        """The oldest one that nobody reads, locked; one that somebody else is taking is passed over."""
        row = await self._connection.fetchrow(_NEXT_OPEN, at)
        return None if row is None else rows.import_of(row)

    async def known_origins(self, origins: Collection[str]) -> frozenset[str]:
        """Those of which there are imports."""
        found = await self._connection.fetch(_KNOWN, PLATFORM, list(origins))
        return frozenset(row["origin"] for row in found)

    async def overdue(self, at: datetime, limit: int) -> list[StatementImport]:
        """Imports whose upload never came, locked."""
        return [rows.import_of(row) for row in await self._connection.fetch(_OVERDUE, at, limit)]


def _known() -> Contention:
    return Contention("The same file has come at the same time; try again.")


_ADD_STATEMENT = insert_row(_S)
_SAVE_STATEMENT = update_row(
    _S,
    "status",
    "content",
    "stored",
    "stored_content",
    "credits_minor",
    "debits_minor",
    "noted",
    "gap_minor",
    "matched_through",
    "imported_at",
)
_UNFINISHED = """
SELECT DISTINCT ON (ordinal) * FROM bank_statements
WHERE merchant_id = $1 AND import_id = $2 AND status = 'READING' ORDER BY ordinal, id DESC
"""
_OF_IDENTITY = "SELECT * FROM bank_statements WHERE merchant_id = $1 AND identity = $2 AND status = 'IMPORTED'"
_BEFORE = """
SELECT * FROM bank_statements
WHERE merchant_id = $1 AND account = $2 AND currency = $3 AND status = 'IMPORTED' AND closing_on <= $4 AND id <> $5
ORDER BY closing_on DESC, id DESC LIMIT 1
"""
_NEXT_UNMATCHED = """
SELECT * FROM bank_statements
WHERE status = 'IMPORTED' AND matched_through < stored AND ($1::uuid IS NULL OR id > $1)
ORDER BY id LIMIT 1
"""
_STATEMENT = "SELECT * FROM bank_statements WHERE merchant_id = $1 AND id = $2 FOR UPDATE"


class StatementStore:
    """Satisfies `domain.reconciliation.ports.BankStatements` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def unfinished(self, import_id: UUID) -> list[BankStatement]:
        """Those that an earlier reading of the file has begun, the newest of each ordinal."""
        found = await self._connection.fetch(_UNFINISHED, PLATFORM, import_id)
        return [rows.statement_of(row) for row in found]

    async def of_identity(self, identity: str) -> BankStatement | None:
        """The imported one."""
        row = await self._connection.fetchrow(_OF_IDENTITY, PLATFORM, identity)
        return None if row is None else rows.statement_of(row)

    async def before(self, statement: BankStatement) -> BankStatement | None:
        """The imported one of the same account and currency that closed last, no later than this one."""
        row = await self._connection.fetchrow(
            _BEFORE, PLATFORM, statement.account, statement.currency.code, statement.closing_on, statement.id
        )
        return None if row is None else rows.statement_of(row)

    async def add(self, statement: BankStatement) -> None:
        """A new one, before its entries."""
        await self._connection.execute(_ADD_STATEMENT.sql, *_ADD_STATEMENT.args(**rows.statement_values(statement)))

    async def save(self, statement: BankStatement) -> None:
        """A changed one; raise `Contention` when another of its identity was imported at the same time."""
        values = rows.statement_values(statement)
        arguments = _SAVE_STATEMENT.args(**values, key_merchant_id=statement.merchant_id, key_id=statement.id)
        try:
            await self._connection.execute(_SAVE_STATEMENT.sql, *arguments)
        except asyncpg.UniqueViolationError as error:
            message = "The same statement was imported at the same time; try again."
            raise Contention(message) from error

    async def next_unmatched(self, after: UUID | None) -> BankStatement | None:
        """The next imported one, behind the one given, that has entries nobody has looked at."""
        row = await self._connection.fetchrow(_NEXT_UNMATCHED, after)
        return None if row is None else rows.statement_of(row)

    async def for_update(self, statement_id: UUID) -> BankStatement:
        """The statement, locked until the unit ends; raise `NotFound`."""
        row = await self._connection.fetchrow(_STATEMENT, PLATFORM, statement_id)
        if row is None:
            what = "The bank statement"
            raise NotFound(what)
        return rows.statement_of(row)


# One array for each column: COPY is refused by row-level security, and this is nearly as fast.
_ADD_ENTRIES = f"""
INSERT INTO bank_entries (merchant_id, id, statement_id, position, currency, line, amount_minor, booked_on, value_on,
    reversal, end_to_end_id, bank_reference, entry_reference, reference, transaction_code, return_reason, counterparty)
SELECT '{PLATFORM}', e.id, $1, $2 + e.place, $3, e.line, e.amount_minor, e.booked_on, e.value_on,
    e.reversal, e.end_to_end_id, e.bank_reference, e.entry_reference, e.reference, e.transaction_code,
    e.return_reason, e.counterparty
FROM unnest($4::uuid[], $5::bigint[], $6::bigint[], $7::date[], $8::date[], $9::boolean[], $10::text[], $11::text[],
    $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
    WITH ORDINALITY AS e (id, line, amount_minor, booked_on, value_on, reversal, end_to_end_id, bank_reference,
        entry_reference, reference, transaction_code, return_reason, counterparty, place)
"""  # noqa: S608 - a constant
# By the ids, which follow from the statement's and the position.
_FROM_POSITION = """
SELECT * FROM bank_entries
WHERE merchant_id = $1 AND statement_id = $2 AND id >= $3 AND id <= $4 ORDER BY id LIMIT $5
"""
_ENTRY = """
SELECT e.* FROM bank_entries AS e
JOIN bank_statements AS s ON (s.merchant_id, s.id) = (e.merchant_id, e.statement_id)
WHERE e.merchant_id = $1 AND e.id = $2 AND s.status = 'IMPORTED'
"""


class EntryStore:
    """Satisfies `domain.reconciliation.ports.BankEntries` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def add(self, statement: BankStatement, entries: Sequence[ReadEntry]) -> None:
        """The next entries of a statement, behind those that it has stored."""
        first = statement.stored + 1
        ids = [entry_id(statement.id, position) for position in range(first, first + len(entries))]
        columns = [list(column) for column in zip(*entries, strict=True)]
        await self._connection.execute(
            _ADD_ENTRIES, statement.id, statement.stored, statement.currency.code, ids, *columns
        )

    async def from_position(self, statement: BankStatement, position: int, limit: int) -> list[BankEntry]:
        """Entries from a position on, in order."""
        bounds = (entry_id(statement.id, position), entry_id(statement.id, statement.stored))
        found = await self._connection.fetch(_FROM_POSITION, PLATFORM, statement.id, *bounds, limit)
        return [rows.entry_of(row) for row in found]

    async def get(self, entry_id: UUID) -> BankEntry:
        """The entry; raise `NotFound`, also for one whose statement does not count."""
        row = await self._connection.fetchrow(_ENTRY, PLATFORM, entry_id)
        if row is None:
            what = "The bank entry"
            raise NotFound(what)
        return rows.entry_of(row)
