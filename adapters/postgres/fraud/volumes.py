"""Merchants' counters, kept short: what many connections have counted becomes one row, and old minutes and hours go."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.postgres.database import rows_touched
from domain.identity.actor import Scope
from domain.kernel.money import MAX_MINOR

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.postgres.database import Database

_LOCK_KEY = 0xF01D
_LOCK = "SELECT pg_try_advisory_xact_lock($1)"
# Nearly nobody counts there any more; whoever does nevertheless makes another row, which is folded the next time.
_CLOSED_FOR = timedelta(minutes=5)
# Windows count minutes and hours at their beginnings only, and payments take a while to be judged.
_KEPT = {"minute": timedelta(hours=26), "hour": timedelta(days=32)}
# A row that somebody is adding to is passed over. Whoever counts meanwhile sees all of this or nothing of it.
_FOLD = f"""
WITH gone AS (
    DELETE FROM fraud_volumes WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM fraud_volumes
        WHERE slot <> 0 AND bucket < $1 AND bucket + ('1 ' || grain)::interval <= $1
        ORDER BY bucket LIMIT $2 FOR UPDATE SKIP LOCKED))
    RETURNING *
), folded AS (
    INSERT INTO fraud_volumes AS v (merchant_id, grain, bucket, currency, slot, payments, sum_minor)
    SELECT merchant_id, grain, bucket, currency, 0, sum(payments)::bigint, least(sum(sum_minor), {MAX_MINOR})::bigint
    FROM gone GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (merchant_id, grain, bucket, currency, slot) DO UPDATE SET
        payments = v.payments + excluded.payments,
        sum_minor = least(v.sum_minor::numeric + excluded.sum_minor, {MAX_MINOR})::bigint
)
SELECT count(*) FROM gone
"""  # noqa: S608 - a constant
_DROP = """
DELETE FROM fraud_volumes WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM fraud_volumes WHERE grain = $1 AND bucket < $2 ORDER BY bucket LIMIT $3
    FOR UPDATE SKIP LOCKED))
"""


async def fold_volumes(database: Database, at: datetime, most: int) -> int:
    """How many rows went, `most` at the most, dropped or folded; 0 while somebody else folds.

    What is counted within any window of a rule stays the same.
    """
    async with database.transaction(Scope(None)) as connection:
        if not await connection.fetchval(_LOCK, _LOCK_KEY):
            return 0
        dropped = 0
        for grain, kept in _KEPT.items():
            dropped += rows_touched(await connection.execute(_DROP, grain, at - kept, most - dropped))
        return dropped + int(await connection.fetchval(_FOLD, at - _CLOSED_FOR, most - dropped) or 0)
