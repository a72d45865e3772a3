"""What merchants have captured, by quarter of an hour: months of every time zone are made of these."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.postgres.database import FencedConnection

KEPT = timedelta(days=100)
"""A month that is over begins two months ago at most."""
_MOST_DROPPED = 10_000
_SECONDS = 300
# Whoever waits would only find that nothing is left to fold.
_LOCK = "SELECT horizon::text FROM volume_horizon FOR UPDATE SKIP LOCKED"
# Below the snapshot's xmin every transaction has ended: their captures can never become more. What begins there is left
# to the next time, and whoever asks for a volume meanwhile adds it from the ledger. The second posting of a capture's
# entry is what the merchant is owed for it before fees.
_FOLD = """
WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid),
moved AS (UPDATE volume_horizon SET horizon = (SELECT xid FROM horizon)),
sold AS (
    SELECT p.merchant_id, p.currency, date_bin('15 minutes', p.posted_at, 'epoch'::timestamptz) AS quarter,
           -sum(p.amount_minor) AS minor
    FROM ledger_postings AS p JOIN ledger_entries AS e ON (e.merchant_id, e.id) = (p.merchant_id, p.entry_id)
    WHERE p.xid >= $1::text::xid8 AND p.xid < (SELECT xid FROM horizon)
      AND p.account = 'pending' AND p.position = 1 AND e.kind = 'CAPTURE' AND p.posted_at >= $2
    GROUP BY 1, 2, 3
), folded AS (
    INSERT INTO merchant_volumes AS v (merchant_id, currency, quarter, captured_minor)
    SELECT merchant_id, currency, quarter, minor::bigint FROM sold
    ON CONFLICT (merchant_id, currency, quarter)
        DO UPDATE SET captured_minor = v.captured_minor + excluded.captured_minor
    RETURNING 1
)
SELECT count(*) FROM folded
"""
_DROP = """
DELETE FROM merchant_volumes WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM merchant_volumes WHERE quarter < $1 ORDER BY quarter LIMIT $2))
"""


class VolumeStore:
    """Satisfies `domain.merchants.ports.MerchantVolumes` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def fold(self, at: datetime) -> int:
        """Add what has been captured since the last time; how many sums have changed. One at a time does this."""
        horizon = await self._connection.fetchval(_LOCK)
        if horizon is None:
            return 0
        # The first run adds up months, which takes longer than any request may.
        await self._connection.execute(f"SET LOCAL statement_timeout = '{_SECONDS}s'")
        await self._connection.execute(_DROP, at - KEPT, _MOST_DROPPED)
        return await self._connection.fetchval(_FOLD, horizon, at - KEPT, timeout=_SECONDS) or 0
