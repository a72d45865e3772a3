"""How much of a filled database a payment looks at: no table is read from one end to the other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.fraud import volumes
from domain.fraud.list_kind import ListKind
from domain.fraud.sighting import Wanted
from domain.fraud.velocity import Dimension
from domain.kernel.ids import PLATFORM
from tests.adapters.postgres.fraud.traffic import a_query
from tests.builders.fraud import a_trace
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.trace import Trace
    from domain.merchants.merchant import Merchant

PAYMENTS = 30_000
_FILL = (
    # A fifth is the merchant's own; ten share a card, and all of the merchant's one address.
    """INSERT INTO fraud_traces (merchant_id, payment_id, at, currency, amount_minor, card, email, ip, customer, device)
    SELECT CASE WHEN n % 5 = 0 THEN $1::uuid ELSE lpad(to_hex(n % 50), 32, 'f')::uuid END, gen_random_uuid(),
           $2::timestamptz - n * interval '1 minute', 'EUR', 100, n % 3000, n % 3000, n % 3000, n % 3000, n % 3000
    FROM generate_series(1, $3::bigint) AS n""",
    """INSERT INTO fraud_volumes (merchant_id, grain, bucket, currency, slot, payments, sum_minor)
    SELECT merchant_id, grain, date_trunc(grain, at, 'UTC'), currency, 0, count(*), sum(amount_minor)
    FROM fraud_traces CROSS JOIN (VALUES ('day'), ('hour'), ('minute')) AS g (grain)
    WHERE $1::uuid IS NOT NULL AND $2::timestamptz IS NOT NULL AND $3::bigint > 0 GROUP BY 1, 2, 3, 4""",
    """INSERT INTO fraud_list_entries (merchant_id, id, list_name, kind, value, reason, author_name, created_at)
    SELECT CASE WHEN n % 2 = 0 THEN $1::uuid ELSE lpad('', 32, '0')::uuid END, gen_random_uuid(), 'blocked_emails',
           'EMAIL', n || '@example.com', 'Stolen', 'Ada', $2::timestamptz FROM generate_series(1, $3::bigint) AS n""",
    """INSERT INTO fraud_rule_sets (merchant_id, revision, rules, created_at)
    SELECT a, n, '[]', $2::timestamptz FROM unnest(ARRAY[$1::uuid, lpad('', 32, '0')::uuid]) AS a,
    generate_series(1, $3::bigint / 100) AS n""",
)
_READ = """
SELECT relname AS name, seq_scan, idx_scan, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname LIKE 'fraud\\_%'
"""


@pytest.fixture
async def trace(owner: asyncpg.Connection, merchant: Merchant) -> Trace:
    for statement in _FILL:
        await owner.execute(statement, merchant.id, MORNING, PAYMENTS)
    await owner.execute("VACUUM (ANALYZE)")
    hashes = {dimension: 35 for dimension in Dimension if dimension is not Dimension.MERCHANT}
    return a_trace(merchant_id=merchant.id, at=MORNING, hashes=hashes)


async def test_a_payment_reads_indexes_and_no_more_than_its_windows(
    units: PostgresUnits, merchant: Merchant, trace: Trace
) -> None:
    """Also at the largest merchant, and once PostgreSQL has settled on its plans."""
    queries = frozenset(
        a_query(dimension, window, *distinct)
        for dimension in Dimension
        for window, distinct in ((timedelta(hours=1), ()), (timedelta(days=30), ()))
    )
    told_apart = frozenset({a_query(Dimension.CARD, timedelta(days=30), Dimension.EMAIL)})
    wanted = Wanted(
        everywhere=queries,
        here=queries | told_apart,
        values={ListKind.EMAIL: frozenset({"7@example.com"}), ListKind.IP: frozenset({"203.0.113.7"})},
    )
    async with units.begin(an_actor(merchant), "test") as unit:
        for _ in range(12):
            found = await unit.screenings.look(trace, wanted)
        before = {row["name"]: row for row in await unit._connection.fetch(_READ)}
        found = await unit.screenings.look(trace, wanted)
        after = {row["name"]: row for row in await unit._connection.fetch(_READ)}
    assert found.everywhere[a_query(Dimension.CARD, timedelta(days=30))].count == 10
    assert found.listed[PLATFORM] == {("blocked_emails", "7@example.com")}
    assert found.revisions == (300, 300)
    assert {name: row["seq_scan"] for name, row in after.items() if row["seq_scan"]} == {}
    fetched = {name: row["idx_tup_fetch"] - before[name]["idx_tup_fetch"] for name, row in after.items()}
    # Of 30,000 payments a value has ten, and eleven questions are asked; a month has thirty days, at most 23 hours and 59 minutes.
    assert fetched["fraud_traces"] <= 11 * 10
    assert fetched["fraud_volumes"] <= 2 * (31 + 23 + 59)
    assert fetched["fraud_list_entries"] <= 1
    assert fetched["fraud_rule_sets"] <= 2


async def test_one_merchant_s_busy_address_is_counted_without_those_of_others(
    units: PostgresUnits, merchant: Merchant, owner: asyncpg.Connection, trace: Trace
) -> None:
    await owner.execute(
        "INSERT INTO fraud_traces (merchant_id, payment_id, at, currency, amount_minor, ip)"
        " SELECT gen_random_uuid(), gen_random_uuid(), $1, 'EUR', 1, 35 FROM generate_series(1, 3000)",
        MORNING,
    )
    query = a_query(Dimension.IP, timedelta(days=30))
    async with units.begin(an_actor(merchant), "test") as unit:
        found = await unit.screenings.look(trace, Wanted(here=frozenset({query})))
        (read,) = (row for row in await unit._connection.fetch(_READ) if row["name"] == "fraud_traces")
    assert found.here[query].count == 10
    assert (read["seq_scan"], read["idx_tup_fetch"]) == (0, 10)


async def test_folding_reads_what_it_folds(database: Database, owner: asyncpg.Connection, trace: Trace) -> None:
    """Nothing is left to fold, and old minutes are many: the job takes as many as it was asked for, by the index."""
    for _ in range(6):
        assert await volumes.fold_volumes(database, MORNING + timedelta(days=1), 100) == 100
    explained = await owner.fetch(
        f"EXPLAIN {volumes._DROP.replace('$1', '$$minute$$').replace('$2', 'now()').replace('$3', '100')}"  # in the words of the job
    )
    plan = "\n".join(row[0] for row in explained)
    assert "ix_fraud_volumes_bucket" in plan
    assert "Seq Scan" not in plan
