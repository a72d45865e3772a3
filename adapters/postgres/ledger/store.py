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
# Below the snapshot's xmin every transaction has ended: the sum of their postings can never change again. Only accounts
# that had a posting since the newest snapshot of any account are looked at, so a run costs what has happened since the
# last one; an account that is passed over with too few postings is looked at again at its next posting.
_ADVANCE = """
WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid),
lately AS (
    SELECT DISTINCT merchant_id, account, currency FROM ledger_postings
    WHERE xid >= coalesce((SELECT max(horizon) FROM ledger_snapshots), '0'::xid8) AND xid < (SELECT xid FROM horizon)
)
INSERT INTO ledger_snapshots (merchant_id, account, currency, horizon, through, balance_minor, taken_at)
SELECT l.merchant_id, l.account, l.currency, horizon.xid, greatest(f.through, s.through),
       f.amount + coalesce(s.balance_minor, 0), now()
FROM lately AS l CROSS JOIN horizon
LEFT JOIN LATERAL (
    SELECT * FROM ledger_snapshots AS s
    WHERE (s.merchant_id, s.account, s.currency) = (l.merchant_id, l.account, l.currency)
    ORDER BY s.horizon DESC LIMIT 1
) AS s ON true
CROSS JOIN LATERAL (
    SELECT sum(p.amount_minor) AS amount, max(p.posted_at) AS through, count(*) AS postings
    FROM ledger_postings AS p
    WHERE (p.merchant_id, p.account, p.currency) = (l.merchant_id, l.account, l.currency)
      AND p.xid >= coalesce(s.horizon, '0'::xid8) AND p.xid < horizon.xid
) AS f
WHERE f.postings >= $2
ORDER BY f.postings DESC LIMIT $1
ON CONFLICT DO NOTHING
"""
_SECONDS = 300
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
                    dispute_id=entry.dispute_id,
                    settlement_id=entry.settlement_id,
                    payout_id=entry.payout_id,
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
        # The first run adds up all of the past, which takes longer than any request may.
        await self._connection.execute(f"SET LOCAL statement_timeout = '{_SECONDS}s'")
        taken = await self._connection.execute(_ADVANCE, most_accounts, _WORTH_A_SNAPSHOT, timeout=_SECONDS)
        return rows_touched(taken)
