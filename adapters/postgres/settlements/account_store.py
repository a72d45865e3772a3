"""The write side of settlement accounts, and what the clock looks for among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import bindparam, select, update

from adapters.currencies import currency_of
from adapters.postgres.settlements import rows, tables
from adapters.postgres.statement import Statement, insert_row
from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import FencedConnection
    from domain.kernel.money import Currency
    from domain.settlements.ports import AccountKey
    from domain.settlements.settlement_account import SettlementAccount

_T = tables.settlement_accounts
_IS_ACCOUNT = (_T.c.merchant_id == bindparam("key_merchant_id")) & (_T.c.currency == bindparam("key_currency"))
_LOCK = Statement(select(_T).where(_IS_ACCOUNT).with_for_update())
_CLAIM = Statement(select(_T).where(_IS_ACCOUNT).with_for_update(skip_locked=True))
_INSERT = insert_row(_T)
_FIXED = {"merchant_id", "currency", "open_from", "created_at"}
_UPDATE = Statement(
    update(_T)
    .where(_IS_ACCOUNT)
    .values({column.key: bindparam(column.key, type_=column.type) for column in _T.c if column.key not in _FIXED})
)
_SECONDS = 300
# Below the horizon every transaction has ended: what it posted was seen by this look or an earlier one.
_TURN = """
SELECT horizon::text AS since, pg_snapshot_xmin(pg_current_snapshot())::text AS until
FROM settlement_openings FOR UPDATE SKIP LOCKED
"""
_WITHOUT_ACCOUNT = """
SELECT DISTINCT p.merchant_id, p.currency FROM ledger_postings AS p
WHERE p.account = 'pending' AND p.xid >= $1::text::xid8 AND p.xid < $2::text::xid8
  AND NOT EXISTS (SELECT FROM settlement_accounts AS a WHERE (a.merchant_id, a.currency) = (p.merchant_id, p.currency))
LIMIT $3
"""
_LOOKED = "UPDATE settlement_openings SET horizon = $1::text::xid8"
_RUN_OUT = """
SELECT merchant_id, currency FROM settlement_accounts WHERE open_until <= $1 ORDER BY open_until LIMIT $2
"""
_DUE = """
SELECT s.merchant_id, s.currency FROM settlements AS s
JOIN settlement_accounts AS a ON (a.merchant_id, a.currency) = (s.merchant_id, s.currency) AND a.hold_reason IS NULL
WHERE s.status = 'OPEN' AND s.closes_at <= $1
GROUP BY s.merchant_id, s.currency ORDER BY min(s.closes_at) LIMIT $2
"""


class SettlementAccountStore:
    """Satisfies `domain.settlements.ports.SettlementAccounts` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def for_update(self, merchant_id: UUID, currency: Currency) -> SettlementAccount:
        """The account, locked until the unit ends; raise `NotFound`."""
        found = await self._one(_LOCK, merchant_id, currency)
        if found is None:
            what = f"The settlement account in {currency.code}"
            raise NotFound(what)
        return found

    async def claim(self, merchant_id: UUID, currency: Currency) -> SettlementAccount | None:
        """The same without waiting: None while somebody else has it, and where there is none."""
        return await self._one(_CLAIM, merchant_id, currency)

    async def add(self, account: SettlementAccount) -> None:
        """A new one; raise `Contention` when somebody else has made it."""
        try:
            await self._connection.execute(_INSERT.sql, *_INSERT.args(**rows.account_values(account)))
        except asyncpg.UniqueViolationError as error:
            message = "The account was made at the same time; try again."
            raise Contention(message) from error

    async def save(self, account: SettlementAccount) -> None:
        """A changed one, which is locked."""
        keys = {"key_merchant_id": account.merchant_id, "key_currency": account.currency.code}
        await self._connection.execute(_UPDATE.sql, *_UPDATE.args(**rows.account_values(account), **keys))

    async def _one(self, statement: Statement, merchant_id: UUID, currency: Currency) -> SettlementAccount | None:
        arguments = statement.args(key_merchant_id=merchant_id, key_currency=currency.code)
        row = await self._connection.fetchrow(statement.sql, *arguments)
        return None if row is None else rows.account_of(row)


class SettlementQueueStore:
    """Satisfies `domain.settlements.ports.SettlementQueue` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def without_account(self, limit: int) -> list[AccountKey]:
        """Merchants and currencies with a posting to `pending` and no account; nothing while somebody else looks."""
        turn = await self._connection.fetchrow(_TURN)
        if turn is None:
            return []
        # The first look goes through all of the past, which takes longer than any request may.
        await self._connection.execute(f"SET LOCAL statement_timeout = '{_SECONDS}s'")
        arguments = (turn["since"], turn["until"], limit)
        found = await self._connection.fetch(_WITHOUT_ACCOUNT, *arguments, timeout=_SECONDS)
        if len(found) < limit:
            await self._connection.execute(_LOOKED, turn["until"])
        return _keys(found)

    async def run_out(self, at: datetime, limit: int) -> list[AccountKey]:
        """Accounts whose newest open settlement is past its cut-off, the earliest first."""
        found = await self._connection.fetch(_RUN_OUT, at, limit)
        return _keys(found)

    async def due(self, at: datetime, limit: int) -> list[AccountKey]:
        """Accounts that are not on hold and have a settlement to be closed by now, the earliest first."""
        found = await self._connection.fetch(_DUE, at, limit)
        return _keys(found)


def _keys(found: list[Record]) -> list[AccountKey]:
    return [(row["merchant_id"], currency_of(row["currency"])) for row in found]
