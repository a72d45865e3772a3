"""A version is tried beside the one that acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.fraud.errors import FraudRuleStateForbids
from domain.fraud.expression import ExpressionInvalid
from domain.fraud.rule import RuleStatus
from domain.fraud.rule_set import RuleMode
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def test_it_is_evaluated_from_now_on(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.shadow(await fraud.create("true"), reason="Let us see")
    assert (rule.status, rule.shadow) == (RuleStatus.SHADOW, 1)
    (active,) = (await fraud.in_force(rule.merchant_id)).rules
    assert (active.rule_id, active.version, active.mode) == (rule.id, 1, RuleMode.SHADOW)
    record = units.tables.audit[-1]
    assert (record.action, record.data["version"], record.data["reason"]) == ("fraud.shadow_rule", 1, "Let us see")


async def test_the_published_version_goes_on_acting(fraud: FraudDesk) -> None:
    rule = await fraud.update(await fraud.published("true"), expression="false")
    rule = await fraud.shadow(rule)
    assert (rule.status, rule.published, rule.shadow) == (RuleStatus.PUBLISHED, 1, 2)
    rules = (await fraud.in_force(rule.merchant_id)).rules
    assert [(one.version, one.mode) for one in rules] == [(1, RuleMode.LIVE), (2, RuleMode.SHADOW)]
    with pytest.raises(FraudRuleStateForbids, match="published already"):
        await fraud.shadow(rule, version=1)


async def test_an_older_version_can_be_tried(fraud: FraudDesk) -> None:
    rule = await fraud.update(await fraud.create("true"), expression="false")
    assert (await fraud.shadow(rule, version=1)).shadow == 1
    with pytest.raises(NotFound, match="The version"):
        await fraud.shadow(rule, version=3)


async def test_what_compiles_no_more_is_not_tried(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.create("true")
    fraud.language.forgotten.add("true")
    with pytest.raises(ExpressionInvalid):
        await fraud.shadow(rule)
    with pytest.raises(Forbidden):
        await fraud.shadow(rule, an_actor(fraud.desk.merchant, role=MerchantRole.VIEWER))
    assert (units.tables.fraud.rules, units.tables.fraud.rule_sets) == ({rule.id: rule}, {})
