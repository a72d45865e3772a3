"""A rule is checked before it is kept, and does nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.create_list import CreateList, create_list
from domain.fraud.expression import LONGEST_EXPRESSION, ExpressionInvalid
from domain.fraud.list_kind import ListKind
from domain.fraud.rule import RuleAction, RuleStatus
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def test_a_draft_with_its_first_version(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.create("false", name="Nobody", description="", position=7, reason="To begin with")
    assert (rule.status, rule.latest, rule.position, rule.description) == (RuleStatus.DRAFT, 1, 7, None)
    tables = units.tables
    assert tables.fraud.rules == {rule.id: rule}
    version = tables.fraud.versions[rule.id, 1]
    assert (version.expression, version.reason, version.author_id) == ("false", "To begin with", fraud.actor.id)
    assert [event.name for event in tables.events] == ["fraud_rule.created"]
    (record,) = tables.audit
    assert (record.action, record.subject_id, record.merchant_id) == ("fraud.create_rule", rule.id, rule.merchant_id)
    assert record.data == {"name": "Nobody", "action": "REVIEW", "reason": "To begin with"}
    assert (await fraud.in_force(rule.merchant_id)).revision == 0


async def test_the_platforms_rules_are_staffs(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.create(merchant_id=PLATFORM)
    assert rule.of_platform
    assert units.tables.audit[0].merchant_id is None
    with pytest.raises(NotFound):
        await fraud.create(merchant_id=PLATFORM, actor=fraud.actor)


async def test_who_may_not(fraud: FraudDesk, units: MemoryUnits) -> None:
    for actor in (an_actor(fraud.desk.merchant, role=MerchantRole.OPERATOR), a_staff_actor(StaffRole.SUPPORT)):
        with pytest.raises(Forbidden, match="fraud:manage"):
            await fraud.create(actor=actor)
    with pytest.raises(NotFound):
        await fraud.create(actor=an_actor(a_merchant()))
    with pytest.raises(NotFound, match="The merchant"):
        await fraud.create(actor=fraud.staff, merchant_id=new_uuid(MORNING))
    assert (units.tables.fraud.rules, units.tables.audit) == ({}, [])


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"name": ""}, "name"),
        ({"points": 5}, "points"),
        ({"action": RuleAction.SCORE}, "points"),
        ({"position": -1}, "position"),
        ({"reason": ""}, "reason"),
        ({"expression": " "}, "expression"),
        ({"expression": "x" * (LONGEST_EXPRESSION + 1)}, "expression"),
        ({"expression": 'card.fingerprint == "4242424242424242"'}, "expression"),
        ({"expression": "what?"}, "expression"),
        ({"expression": 'in_list(customer.email, "nobodys")'}, "expression"),
    ],
)
async def test_what_no_rule_can_be(fraud: FraudDesk, units: MemoryUnits, values: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        await fraud.create(**values)
    assert refused.value.path == (path,)
    assert (units.tables.fraud.rules, units.tables.audit) == ({}, [])


@pytest.mark.parametrize("action", RuleAction)
async def test_the_gateways_score_is_for_what_can_still_act_then(fraud: FraudDesk, action: RuleAction) -> None:
    expression = "gateway.score >= 70"
    points = 10 if action is RuleAction.SCORE else None
    if action in {RuleAction.REVIEW, RuleAction.SCORE}:
        await fraud.create(expression, action=action, points=points)
        return
    with pytest.raises(ExpressionInvalid, match=r"gateway\.score is known once") as refused:
        await fraud.create(expression, action=action, points=points)
    assert (refused.value.line, refused.value.column) == (1, 1)


async def test_an_author_asks_for_its_own_lists(fraud: FraudDesk) -> None:
    expression = 'in_list(customer.email, "regulars")'
    command = CreateList(merchant_id=fraud.desk.merchant.id, name="regulars", kind=ListKind.EMAIL)
    await create_list(fraud.ports, fraud.actor, command)
    await fraud.create(expression)
    with pytest.raises(ExpressionInvalid, match="no list regulars"):
        await fraud.create(expression, merchant_id=PLATFORM)
    await fraud.create('in_list(customer.email, "blocked_emails")', merchant_id=PLATFORM)
