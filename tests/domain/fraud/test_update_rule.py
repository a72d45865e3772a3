"""What a rule says becomes another version; what it is called and where it stands changes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.expression import ExpressionInvalid
from domain.fraud.rule import RuleAction, RuleStatus
from domain.kernel.errors import Invalid, NotFound
from tests.builders.fraud import a_rule
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant

if TYPE_CHECKING:
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def test_another_version_does_nothing_yet(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.published("true")
    before = await fraud.in_force(rule.merchant_id)
    changed = await fraud.update(rule, expression="false", reason="Too many")
    assert (changed.status, changed.latest, changed.published) == (RuleStatus.PUBLISHED, 2, 1)
    first, second = (units.tables.fraud.versions[rule.id, number] for number in (1, 2))
    assert (first.expression, second.expression, second.reason) == ("true", "false", "Too many")
    assert await fraud.in_force(rule.merchant_id) == before
    assert units.tables.events[-1].name == "fraud_rule.revised"
    record = units.tables.audit[-1]
    assert (record.action, record.data["version"], record.data["reason"]) == ("fraud.update_rule", 2, "Too many")


async def test_points_belong_to_the_action(fraud: FraudDesk, units: MemoryUnits) -> None:
    versions = units.tables.fraud.versions
    rule = await fraud.create(action=RuleAction.SCORE, points=10)
    rule = await fraud.update(rule, points=20)
    assert (versions[rule.id, 2].action, versions[rule.id, 2].points) == (RuleAction.SCORE, 20)
    rule = await fraud.update(rule, expression="false")
    assert versions[rule.id, 3].points == 20
    rule = await fraud.update(rule, action=RuleAction.BLOCK)
    assert (versions[rule.id, 4].action, versions[rule.id, 4].points) == (RuleAction.BLOCK, None)
    with pytest.raises(Invalid):
        await fraud.update(rule, points=5)


async def test_its_place_and_name_change_at_once(fraud: FraudDesk) -> None:
    first = await fraud.published("true", name="First", position=1)
    second = await fraud.published("true", name="Second", position=2)
    assert [rule.name for rule in (await fraud.in_force(first.merchant_id)).rules] == ["First", "Second"]
    changed = await fraud.update(second, position=0, name="Now first", description="Why")
    assert (changed.latest, changed.description) == (1, "Why")
    in_force = await fraud.in_force(first.merchant_id)
    assert ([rule.name for rule in in_force.rules], in_force.revision) == (["Now first", "First"], 3)
    assert (await fraud.update(changed, description="")).description is None


@pytest.mark.parametrize(
    "changes",
    [{}, {"name": "A rule", "position": 0, "expression": "true", "action": RuleAction.REVIEW, "description": ""}],
)
async def test_what_changes_nothing_writes_nothing(
    fraud: FraudDesk, units: MemoryUnits, changes: dict[str, Any]
) -> None:
    rule = await fraud.create()
    before = len(units.tables.audit)
    assert await fraud.update(rule, **changes) == rule
    assert (len(units.tables.audit), len(units.tables.fraud.versions)) == (before, 1)


async def test_what_is_refused(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.create("gateway.score >= 70")
    refusals: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"expression": "what?"}, ExpressionInvalid),
        ({"action": RuleAction.BLOCK}, ExpressionInvalid),
        ({"name": " "}, Invalid),
        ({"position": -5}, Invalid),
        ({"expression": "true", "reason": " "}, Invalid),
        ({"position": 1, "reason": "4242 4242 4242 4242"}, Invalid),
    ]
    for changes, refusal in refusals:
        with pytest.raises(refusal):
            await fraud.update(rule, **changes)
    for actor, one in ((an_actor(a_merchant()), rule), (fraud.actor, a_rule())):
        with pytest.raises(NotFound, match="The fraud rule"):
            await fraud.update(one, actor, name="Mine")
    assert units.tables.fraud.rules == {rule.id: rule}
