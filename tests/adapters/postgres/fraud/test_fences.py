"""Merchants see of fraud what is theirs, and of the platform's what their payments are judged by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest

from adapters.postgres.fraud.reads import FraudReads
from domain.fraud.filter import ListEntryFilter, RuleFilter
from domain.fraud.rule import RuleStatus
from domain.fraud.sighting import Wanted
from domain.fraud.velocity import Dimension, VelocityFigures
from domain.identity.actor import Scope
from domain.kernel.ids import PLATFORM
from domain.kernel.paging import PageRequest
from tests.adapters.postgres.fraud.traffic import a_query, another_merchant, screened
from tests.builders.fraud import a_list, a_rule, a_rule_set, a_trace, a_version, an_entry
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

AUTHORS = ("fraud_rules", "fraud_rule_versions", "fraud_rule_sets", "fraud_lists", "fraud_list_entries")
PAYMENTS = ("fraud_screenings", "fraud_traces", "fraud_volumes")
CALL = """
SELECT * FROM fraud_velocities(ARRAY[$1::uuid], ARRAY[$2::text], ARRAY[$3::bigint], ARRAY[$4::timestamptz], '{1}', '{1}',
                               ARRAY[$5::text], 'EUR', 10000)
"""


async def written(units: PostgresUnits, author: UUID) -> None:
    rule = a_rule(RuleStatus.PUBLISHED, merchant_id=author)
    async with units.begin(JOBS, "test") as unit:
        await unit.fraud_rules.add(rule, a_version(rule))
        await unit.rule_sets.add(a_rule_set(merchant_id=author))
        await unit.fraud_lists.add(a_list(merchant_id=author))
        await unit.fraud_lists.put([an_entry(merchant_id=author)])
        await unit.commit()


@pytest.fixture
async def other(units: PostgresUnits, merchant: Merchant) -> Merchant:
    """Another merchant; both have rules, lists and payments, and the platform has rules and lists."""
    other = await another_merchant(units)
    for author in (PLATFORM, merchant.id, other.id):
        await written(units, author)
    for own in (merchant, other, other):
        await screened(units, own.id, at=MORNING)
    return other


async def test_each_sees_its_own_and_what_the_platform_has_written(
    database: Database, merchant: Merchant, other: Merchant
) -> None:
    async with database.connection(Scope(frozenset({merchant.id}))) as connection:
        for table in (*AUTHORS, *PAYMENTS):
            owners = {row[0] for row in await connection.fetch(f"SELECT DISTINCT merchant_id FROM {table}")}
            assert owners == ({merchant.id, PLATFORM} if table in AUTHORS else {merchant.id}), table
    async with database.connection(Scope(None)) as connection:
        for table in AUTHORS:
            owners = {row[0] for row in await connection.fetch(f"SELECT DISTINCT merchant_id FROM {table}")}
            assert owners == {merchant.id, other.id, PLATFORM}, table


async def test_nobody_but_staff_writes_what_is_the_platform_s(
    database: Database, owner: asyncpg.Connection, merchant: Merchant, other: Merchant
) -> None:
    for table in AUTHORS:
        rows = await owner.fetchval(
            f"SELECT json_agg(t) FROM {table} AS t WHERE merchant_id = ANY ($1)", [PLATFORM, other.id]
        )
        copy = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1::text::json)"
        async with database.connection(Scope(frozenset({merchant.id}))) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await connection.execute(copy, rows)
            for author in (PLATFORM, other.id):
                for statement in (
                    f"UPDATE {table} SET merchant_id = merchant_id WHERE merchant_id = $1",
                    f"DELETE FROM {table} WHERE merchant_id = $1",
                ):
                    try:
                        assert (await connection.execute(statement, author)).endswith(" 0"), statement
                    except asyncpg.InsufficientPrivilegeError:
                        continue
            locked = f"SELECT FROM {table} WHERE merchant_id = $1 FOR UPDATE"
            try:
                assert await connection.fetch(locked, PLATFORM) == []
            except asyncpg.InsufficientPrivilegeError:
                continue


async def test_counts_over_all_merchants_are_all_that_leaves_the_function(
    units: PostgresUnits, database: Database, merchant: Merchant, other: Merchant
) -> None:
    trace = a_trace(merchant_id=merchant.id, at=MORNING)
    query = a_query(Dimension.CARD, timedelta(hours=1), Dimension.MERCHANT)
    async with units.begin(an_actor(merchant), "test") as unit:
        found = await unit.screenings.look(trace, Wanted(everywhere=frozenset({query}), here=frozenset({query})))
    assert found.everywhere[query] == VelocityFigures(count=3, sum_minor=30_000, distinct={Dimension.MERCHANT: 2})
    assert found.here[query] == VelocityFigures(count=1, sum_minor=10_000, distinct={Dimension.MERCHANT: 1})
    card = trace.hashes[Dimension.CARD]
    async with database.connection(Scope(frozenset({merchant.id}))) as connection:
        rows = await connection.fetch(CALL, None, "card", card, MORNING, "merchant")
        assert {(row["figure"], row["value"]) for row in rows} == {("count", 3), ("sum", 30_000), ("merchant", 2)}


async def test_one_merchant_s_counts_are_for_those_who_see_the_merchant(
    database: Database, merchant: Merchant, other: Merchant
) -> None:
    card = a_trace().hashes[Dimension.CARD]
    for scope, counts in (
        (Scope(frozenset({merchant.id})), 0),
        (Scope(frozenset()), 0),
        (Scope(frozenset({merchant.id, other.id})), 2),
        (Scope(None), 2),
    ):
        async with database.connection(scope) as connection:
            for dimension in ("card", "merchant"):
                rows = await connection.fetch(CALL, other.id, dimension, card, MORNING, "")
                assert sum(row["value"] for row in rows if row["figure"] == "count") == counts


async def test_nobody_else_may_call_it(owner: asyncpg.Connection) -> None:
    granted = await owner.fetch(
        "SELECT grantee FROM information_schema.routine_privileges WHERE routine_name = 'fraud_velocities'"
        " AND grantee <> current_user"
    )
    assert [row["grantee"] for row in granted] == ["paydesk_app"]


async def test_people_read_by_their_scope_whatever_the_fence_lets_through(
    database: Database, merchant: Merchant, other: Merchant
) -> None:
    reads, page = FraudReads(database), PageRequest()
    everything = await reads.rules(Scope(None), RuleFilter(), page)
    assert len(everything.rows) == 3
    ids = [rule.id for rule in everything.rows]
    own = Scope(frozenset({merchant.id}))
    assert [rule.merchant_id for rule in (await reads.rules(own, RuleFilter(), page)).rows] == [merchant.id]
    assert (await reads.rules(own, RuleFilter(platform=True), page)).rows == []
    assert {rule.merchant_id for rule in (await reads.rules_by_id(own, ids)).values()} == {merchant.id}
    versions = await reads.versions_of(own, everything.rows)
    assert sorted(map(len, versions)) == [0, 0, 1]
    assert set(await reads.rule_sets(own, [PLATFORM, merchant.id, other.id])) == {merchant.id}
    for author, visible in ((PLATFORM, False), (other.id, False), (merchant.id, True)):
        wanted = ListEntryFilter(merchant_id=author, list_name="blocked_emails", now=MORNING)
        assert bool((await reads.entries(own, wanted, page)).rows) is visible
        assert bool(await reads.lists(own, author)) is visible
        staff = await reads.entries(Scope(None), wanted, page)
        assert bool(await reads.entries_by_id(own, [staff.rows[0].id])) is visible
