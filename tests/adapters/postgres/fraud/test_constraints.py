"""What PostgreSQL itself refuses, whoever writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from domain.fraud.list_kind import ListEffect, ListKind
from domain.fraud.rule import RuleAction, RuleStatus
from domain.kernel.ids import PLATFORM
from domain.payments.screening import ScreeningDecision
from tests.adapters.postgres.fraud.traffic import screened
from tests.builders.fraud import a_list, a_rule, a_rule_set, a_version, an_active_rule, an_entry
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

REFUSED = [
    ("fraud_rules", "name = ''"),
    ("fraud_rules", "status = 'ON'"),
    ("fraud_rules", "status = 'DRAFT'"),
    ("fraud_rules", "status = 'SHADOW', published = NULL"),
    ("fraud_rules", "published = NULL"),
    ("fraud_rules", "published = 0"),
    ("fraud_rules", "published = 2"),
    ("fraud_rules", "shadow = 2"),
    ("fraud_rules", "releases = -1"),
    ("fraud_rules", "latest = 0, published = NULL, status = 'DRAFT'"),
    ("fraud_list_entries", "kind = 'PHONE'"),
    ("fraud_list_entries", "value = ''"),
    ("fraud_screenings", "decision = 'MAYBE'"),
    ("fraud_screenings", "platform_revision = -1"),
    ("fraud_screenings", "merchant_revision = -1"),
    ("fraud_screenings", "duration_microseconds = -1"),
    ("fraud_volumes", "payments = 0"),
    ("fraud_volumes", "sum_minor = -1"),
    ("fraud_volumes", "bucket = bucket + interval '1 second'"),
]


@pytest.fixture
async def filled(units: PostgresUnits, merchant: Merchant) -> None:
    rule = a_rule(RuleStatus.PUBLISHED, merchant_id=merchant.id)
    async with units.begin(JOBS, "test") as unit:
        await unit.fraud_rules.add(rule, a_version(rule))
        await unit.rule_sets.add(a_rule_set(an_active_rule(), merchant_id=merchant.id))
        await unit.fraud_lists.add(a_list(merchant_id=merchant.id))
        await unit.fraud_lists.put([an_entry(merchant_id=merchant.id)])
        await unit.commit()
    await screened(units, merchant.id)


@pytest.mark.parametrize(("table", "change"), REFUSED)
async def test_a_row_that_breaks_an_invariant_is_refused(
    owner: asyncpg.Connection, filled: None, table: str, change: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("table", ["fraud_rule_versions", "fraud_rule_sets", "fraud_traces"])
@pytest.mark.parametrize("change", ["UPDATE {} SET merchant_id = merchant_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_what_was_said_and_counted_never_changes(
    owner: asyncpg.Connection, filled: None, table: str, change: str
) -> None:
    with pytest.raises(asyncpg.PostgresError, match=r"append-only|never change"):
        await owner.execute(change.format(table))


async def test_a_set_holds_so_many_rules_and_a_policy_that_makes_sense(owner: asyncpg.Connection) -> None:
    insert = "INSERT INTO fraud_rule_sets VALUES ($1, $2, $3::text::jsonb, $4, $5, now())"
    rules = "[" + ",".join(["{}"] * 201) + "]"
    for values in ((0, "[]", None, None), (1, rules, None, None), (1, "[]", 0, None), (1, "[]", 5, 5), (1, "[]", 5, 0)):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(insert, PLATFORM, *values)
    await owner.execute(insert, PLATFORM, 1, "[]", 5, 6)


async def test_a_version_has_points_when_it_scores_and_belongs_to_a_rule(owner: asyncpg.Connection) -> None:
    insert = "INSERT INTO fraud_rule_versions VALUES ($1, $1, $2, $3, $4, 'true', NULL, NULL, 'Ada', now())"
    for values in ((1, "SCORE", None), (1, "BLOCK", 5), (1, "SCORE", 0), (1, "SCORE", 101), (0, "BLOCK", None)):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(insert, PLATFORM, *values)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await owner.execute(insert, PLATFORM, 1, "BLOCK", None)


async def test_an_entry_of_a_list_that_nobody_has_made_is_refused(units: PostgresUnits, merchant: Merchant) -> None:
    async with units.begin(JOBS, "test") as unit:
        with pytest.raises(asyncpg.NotNullViolationError):
            await unit.fraud_lists.put([an_entry(merchant_id=merchant.id, list_name="nobodys")])


@pytest.mark.parametrize(
    ("constraint", "enumerated"),
    [
        ("ck_fraud_rules_status", RuleStatus),
        ("ck_fraud_rule_versions_action", RuleAction),
        ("ck_fraud_lists_kind", ListKind),
        ("ck_fraud_list_entries_kind", ListKind),
        ("ck_fraud_lists_effect", ListEffect),
        ("ck_fraud_screenings_decision", ScreeningDecision),
    ],
)
async def test_checks_name_what_the_nouns_name(
    owner: asyncpg.Connection, constraint: str, enumerated: type[RuleStatus]
) -> None:
    text = await owner.fetchval("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", constraint)
    assert {part for part in str(text).split("'") if part.isupper() or part == "REQUEST_3DS"} == {
        one.value for one in enumerated
    }
