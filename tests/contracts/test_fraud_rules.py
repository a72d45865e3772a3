"""`FraudRules` and `RuleSets`: kept with versions and events, in the order in which they are asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.fraud.rule import FraudRule, RuleAction, RuleStatus, RuleVersion, new_rule
from domain.fraud.rule_set import RuleMode, RuleSet, ScorePolicy
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.unit import Contention
from tests.builders.fraud import a_rule, a_rule_set, a_version, an_active_rule
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.contracts.house import SYSTEM, House, names, settle

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant

S = RuleStatus


async def keep(house: House, rule: FraudRule, *versions: RuleVersion) -> FraudRule:
    first, *more = versions or (a_version(rule, number=1),)
    async with house.units.begin(SYSTEM, "contract") as unit:
        saved = await unit.fraud_rules.add(rule, first)
        for version in more:
            changed = saved.revise(after(1), {})
            saved = await unit.fraud_rules.save(changed, version)
        await unit.commit()
    return saved


async def read(house: House, rule_id: UUID, actor: Actor = SYSTEM) -> FraudRule:
    async with house.units.begin(actor, "contract") as unit:
        return await unit.fraud_rules.for_update(rule_id)


async def active(house: House, merchant_id: UUID) -> list[tuple[FraudRule, RuleVersion]]:
    async with house.units.begin(SYSTEM, "contract") as unit:
        return await unit.fraud_rules.active(merchant_id)


@pytest.mark.parametrize("platform", [True, False])
async def test_every_field_reads_back(house: House, merchant: Merchant, *, platform: bool) -> None:
    author = PLATFORM if platform else merchant.id
    values = {"merchant_id": author, "description": "Why", "position": 7, "latest": 3, "published": 2, "shadow": 3}
    values["releases"] = 4
    rule = a_rule(S.PUBLISHED, **values, updated_at=after(3), version=9)
    version = a_version(rule, number=1, action=RuleAction.SCORE, points=-20, reason="To begin with")
    assert await keep(house, rule, version) == rule
    assert await read(house, rule.id) == rule
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.fraud_rules.version(rule, 1) == version
        with pytest.raises(NotFound, match="The version"):
            await unit.fraud_rules.version(rule, 2)


async def test_a_life_is_told_in_order(house: House, merchant: Merchant) -> None:
    rule = new_rule(merchant_id=merchant.id, name="Cards", description=None, position=0, at=MORNING, data={})
    saved = await keep(house, rule)
    assert saved == replace(rule, events=())
    async with house.units.begin(an_actor(merchant), "contract") as unit:
        changed = (await unit.fraud_rules.for_update(rule.id)).revise(after(1), {}, name="Bad cards")
        second = a_version(changed, expression="false")
        saved = await unit.fraud_rules.save(changed.publish(2, after(2), {}), second)
        # What is written is seen at once, also before it is committed.
        assert await unit.fraud_rules.version(saved, 2) == second
        assert await unit.fraud_rules.active(merchant.id) == [(saved, second)]
        await unit.commit()
    assert await read(house, rule.id) == saved
    events = await house.events(rule.id)
    assert names(events) == ["fraud_rule.created", "fraud_rule.revised", "fraud_rule.published"]
    assert [sequence for _, sequence, _ in events] == [1, 2, 3]


async def test_what_an_operation_has_published_is_known_for_good(house: House, merchant: Merchant) -> None:
    rule, other = [await keep(house, a_rule(merchant_id=author)) for author in (merchant.id, PLATFORM)]
    first, second = new_uuid(MORNING), new_uuid(MORNING)
    for author in (rule, other):
        async with house.units.begin(SYSTEM, "contract") as unit:
            data = {"operation_id": str(first if author is rule else second)}
            published = author.publish(1, after(1), data)
            saved = await unit.fraud_rules.save(published.disable(after(2), "why"))
            await unit.commit()
        assert (saved.releases, await read(house, author.id)) == (2, saved)
    async with house.units.begin(SYSTEM, "contract") as unit:
        known = [await unit.fraud_rules.was_published(one, id_) for one in (rule, other) for id_ in (first, second)]
    assert known == [True, False, False, True]


async def test_a_stale_rule_is_not_saved(house: House, merchant: Merchant) -> None:
    rule = await keep(house, a_rule(merchant_id=merchant.id))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.fraud_rules.save(rule.disable(after(1), "why"))
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(Contention):
            await unit.fraud_rules.save(rule.disable(after(2), "why"))


async def test_the_lock_makes_others_wait(house: House, merchant: Merchant) -> None:
    rule = await keep(house, a_rule(merchant_id=merchant.id))
    locked = asyncio.Event()

    async def first() -> None:
        async with house.units.begin(SYSTEM, "first") as unit:
            found = await unit.fraud_rules.for_update(rule.id)
            locked.set()
            for _ in range(5):
                await asyncio.sleep(0.01)
            await unit.fraud_rules.save(found.disable(after(1), "why"))
            await unit.commit()

    async def second() -> RuleStatus:
        await locked.wait()
        return (await read(house, rule.id)).status

    assert (await asyncio.gather(first(), second()))[1] is S.DISABLED


async def test_what_acts_and_what_is_tried_in_order(house: House, merchant: Merchant) -> None:
    def ids(second: int) -> UUID:
        return new_uuid(after(second))

    own = {"merchant_id": merchant.id}
    late = await keep(house, a_rule(S.PUBLISHED, id=ids(1), position=5, **own))
    both = a_rule(S.PUBLISHED, id=ids(3), position=1, shadow=2, latest=2, version=1, **own)
    first = await keep(house, a_rule(S.SHADOW, id=ids(2), position=1, **own))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.fraud_rules.add(replace(both, shadow=None, latest=1), a_version(both, number=1))
        changed = replace(both, shadow=None, latest=1).revise(after(1), {}).try_out(2, after(2))
        both = await unit.fraud_rules.save(changed, a_version(both, number=2, expression="false"))
        await unit.commit()
    for status in (S.DRAFT, S.DISABLED):
        await keep(house, a_rule(status, **own))
    await keep(house, a_rule(S.PUBLISHED, merchant_id=PLATFORM))
    found = await active(house, merchant.id)
    assert [(rule, version.number) for rule, version in found] == [(first, 1), (both, 1), (both, 2), (late, 1)]
    assert [version.expression for _, version in found][2] == "false"


async def test_others_rules_are_not_there(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    rules = [await keep(house, a_rule(S.PUBLISHED, merchant_id=author)) for author in (merchant.id, PLATFORM)]
    for rule in rules:
        with pytest.raises(NotFound, match="The fraud rule"):
            await read(house, rule.id, an_actor(other))
        stolen = a_rule(merchant_id=rule.merchant_id)
        async with house.units.begin(an_actor(other), "contract") as unit:
            with pytest.raises(house.fenced):
                await unit.fraud_rules.add(stolen, a_version(stolen))
    async with house.units.begin(an_actor(other), "contract") as unit:
        assert await unit.fraud_rules.active(merchant.id) == []
    with pytest.raises(NotFound, match="The fraud rule"):
        await read(house, new_uuid(MORNING))


async def current(house: House, merchant_id: UUID, actor: Actor = SYSTEM) -> RuleSet:
    async with house.units.begin(actor, "contract") as unit:
        return await unit.rule_sets.current(merchant_id)


async def add(house: House, rule_set: RuleSet, actor: Actor = SYSTEM) -> None:
    async with house.units.begin(actor, "contract") as unit:
        await unit.rule_sets.add(rule_set)
        await unit.commit()


async def test_the_newest_rule_set_reads_back(house: House, merchant: Merchant) -> None:
    assert await current(house, merchant.id) == RuleSet(merchant_id=merchant.id)
    rules = [
        an_active_rule(RuleAction.SCORE, points=-5, expression='"ü" == "\\u00fc"', name="Ü", version=4),
        *(an_active_rule(action, mode=RuleMode.SHADOW) for action in RuleAction if action is not RuleAction.SCORE),
    ]
    first = a_rule_set(*rules, merchant_id=merchant.id, policy=ScorePolicy(review_at=50, block_at=90))
    second = replace(first, revision=2, rules=(), policy=ScorePolicy(block_at=1), created_at=after(1))
    for rule_set in (first, second):
        await add(house, rule_set)
        assert await current(house, merchant.id) == rule_set
    assert (await current(house, PLATFORM)).revision == 0


async def test_a_revision_is_made_once(house: House, merchant: Merchant) -> None:
    rule_set = a_rule_set(merchant_id=merchant.id)
    await add(house, rule_set)
    with pytest.raises(Contention):
        await add(house, rule_set)
    await add(house, a_rule_set())


async def test_of_two_at_once_one_gives_way(house: House, merchant: Merchant) -> None:
    rule_set = a_rule_set(merchant_id=merchant.id)
    ended = await asyncio.gather(*(add(house, rule_set) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["Contention", "NoneType"]


async def test_all_are_judged_by_the_platforms_and_nobody_by_anothers(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    platforms, own = a_rule_set(an_active_rule()), a_rule_set(an_active_rule(), merchant_id=merchant.id)
    await add(house, platforms)
    await add(house, own, an_actor(merchant))
    stranger = an_actor(other)
    assert await current(house, PLATFORM, stranger) == platforms
    assert (await current(house, merchant.id, stranger)).revision == 0
    for author in (PLATFORM, merchant.id):
        with pytest.raises(house.fenced):
            await add(house, a_rule_set(merchant_id=author, revision=2), stranger)
