"""Rules and their sets, as transactions write them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.fraud.events import FraudRuleEvent, FraudRuleEventType
from domain.fraud.rule import RuleAction, RuleStatus
from domain.fraud.rule_set import RuleMode, RuleSet, ScorePolicy
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.unit import Contention
from tests.builders.fraud import a_rule, a_rule_set, a_version, an_active_rule
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING, after
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.rule import FraudRule, RuleVersion
    from domain.merchants.merchant import Merchant

S = RuleStatus


def created(rule: FraudRule) -> FraudRule:
    event = FraudRuleEvent(type=FraudRuleEventType.CREATED, occurred_at=MORNING, data={"name": rule.name})
    return replace(rule, version=1, events=(event,))


async def added(units: PostgresUnits, rule: FraudRule, version: RuleVersion | None = None) -> FraudRule:
    async with units.begin(JOBS, "test") as unit:
        saved = await unit.fraud_rules.add(created(rule), version or a_version(rule))
        await unit.commit()
    return saved


async def test_what_is_written_is_read_back(
    units: PostgresUnits, merchant: Merchant, owner: asyncpg.Connection
) -> None:
    rule = a_rule(merchant_id=merchant.id, description="All of them", position=7)
    first = a_version(rule, action=RuleAction.SCORE, points=-20, reason="First try")
    saved = await added(units, rule, first)
    assert saved == rule
    revised = saved.revise(after(1), {}, name="Cards of Germany")
    second = a_version(revised, expression="true")
    async with units.begin(an_actor(merchant), "test") as unit:
        assert await unit.fraud_rules.for_update(rule.id) == saved
        assert await unit.fraud_rules.save(revised, second) == replace(revised, events=())
        assert await unit.fraud_rules.version(revised, 1) == first
        assert await unit.fraud_rules.version(revised, 2) == second
        with pytest.raises(NotFound):
            await unit.fraud_rules.version(revised, 3)
        await unit.commit()
    names = await owner.fetch(
        "SELECT name FROM events WHERE subject_type = 'fraud_rule' AND subject_id = $1 ORDER BY sequence", rule.id
    )
    assert [row["name"] for row in names] == ["fraud_rule.created", "fraud_rule.revised"]


async def test_of_two_who_change_a_rule_the_second_gives_way(units: PostgresUnits, merchant: Merchant) -> None:
    saved = await added(units, a_rule(merchant_id=merchant.id))
    async with units.begin(JOBS, "test") as unit:
        await unit.fraud_rules.save(saved.revise(after(1), {}), a_version(saved, number=2))
        await unit.commit()
    for late in (saved.revise(after(2), {}), replace(saved.revise(after(2), {}), version=3)):
        async with units.begin(JOBS, "test") as unit:
            with pytest.raises(Contention):
                await unit.fraud_rules.save(late, a_version(saved, number=2))


async def test_what_is_active_comes_by_position_and_then_the_oldest_first(
    units: PostgresUnits, merchant: Merchant
) -> None:
    late, early, tried, draft, off = [
        await added(units, a_rule(status, id=new_uuid(MORNING, number), merchant_id=merchant.id, position=position))
        for number, (status, position) in enumerate(
            [(S.PUBLISHED, 2), (S.PUBLISHED, 1), (S.SHADOW, 2), (S.DRAFT, 0), (S.DISABLED, 0)]
        )
    ]
    await added(units, a_rule(S.PUBLISHED, merchant_id=PLATFORM))
    newer = late.revise(after(1), {}).try_out(2, after(1))
    async with units.begin(JOBS, "test") as unit:
        newer = await unit.fraud_rules.save(newer, a_version(late, number=2, expression="false"))
        active = await unit.fraud_rules.active(merchant.id)
    assert [(rule.id, version.number) for rule, version in active] == [
        (early.id, 1),
        (late.id, 1),
        (late.id, 2),
        (tried.id, 1),
    ]
    assert active[2] == (newer, a_version(late, number=2, expression="false", author_id=active[2][1].author_id))
    assert {draft.id, off.id}.isdisjoint(rule.id for rule, _ in active)


async def test_nobody_without_the_right_locks_a_rule(units: PostgresUnits, merchant: Merchant) -> None:
    """Row-level security shows the platform's to every payment, but lets only staff change them."""
    platform = await added(units, a_rule(merchant_id=PLATFORM))
    for rule_id in (platform.id, new_uuid(MORNING)):
        async with units.begin(an_actor(merchant), "test") as unit:
            with pytest.raises(NotFound):
                await unit.fraud_rules.for_update(rule_id)


async def test_sets_are_numbered_and_each_number_is_taken_once(units: PostgresUnits, merchant: Merchant) -> None:
    rules = (an_active_rule(RuleAction.SCORE), an_active_rule(mode=RuleMode.SHADOW, version=3))
    policy = ScorePolicy(review_at=50, block_at=90)
    for author, actor in ((merchant.id, an_actor(merchant)), (PLATFORM, JOBS)):
        async with units.begin(actor, "test") as unit:
            assert await unit.rule_sets.current(author) == RuleSet(merchant_id=author)
            first = a_rule_set(*rules, merchant_id=author, policy=policy)
            await unit.rule_sets.add(a_rule_set(merchant_id=author, revision=1))
            await unit.rule_sets.add(replace(first, revision=2))
            assert await unit.rule_sets.current(author) == replace(first, revision=2)
            await unit.commit()
        async with units.begin(actor, "test") as unit:
            with pytest.raises(Contention):
                await unit.rule_sets.add(first)
