"""A rule stops at once, whoever would have to approve its publication."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.fraud.rule import RuleStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM
from domain.kernel.machine import TransitionNotAllowed
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def test_neither_acting_nor_tried(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.shadow(await fraud.update(await fraud.published("true"), expression="false"))
    await fraud.want_approval(rule.merchant_id)
    rule = await fraud.disable(rule, reason="It blocks everybody")
    assert (rule.status, rule.published, rule.shadow) == (RuleStatus.DISABLED, None, None)
    assert (await fraud.in_force(rule.merchant_id)).rules == ()
    record = units.tables.audit[-1]
    assert (record.action, record.data["version"]) == ("fraud.disable_rule", 1)
    assert record.data["reason"] == units.tables.events[-1].data["reason"] == "It blocks everybody"


async def test_it_comes_back(fraud: FraudDesk) -> None:
    rule = await fraud.disable(await fraud.published("true"))
    assert (await fraud.publish(rule)).status is RuleStatus.PUBLISHED
    in_force = await fraud.in_force(rule.merchant_id)
    assert (len(in_force.rules), in_force.revision) == (1, 3)


async def test_a_draft_leaves_what_is_in_force_alone(fraud: FraudDesk) -> None:
    rule = await fraud.disable(await fraud.create("true"))
    assert (await fraud.in_force(rule.merchant_id)).revision == 0


async def test_what_is_refused(fraud: FraudDesk) -> None:
    rule = await fraud.published("true", merchant_id=PLATFORM)
    with pytest.raises(Invalid) as refused:
        await fraud.disable(rule, reason=" ")
    assert refused.value.path == ("reason",)
    with pytest.raises(NotFound):
        await fraud.disable(rule, fraud.actor)
    with pytest.raises(Forbidden):
        await fraud.disable(await fraud.create(), an_actor(fraud.desk.merchant, role=MerchantRole.DEVELOPER))
    assert len((await fraud.in_force(PLATFORM)).rules) == 1
    disabled = await fraud.disable(rule)
    with pytest.raises(TransitionNotAllowed):
        await fraud.disable(disabled)
