"""An expression is looked at as if it were a rule, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.fraud.check_rule import CheckRule, check_rule
from domain.fraud.create_list import CreateList, create_list
from domain.fraud.expression import ExpressionInvalid, Needs
from domain.fraud.list_kind import ListKind
from domain.fraud.rule import RuleAction
from domain.identity.permission import MerchantRole, Permission
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def check(
    fraud: FraudDesk, expression: str, actor: Actor | None = None, action: RuleAction = RuleAction.REVIEW
) -> Needs:
    """What the verb says of a rule of the merchant."""
    command = CheckRule(merchant_id=fraud.desk.merchant.id, action=action, expression=expression)
    return await check_rule(fraud.ports, actor or fraud.actor, command)


async def test_what_it_would_ask_for(fraud: FraudDesk, units: MemoryUnits) -> None:
    needs = await check(fraud, 'card.country == "DE"')
    assert needs.variables == {"card.country"}
    assert (units.tables.fraud.rules, units.tables.audit, units.tables.events) == ({}, [], [])


async def test_lists_are_the_authors_own(fraud: FraudDesk) -> None:
    expression = 'in_list(customer.email, "regulars")'
    with pytest.raises(ExpressionInvalid, match="regulars"):
        await check(fraud, expression)
    made = CreateList(merchant_id=fraud.desk.merchant.id, name="regulars", kind=ListKind.EMAIL)
    await create_list(fraud.ports, fraud.actor, made)
    assert (await check(fraud, expression)).lists == {"regulars"}
    of_platform = CheckRule(merchant_id=PLATFORM, action=RuleAction.BLOCK, expression=expression)
    with pytest.raises(ExpressionInvalid):
        await check_rule(fraud.ports, fraud.staff, of_platform)


async def test_what_is_known_too_late_for_an_action(fraud: FraudDesk) -> None:
    expression = "gateway.score >= 60"
    assert (await check(fraud, expression)).variables == {"gateway.score"}
    with pytest.raises(ExpressionInvalid, match="REVIEW and SCORE") as caught:
        await check(fraud, expression, action=RuleAction.BLOCK)
    assert (caught.value.line, caught.value.column) == (1, 1)


async def test_whoever_reads_may_ask(fraud: FraudDesk) -> None:
    assert await check(fraud, "true", an_actor(fraud.desk.merchant, role=MerchantRole.VIEWER)) == Needs()
    with pytest.raises(Forbidden, match="fraud:read"):
        await check(fraud, "true", an_actor(fraud.desk.merchant, permissions={Permission.PAYMENTS_READ}))
    with pytest.raises(NotFound):
        await check(fraud, "true", an_actor(a_merchant()))
    nobodys = CheckRule(merchant_id=new_uuid(MORNING), action=RuleAction.REVIEW, expression="true")
    with pytest.raises(NotFound, match="The merchant"):
        await check_rule(fraud.ports, fraud.staff, nobodys)
