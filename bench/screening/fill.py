"""What screening knows of a payment history: traces, counters, screenings and lists, made inside PostgreSQL."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.screening.buyers import BUSY_ADDRESS, KNOWN_BUYERS, Buyer, hashes_of
from domain.fraud.velocity import Dimension
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from asyncpg import Connection

    from domain.merchants.merchant import Merchant

PAYMENTS_A_BUYER = 20
LIST_ENTRIES = 100_000
BUSY_SHARE = 200
"""One payment of so many comes by way of one address: a mobile network's."""
_DIMENSIONS = ("card", "email", "ip", "customer", "device")

_FREE_INDEXES = """
SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY (ARRAY['fraud_traces'::regclass, 'fraud_screenings'::regclass])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
ORDER BY c.relname
"""
# Buyers are as many as payments ask for: a larger history is of more people, not of people who pay more often.
_TRACES = f"""
INSERT INTO fraud_traces (merchant_id, payment_id, at, currency, amount_minor, card, email, ip, customer, device)
SELECT p.merchant_id, p.id, p.created_at, p.currency, p.amount_minor,
       coalesce(k.card, hashint8extended(b.buyer, 1)), coalesce(k.email, hashint8extended(b.buyer, 2)),
       CASE WHEN b.share % {BUSY_SHARE} = 0 THEN $2 ELSE coalesce(k.ip, hashint8extended(b.buyer, 3)) END,
       coalesce(k.customer, hashint8extended(b.buyer, 4)), coalesce(k.device, hashint8extended(b.buyer, 5))
FROM payments AS p
CROSS JOIN LATERAL (SELECT abs(hashtextextended(p.id::text, 7) % $1::bigint) AS buyer,
                           abs(hashtextextended(p.id::text, 8) % 1000000) AS share) AS b
LEFT JOIN known_buyers AS k ON k.number = b.buyer
"""  # noqa: S608 - a constant
_SCREENINGS = """
INSERT INTO fraud_screenings (
    merchant_id, payment_id, decision, request_3ds, awaits_score, score, platform_revision, merchant_revision, facts,
    platform, merchant, duration_microseconds, screened_at)
SELECT merchant_id, payment_id, 'ALLOW', false, false, 0, 0, 0, '{}', '{}', '{}', 900, at FROM fraud_traces
"""
_VOLUMES = """
INSERT INTO fraud_volumes (merchant_id, grain, bucket, currency, slot, payments, sum_minor)
SELECT merchant_id, grain, date_trunc(grain, at, 'UTC'), currency, 0, count(*), sum(amount_minor)
FROM fraud_traces CROSS JOIN (VALUES ('day'), ('hour'), ('minute')) AS g (grain)
WHERE grain <> 'minute' OR at > $1::timestamptz - interval '26 hours'
GROUP BY 1, 2, 3, 4
"""
_ENTRIES = """
INSERT INTO fraud_list_entries (merchant_id, id, list_name, kind, value, reason, author_name, created_at)
SELECT CASE WHEN n % 3 = 0 THEN $2::uuid ELSE $3::uuid END, gen_random_uuid(),
       (ARRAY['blocked_emails', 'blocked_cards', 'blocked_ips'])[1 + n % 2 + n % 4 / 3],
       (ARRAY['EMAIL', 'CARD', 'IP'])[1 + n % 2 + n % 4 / 3],
       CASE n % 2 + n % 4 / 3 WHEN 0 THEN 'bad' || n || '@example.com' WHEN 1 THEN md5('bad' || n)
            ELSE '198.' || n % 256 || '.' || n / 256 % 256 || '.0/24' END,
       'Found by hand', 'Ada', $4
FROM generate_series(1, $1::bigint) AS n
ON CONFLICT DO NOTHING
"""


async def fill(owner: Connection, merchant: Merchant, tell: Callable[[str], None]) -> datetime:
    """Fill what is not filled yet, and gather statistics; the time of the newest payment."""
    [(newest, payments)] = await owner.fetch("SELECT max(created_at), count(*) FROM payments")
    if await owner.fetchval("SELECT count(*) FROM fraud_screenings") == payments:
        return newest
    began = time.monotonic()
    await owner.execute("SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '256MB'")
    await owner.execute("TRUNCATE fraud_traces, fraud_screenings, fraud_volumes, fraud_list_entries")
    indexes = await owner.fetch(_FREE_INDEXES)
    for index in indexes:
        await owner.execute(f'DROP INDEX "{index["name"]}"')
    await _tell_buyers(owner, merchant)
    busy = hashes_of(Buyer(number=0), merchant, BUSY_ADDRESS)[Dimension.IP]
    await owner.execute(_TRACES, payments // PAYMENTS_A_BUYER, busy)
    await owner.execute(_SCREENINGS)
    await owner.execute(_VOLUMES, newest)
    await owner.execute(_ENTRIES, LIST_ENTRIES, merchant.id, PLATFORM, newest)
    await owner.execute("SET maintenance_work_mem = '1GB'")
    for index in indexes:
        await owner.execute(index["definition"])
    await owner.execute("RESET ALL")
    for table in ("fraud_traces", "fraud_screenings", "fraud_volumes", "fraud_list_entries"):
        await owner.execute(f"VACUUM (ANALYZE) {table}")
    tell(f"{payments:,} payments counted and indexed after {time.monotonic() - began:.0f} s")
    return newest


async def _tell_buyers(owner: Connection, merchant: Merchant) -> None:
    """By the hashes that Paydesk makes: those who pay in the rounds have a history of their own."""
    columns = ", ".join(f"{name} bigint" for name in _DIMENSIONS)
    await owner.execute(f"CREATE TEMP TABLE known_buyers (number bigint PRIMARY KEY, {columns})")
    known = {number: hashes_of(Buyer(number=number), merchant) for number in range(KNOWN_BUYERS)}
    rows = [(number, *(hashes[Dimension(name)] for name in _DIMENSIONS)) for number, hashes in known.items()]
    await owner.copy_records_to_table("known_buyers", records=rows)
    await owner.execute("ANALYZE known_buyers")
