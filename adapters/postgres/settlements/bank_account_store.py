"""The write side of bank accounts, and of who has read their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import bindparam, select

from adapters.postgres.settlements import bank_account_rows as rows
from adapters.postgres.settlements import bank_account_tables as tables
from adapters.postgres.statement import Statement, insert_row
from adapters.postgres.versioned import VersionedTable
from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention
from domain.settlements.bank_account import UNDER_WAY, BankAccountStatus
from domain.settlements.bank_account_errors import BankAccountKnown

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.kernel.money import Currency
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_reveal import BankAccountReveal

_T = tables.bank_accounts
_CHANGING = (
    "status",
    "verification",
    "approved_by_kind",
    "approved_by_id",
    "approved_by_name",
    "approved_at",
    "usable_from",
    "verified_by_kind",
    "verified_by_id",
    "verified_by_name",
    "verified_at",
    "verification_note",
    "ended_reason",
    "updated_at",
    "version",
)
_WRITTEN = VersionedTable(_T, "bank_account", "The bank account", rows.account_values, _CHANGING)
_GET = Statement(select(_T).where(_T.c.id == bindparam("id")))
_LOCK = Statement(select(_T).where(_T.c.id == bindparam("id")).with_for_update())
_in_status = (
    select(_T)
    .where(
        _T.c.merchant_id == bindparam("merchant_id"),
        _T.c.currency == bindparam("currency"),
        _T.c.status == bindparam("status"),
    )
    .with_for_update()
)
_ACTIVE = Statement(_in_status)
_UNDER_WAY = """
SELECT * FROM bank_accounts WHERE merchant_id = $1 AND currency = $2 AND status = ANY ($3::text[]) FOR UPDATE
"""
# One that is due is where money goes, whether or not the job has been by since.
_USABLE = """
SELECT * FROM bank_accounts
WHERE merchant_id = $1 AND currency = $2 AND (status = 'ACTIVE' OR (status = 'COOLING' AND usable_from <= $3))
ORDER BY usable_from DESC, id DESC LIMIT 1
"""
_DUE = """
SELECT id FROM bank_accounts WHERE status = 'COOLING' AND usable_from <= $1 ORDER BY usable_from LIMIT $2
"""
_UNDECIDED = """
SELECT a.id FROM bank_accounts AS a
JOIN approval_requests AS r ON r.merchant_id = a.merchant_id AND r.operation_id = a.operation_id
WHERE a.status = 'PENDING_APPROVAL' AND r.status IN ('REJECTED', 'CANCELED', 'EXPIRED', 'FAILED')
ORDER BY a.id LIMIT $1
"""
_INSERT_REVEAL = insert_row(tables.bank_account_reveals)
_COUNT_REVEALS = "SELECT count(*) FROM bank_account_reveals WHERE revealed_by_id = $1 AND revealed_at > $2"
_LOCK_READER = "SELECT pg_advisory_xact_lock(hashtextextended('reveals by ' || $1::text, 0))"


class BankAccountStore:
    """Satisfies `BankAccounts` and `BankAccountQueue` of `domain.settlements.bank_account_ports`."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def get(self, account_id: UUID) -> BankAccount:
        """The account as it is; raise `NotFound`."""
        return _found(await self._connection.fetchrow(_GET.sql, *_GET.args(id=account_id)))

    async def for_update(self, account_id: UUID) -> BankAccount:
        """The account, locked until the unit ends; raise `NotFound`."""
        return _found(await self._connection.fetchrow(_LOCK.sql, *_LOCK.args(id=account_id)))

    async def add(self, account: BankAccount) -> BankAccount:
        """A new one with its events; returned without them. Raises `BankAccountKnown` and `Contention`."""
        try:
            return await _WRITTEN.add(self._connection, self._events, account)
        except asyncpg.UniqueViolationError as error:
            if "uq_bank_accounts_number" in str(error):
                raise BankAccountKnown from error
            message = "Another account was added at the same time; try again."
            raise Contention(message) from error

    async def save(self, account: BankAccount) -> BankAccount:
        """A changed one with its events; returned without them. Raises `Contention`."""
        try:
            return await _WRITTEN.save(self._connection, self._events, account)
        except asyncpg.UniqueViolationError as error:
            message = "Another account was activated at the same time; try again."
            raise Contention(message) from error

    async def active(self, merchant_id: UUID, currency: Currency) -> BankAccount | None:
        """The one that is paid to, locked until the unit ends."""
        arguments = _ACTIVE.args(merchant_id=merchant_id, currency=currency.code, status=BankAccountStatus.ACTIVE.value)
        row = await self._connection.fetchrow(_ACTIVE.sql, *arguments)
        return None if row is None else rows.account_of(row)

    async def under_way(self, merchant_id: UUID, currency: Currency) -> BankAccount | None:
        """The one that is not paid to yet, locked until the unit ends."""
        statuses = [status.value for status in UNDER_WAY]
        row = await self._connection.fetchrow(_UNDER_WAY, merchant_id, currency.code, statuses)
        return None if row is None else rows.account_of(row)

    async def usable(self, merchant_id: UUID, currency: Currency, at: datetime) -> BankAccount | None:
        """Where money goes at a moment, if anywhere."""
        row = await self._connection.fetchrow(_USABLE, merchant_id, currency.code, at)
        return None if row is None else rows.account_of(row)

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Those whose cooling period is over, the earliest first."""
        return [row["id"] for row in await self._connection.fetch(_DUE, at, limit)]

    async def undecided(self, limit: int) -> list[UUID]:
        """Those whose request nobody will approve any more, the oldest first."""
        return [row["id"] for row in await self._connection.fetch(_UNDECIDED, limit)]


class BankAccountRevealStore:
    """Satisfies `domain.settlements.bank_account_ports.BankAccountReveals` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def add(self, reveal: BankAccountReveal) -> None:
        """One more; it stays for good."""
        await self._connection.execute(_INSERT_REVEAL.sql, *_INSERT_REVEAL.args(**rows.reveal_values(reveal)))

    async def count(self, user_id: UUID, since: datetime) -> int:
        """How many numbers a person has read since then; nobody else counts theirs until the unit ends."""
        await self._connection.execute(_LOCK_READER, str(user_id))
        return await self._connection.fetchval(_COUNT_REVEALS, user_id, since) or 0


def _found(row: Record | None) -> BankAccount:
    if row is None:
        what = "The bank account"
        raise NotFound(what)
    return rows.account_of(row)
