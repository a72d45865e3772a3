"""The write side of payouts, and what there is to pay out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import bindparam, select

from adapters.currencies import currency_of
from adapters.postgres.settlements import payout_rows as rows
from adapters.postgres.settlements import payout_tables as tables
from adapters.postgres.statement import Statement, insert_row
from adapters.postgres.versioned import VersionedTable
from domain.kernel.errors import NotFound
from domain.kernel.money import Money
from domain.kernel.unit import Contention
from domain.settlements.payout_errors import BankEntryUsed

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.kernel.money import Currency
    from domain.settlements.payout import Payout
    from domain.settlements.payout_policy import PayoutPolicy
    from domain.settlements.ports import AccountKey

_T = tables.payouts
_CHANGING = (
    "status",
    "approved_by_kind",
    "approved_by_id",
    "approved_by_name",
    "approved_by_policy",
    "decided_at",
    "decision_reason",
    "hold_reason",
    "failure_code",
    "failure_message",
    "payment_file_id",
    "execution_on",
    "bank_entry_id",
    "return_entry_id",
    "updated_at",
    "sent_at",
    "paid_at",
    "failed_at",
    "returned_at",
    "attempt_count",
    "version",
)
_WRITTEN = VersionedTable(_T, "payout", "The payout", rows.payout_values, _CHANGING)
_GET = Statement(select(_T).where(_T.c.id == bindparam("id")))
_LOCK = Statement(select(_T).where(_T.c.id == bindparam("id")).with_for_update())
_INSERT_ATTEMPT = insert_row(tables.payout_attempts)
# The account is locked, so nothing takes from what is available meanwhile.
_AVAILABLE = """
coalesce(-(coalesce(s.balance_minor, 0) + coalesce((
    SELECT sum(p.amount_minor) FROM ledger_postings AS p
    WHERE (p.merchant_id, p.account, p.currency) = (a.merchant_id, 'available', a.currency)
      AND p.xid >= coalesce(s.horizon, '0'::xid8)), 0)), 0)
- coalesce((
    SELECT sum(w.amount_minor) FROM payouts AS w
    WHERE (w.merchant_id, w.currency) = (a.merchant_id, a.currency) AND w.status IN ('AWAITING_APPROVAL', 'HELD')), 0)
"""
_SNAPSHOT = """
LEFT JOIN LATERAL (
    SELECT horizon, balance_minor FROM ledger_snapshots
    WHERE (merchant_id, account, currency) = (a.merchant_id, 'available', a.currency)
    ORDER BY horizon DESC LIMIT 1
) AS s ON true
"""
_PAYABLE = f"SELECT ({_AVAILABLE})::bigint FROM (SELECT $1::uuid AS merchant_id, $2::text AS currency) AS a {_SNAPSHOT}"  # noqa: S608 - the parts are above
_BY_POLICY = """
SELECT coalesce(sum(amount_minor), 0)::bigint FROM payouts
WHERE merchant_id = $1 AND currency = $2 AND approved_by_policy AND decided_at > $3
  AND status NOT IN ('CANCELED', 'FAILED')
"""
# Where we failed the payout in our own words (ISO 20022, NARR) nothing of the payee's is at fault, and it may be tried
# again; what a bank gave back in its own words may be at fault for ever.
_STOPPED = """
SELECT EXISTS (
    SELECT FROM payouts AS p
    WHERE p.merchant_id = {merchant} AND p.currency = {currency} AND p.status IN ('AWAITING_APPROVAL', 'HELD')
      AND p.requested_by_kind = 'SYSTEM'
) OR coalesce((
    SELECT p.status = 'RETURNED' OR (p.status = 'FAILED' AND p.failure_code <> 'NARR') FROM payouts AS p
    WHERE p.merchant_id = {merchant} AND p.bank_account_id = {bank_account}
      AND p.status IN ('PAID', 'FAILED', 'RETURNED')
    ORDER BY greatest(p.paid_at, p.failed_at, p.returned_at) DESC, p.id DESC LIMIT 1
), false)
"""
_IS_STOPPED = _STOPPED.format(merchant="$1", currency="$2", bank_account="$3")
_DUE = f"""
SELECT a.merchant_id, a.currency FROM settlement_accounts AS a
JOIN merchants AS m ON m.id = a.merchant_id AND m.status = 'ACTIVE'
JOIN LATERAL (
    SELECT b.id FROM bank_accounts AS b
    WHERE b.merchant_id = a.merchant_id AND b.currency = a.currency
      AND (b.status = 'ACTIVE' OR (b.status = 'COOLING' AND b.usable_from <= $1))
    ORDER BY b.usable_from DESC, b.id DESC LIMIT 1
) AS b ON true
{_SNAPSHOT}
WHERE a.automatic_payouts AND a.hold_reason IS NULL
  AND ($2::uuid IS NULL OR (a.merchant_id, a.currency) > ($2::uuid, $3::text))
  AND {_AVAILABLE} >= greatest(a.minimum_payout_minor, 1)
  AND NOT ({_STOPPED.format(merchant="a.merchant_id", currency="a.currency", bank_account="b.id")})
ORDER BY a.merchant_id, a.currency LIMIT $4
"""  # noqa: S608 - the parts are above
_ENTRY_ONCE = frozenset({"uq_payouts_bank_entry", "uq_payouts_return_entry", "uq_bank_entry_once"})
_POLICY = "SELECT * FROM payout_policies WHERE currency = $1 FOR SHARE"
_INSERT_POLICY = insert_row(tables.payout_policies)
_PUT_POLICY = _INSERT_POLICY.sql + (
    " ON CONFLICT (currency) DO UPDATE SET "
    + ", ".join(f"{column.name} = excluded.{column.name}" for column in tables.payout_policies.c)
    + " WHERE payout_policies.version = excluded.version - 1"
)


class PayoutStore:
    """Satisfies `domain.settlements.payout_ports.Payouts` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def get(self, payout_id: UUID) -> Payout:
        """The payout as it is; raise `NotFound`."""
        return _found(await self._connection.fetchrow(_GET.sql, *_GET.args(id=payout_id)))

    async def for_update(self, payout_id: UUID) -> Payout:
        """The payout, locked until the unit ends; raise `NotFound`."""
        return _found(await self._connection.fetchrow(_LOCK.sql, *_LOCK.args(id=payout_id)))

    async def add(self, payout: Payout) -> Payout:
        """A new one with its events; returned without them."""
        return await _WRITTEN.add(self._connection, self._events, payout)

    async def save(self, payout: Payout) -> Payout:
        """A changed one with its events and attempts; returned without. Raises `Contention` and `BankEntryUsed`."""
        try:
            saved = await _WRITTEN.save(self._connection, self._events, payout)
        except asyncpg.UniqueViolationError as error:
            if error.as_dict().get("constraint_name") in _ENTRY_ONCE:
                raise BankEntryUsed from error
            raise
        arguments = [_INSERT_ATTEMPT.args(**rows.attempt_values(attempt)) for attempt in payout.attempts]
        await self._connection.executemany(_INSERT_ATTEMPT.sql, arguments)
        return replace(saved, attempts=())


class PayoutFundsStore:
    """Satisfies `domain.settlements.payout_ports.PayoutFunds` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def payable(self, merchant_id: UUID, currency: Currency) -> Money:
        """The available balance less all payouts that wait for a decision; less than zero when it is overdrawn."""
        payable = await self._connection.fetchval(_PAYABLE, merchant_id, currency.code)
        return Money(payable or 0, currency)

    async def approved_by_policy(self, merchant_id: UUID, currency: Currency, since: datetime) -> int:
        """What policies have approved since then, without what was stopped or has failed."""
        return await self._connection.fetchval(_BY_POLICY, merchant_id, currency.code, since) or 0

    async def stopped(self, merchant_id: UUID, currency: Currency, bank_account_id: UUID) -> bool:
        """Whether a job must not go on by itself."""
        return bool(await self._connection.fetchval(_IS_STOPPED, merchant_id, currency.code, bank_account_id))

    async def due(self, at: datetime, after: AccountKey | None, limit: int) -> list[AccountKey]:
        """Accounts with so much to be paid out that a job may do it, by merchant and currency, behind the one given."""
        merchant_id, code = (after[0], after[1].code) if after else (None, None)
        found = await self._connection.fetch(_DUE, at, merchant_id, code, limit)
        return [(row["merchant_id"], currency_of(row["currency"])) for row in found]


class PayoutPolicyStore:
    """Satisfies `domain.settlements.payout_ports.PayoutPolicies` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def of(self, currency: Currency) -> PayoutPolicy | None:
        """The currency's, if there is one; nobody changes it until the unit ends."""
        row = await self._connection.fetchrow(_POLICY, currency.code)
        return None if row is None else rows.policy_of(row)

    async def put(self, policy: PayoutPolicy) -> None:
        """Keep it in the place of the former; raise `Contention` when that is not the version before it."""
        arguments = _INSERT_POLICY.args(**rows.policy_values(policy))
        if await self._connection.execute(_PUT_POLICY, *arguments) != "INSERT 0 1":
            message = "The policy was changed at the same time; try again."
            raise Contention(message)


def _found(row: Record | None) -> Payout:
    if row is None:
        what = "The payout"
        raise NotFound(what)
    return rows.payout_of(row)
