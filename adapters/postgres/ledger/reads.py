"""Balances and entries, read back; every read is scoped."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.keyset import Key, cursor_of, slice_of
from domain.kernel.money import Money
from domain.ledger.account import Account, AccountKind
from domain.ledger.balance import Balance
from domain.ledger.entry import Entry, EntryKind, Posting

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.disputes.dispute import Dispute
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.ledger.filter import LedgerEntryFilter
    from domain.payments.payment import Payment

# The last snapshot that holds nothing after the moment, and every posting that it does not hold. A snapshot holds the
# postings of all transactions below its horizon, so the rest is found by transaction, not by time.
_BALANCES = """
WITH accounts AS (SELECT unnest(ARRAY['pending', 'available', 'reserve', 'payouts_in_transit']) AS account),
currencies AS (
    SELECT DISTINCT currency FROM ledger_snapshots WHERE merchant_id = $1
    UNION SELECT DISTINCT currency FROM ledger_postings
    WHERE merchant_id = $1 AND account = 'pending' AND xid >= coalesce(
        (SELECT min(horizon) FROM (
            SELECT max(horizon) AS horizon FROM ledger_snapshots WHERE merchant_id = $1 AND account = 'pending'
            GROUP BY currency) AS newest), '0'::xid8)
    UNION SELECT currency FROM merchants WHERE id = $1
)
SELECT c.currency, a.account, -(
    coalesce(s.balance_minor, 0) + coalesce((
        SELECT sum(p.amount_minor) FROM ledger_postings AS p
        WHERE p.merchant_id = $1 AND p.account = a.account AND p.currency = c.currency
          AND p.xid >= coalesce(s.horizon, '0'::xid8)
          AND ($2::timestamptz IS NULL OR p.posted_at <= $2)
    ), 0)
) AS minor
FROM currencies AS c CROSS JOIN accounts AS a
LEFT JOIN LATERAL (
    SELECT horizon, balance_minor FROM ledger_snapshots
    WHERE merchant_id = $1 AND account = a.account AND currency = c.currency
      AND ($2::timestamptz IS NULL OR through <= $2)
    ORDER BY horizon DESC LIMIT 1
) AS s ON true
ORDER BY c.currency
"""
ENTRY_OF = """
SELECT e.merchant_id, e.id, e.kind, e.payment_id, e.operation_id, e.dispute_id, e.settlement_id,
       e.payout_id, e.posted_at,
       p.accounts, p.currencies, p.amounts
FROM ({source}) AS e
CROSS JOIN LATERAL (
    SELECT array_agg(account ORDER BY position) AS accounts, array_agg(currency ORDER BY position) AS currencies,
           array_agg(amount_minor ORDER BY position) AS amounts
    FROM ledger_postings WHERE merchant_id = e.merchant_id AND entry_id = e.id
) AS p
ORDER BY e.id {direction}
"""
_OF_PAYMENTS = ENTRY_OF.format(
    source="SELECT * FROM ledger_entries WHERE merchant_id = ANY ($1::uuid[]) AND payment_id = ANY ($2::uuid[])",
    direction="ASC",
)
# By the payments' index: a payment has few entries, and fewer of disputes.
_OF_DISPUTES = ENTRY_OF.format(
    source="SELECT * FROM ledger_entries WHERE merchant_id = ANY ($1::uuid[]) AND payment_id = ANY ($2::uuid[])"
    " AND dispute_id = ANY ($3::uuid[])",
    direction="ASC",
)
_BY_IDS = ENTRY_OF.format(source="SELECT * FROM ledger_entries WHERE id = ANY ($1::uuid[])", direction="ASC")
# By the payment's index, as above; under row-level security the dispute of another merchant has no payment.
_OF_DISPUTE = (
    "(merchant_id, payment_id, dispute_id) = (SELECT d.merchant_id, d.payment_id, d.id FROM disputes AS d"
    " WHERE d.id = {}::uuid)"
)
_HAS_POSTING = (
    "EXISTS (SELECT FROM ledger_postings AS p WHERE p.merchant_id = ledger_entries.merchant_id"
    " AND p.entry_id = ledger_entries.id AND p.{} = ANY ({{}}::text[]))"
)


class LedgerReads:
    """The read side of the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def balances(self, scope: Scope, merchant_id: UUID, as_of: datetime | None) -> list[Balance]:
        """What the merchant is owed in each currency, now or as it was at a moment."""
        if not scope.covers(merchant_id):
            return []
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_BALANCES, merchant_id, as_of)
        sums: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for row in found:
            sums[row["currency"]][row["account"]] = int(row["minor"])
        return [_balance(code, by_account) for code, by_account in sums.items()]

    async def entries_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Entry]]:
        """Each payment's entries, oldest first."""
        merchant_ids = list({payment.merchant_id for payment in payments})
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_OF_PAYMENTS, merchant_ids, [payment.id for payment in payments])
        children: defaultdict[UUID, list[Entry]] = defaultdict(list)
        for row in found:
            children[row["payment_id"]].append(entry_of(row))
        return [children[payment.id] for payment in payments]

    async def entries_of_disputes(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[Entry]]:
        """Each dispute's entries, oldest first."""
        covered = [dispute for dispute in disputes if scope.covers(dispute.merchant_id)]
        merchant_ids = list({dispute.merchant_id for dispute in covered})
        payment_ids = list({dispute.payment_id for dispute in covered})
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_OF_DISPUTES, merchant_ids, payment_ids, [dispute.id for dispute in covered])
        children: defaultdict[UUID, list[Entry]] = defaultdict(list)
        for row in found:
            children[row["dispute_id"]].append(entry_of(row))
        return [children[dispute.id] for dispute in disputes]

    async def entries(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Entry]:
        """Entries by id."""
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_BY_IDS, list(ids))
        return {row["id"]: entry_of(row) for row in found if scope.covers(row["merchant_id"])}

    async def search(self, scope: Scope, wanted: LedgerEntryFilter, request: PageRequest) -> Slice[Entry]:
        """One page of entries, newest first; raise `Invalid` for a cursor that is none."""
        conditions = _conditions(scope, wanted)
        page = newest_first("ledger_entries", conditions, request)
        statement = ENTRY_OF.format(source=page, direction="ASC" if request.backward else "DESC")
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(statement, *conditions.arguments)
        return slice_of(found, request, entry_of)

    @staticmethod
    def cursor(entry: Entry) -> str:
        """Where an entry stands in a list."""
        return cursor_of(Key.ID, 0, entry.id)


def entry_of(row: Record) -> Entry:
    """An entry from its row and the arrays of its postings."""
    return Entry(
        id=row["id"],
        merchant_id=row["merchant_id"],
        kind=EntryKind(row["kind"]),
        postings=tuple(
            Posting(Account.of(account), Money(amount, currency_of(code)))
            for account, code, amount in zip(row["accounts"], row["currencies"], row["amounts"], strict=True)
        ),
        posted_at=row["posted_at"],
        payment_id=row["payment_id"],
        operation_id=row["operation_id"],
        dispute_id=row["dispute_id"],
        settlement_id=row["settlement_id"],
        payout_id=row["payout_id"],
    )


def _balance(code: str, by_account: dict[str, int]) -> Balance:
    currency = currency_of(code)
    return Balance(
        pending=Money(by_account[AccountKind.PENDING], currency),
        available=Money(by_account[AccountKind.AVAILABLE], currency),
        reserved=Money(by_account[AccountKind.RESERVE], currency),
        in_transit=Money(by_account[AccountKind.PAYOUTS_IN_TRANSIT], currency),
    )


def _conditions(scope: Scope, wanted: LedgerEntryFilter) -> Conditions:
    conditions = Conditions()
    conditions.scope(scope)
    conditions.any_of("kind", wanted.kind)
    conditions.add("payment_id = {}::uuid", wanted.payment_id)
    conditions.add(_OF_DISPUTE, wanted.dispute_id)
    for column, names in (("account", wanted.account), ("currency", wanted.currency)):
        conditions.add(_HAS_POSTING.format(column), None if names is None else list(names))
    conditions.span("posted_at", wanted.posted_at, "timestamptz")
    return conditions
