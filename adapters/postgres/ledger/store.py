"""The write side of the ledger: entries with their postings, and snapshots of balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.database import rows_touched
from adapters.postgres.ledger import tables
from adapters.postgres.statement import insert_row

if TYPE_CHECKING:
    from adapters.postgres.database import FencedConnection
    from domain.ledger.entry import Entry

_INSERT_ENTRY = insert_row(tables.ledger_entries)
# All postings in one statement, so that the trigger sees the sum and not a part of it.
_INSERT_POSTINGS = """
INSERT INTO ledger_postings (merchant_id, entry_id, position, account, currency, amount_minor, posted_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[])
"""
# Below the snapshot's xmin every transaction has ended: the sum of their postings can never change again.
_ADVANCE = """
WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid),
last AS (
    SELECT DISTINCT ON (merchant_id, account, currency) *
    FROM ledger_snapshots ORDER BY merchant_id, account, currency, horizon DESC
),
fresh AS (
    SELECT p.merchant_id, p.account, p.currency, sum(p.amount_minor) AS amount, max(p.posted_at) AS through
    FROM ledger_postings AS p
    CROSS JOIN horizon
    LEFT JOIN last AS s USING (merchant_id, account, currency)
    WHERE p.xid < horizon.xid AND (s.horizon IS NULL OR p.xid >= s.horizon)
    GROUP BY p.merchant_id, p.account, p.currency
    HAVING count(*) >= $2
    LIMIT $1
)
INSERT INTO ledger_snapshots (merchant_id, account, currency, horizon, through, balance_minor, taken_at)
SELECT f.merchant_id, f.account, f.currency, horizon.xid, greatest(f.through, s.through),
       f.amount + coalesce(s.balance_minor, 0), now()
FROM fresh AS f CROSS JOIN horizon LEFT JOIN last AS s USING (merchant_id, account, currency)
ON CONFLICT DO NOTHING
"""
_WORTH_A_SNAPSHOT = 500


class LedgerStore:
    """Satisfies `domain.ledger.ports.Ledger` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def post(self, entries: tuple[Entry, ...]) -> None:
        """Append them; PostgreSQL checks once more that each sums to zero."""
        for entry in entries:
            await self._connection.execute(
                _INSERT_ENTRY.sql,
                *_INSERT_ENTRY.args(
                    merchant_id=entry.merchant_id,
                    id=entry.id,
                    kind=entry.kind.value,
                    payment_id=entry.payment_id,
                    operation_id=entry.operation_id,
                    posted_at=entry.posted_at,
                ),
            )
            count = len(entry.postings)
            await self._connection.execute(
                _INSERT_POSTINGS,
                [entry.merchant_id] * count,
                [entry.id] * count,
                list(range(count)),
                [posting.account.name for posting in entry.postings],
                [posting.amount.currency.code for posting in entry.postings],
                [posting.amount.minor for posting in entry.postings],
                [entry.posted_at] * count,
            )


class SnapshotStore:
    """Satisfies `domain.ledger.ports.BalanceSnapshots` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def advance(self, most_accounts: int) -> int:
        """Take a new snapshot of accounts with many postings since the last; how many were taken."""
        return rows_touched(await self._connection.execute(_ADVANCE, most_accounts, _WORTH_A_SNAPSHOT))
