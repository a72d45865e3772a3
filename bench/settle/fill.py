"""What a busy merchant has posted in a month: captures with their fees, and one refund in ten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from domain.kernel.ids import first_uuid

if TYPE_CHECKING:
    from asyncpg import Connection

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
CUT_OFF = SINCE + timedelta(days=30)
MERCHANT = first_uuid(SINCE)
# Ten entries make nineteen postings to `pending`: nine captures with a fee, and a refund without.
_POSTINGS_OF_TEN = 19
# One in ten comes after the cut-off, and stays open.
_AFTER = 1.1

_GROWING = ("ledger_entries", "ledger_postings", "settlement_lines")
_PARTITIONS = "SELECT ensure_partitions(t, $1, $2) FROM unnest($3::text[]) AS t"
_MERCHANT = """
INSERT INTO merchants (id, name, country, currency, status, gateway, fee_rates, returns_fee_on_refund,
                       dispute_fees, next_fee_plans, time_zone, created_at, updated_at, version)
VALUES ($1, 'Merchant', 'DE', 'EUR', 'ACTIVE', 'simulator', '[]', false, '{}', '[]', 'UTC', $2, $2, 1)
"""
# Every entry is of a transaction of its own, as in life; what was posted is older than whoever reads it.
_TRANSACTIONS = """
DO $$ BEGIN FOR n IN 1..{} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$
"""
_ENTRIES = """
CREATE TEMP TABLE made AS
SELECT n, CASE WHEN n % 10 = 9 THEN 'REFUND' ELSE 'CAPTURE' END AS kind, moment, (1 + n)::text::xid8 AS xid,
       (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || 'a'
        || substr(md5(n::text), 5, 15))::uuid AS id,
       md5('payment' || n)::uuid AS payment_id, 500 + hashint8(n) % 400 AS minor
FROM (SELECT n, $1::timestamptz + n * ($2::interval / $3) AS moment FROM generate_series(0, $3 - 1) AS n) AS numbers
"""
_LOAD = """
INSERT INTO ledger_entries (merchant_id, id, kind, payment_id, operation_id, posted_at, xid)
SELECT '{merchant}', id, kind, payment_id, payment_id, moment, xid FROM made ORDER BY n;
INSERT INTO ledger_postings (merchant_id, entry_id, position, account, currency, amount_minor, posted_at, xid)
SELECT '{merchant}', id, position, account, 'EUR', amount, moment, xid FROM made CROSS JOIN LATERAL (VALUES
    (0, CASE kind WHEN 'CAPTURE' THEN 'gateway_clearing:simulator' ELSE 'pending' END, minor),
    (1, CASE kind WHEN 'CAPTURE' THEN 'pending' ELSE 'gateway_clearing:simulator' END, -minor),
    (2, 'pending', 7), (3, 'fees_revenue', -7)
) AS p (position, account, amount)
WHERE kind = 'CAPTURE' OR position < 2 ORDER BY n, position
"""


async def fill(owner: Connection, postings: int) -> None:
    """So many postings to `pending` before the cut-off, and a tenth more after it; then gather statistics."""
    entries = round(postings / _POSTINGS_OF_TEN * 10 * _AFTER)
    await owner.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    await owner.execute(_MERCHANT, MERCHANT, SINCE)
    await owner.execute(_PARTITIONS, SINCE, CUT_OFF, list(_GROWING))
    await owner.execute(_TRANSACTIONS.format(entries + 1))
    await owner.execute(_ENTRIES, SINCE, (CUT_OFF - SINCE) * _AFTER, entries)
    for statement in _LOAD.format(merchant=MERCHANT).split(";\n"):
        await owner.execute(statement)
    await owner.execute("DROP TABLE made; RESET ALL")
    # As autovacuum would have: pages that are known to be visible, and statistics.
    await owner.execute("VACUUM (ANALYZE)")
