"""A version acts in the place of the one that did, at once or once somebody else has approved it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.fraud.errors import FraudRuleStateForbids
from domain.fraud.expression import ExpressionInvalid
from domain.fraud.rule import FraudRule, RuleStatus
from domain.fraud.rule_set import MOST_RULES, RuleMode
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM
from tests.builders.fraud import a_rule, a_version
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def test_it_acts_from_now_on(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.publish(await fraud.create("true"), reason="It is good")
    assert (rule.status, rule.published) == (RuleStatus.PUBLISHED, 1)
    in_force = await fraud.in_force(rule.merchant_id)
    assert [(one.rule_id, one.mode) for one in in_force.rules] == [(rule.id, RuleMode.LIVE)]
    assert in_force.revision == 1
    record = units.tables.audit[-1]
    assert (record.action, record.data["version"], record.data["reason"]) == ("fraud.publish_rule", 1, "It is good")
    event = units.tables.events[-1]
    assert (event.name, event.sequence, event.data) == (
        "fraud_rule.published",
        2,
        {"version": 1, "reason": "It is good"},
    )


async def test_a_newer_version_and_an_older_one(fraud: FraudDesk) -> None:
    rule = await fraud.update(await fraud.published("true"), expression="false")
    rule = await fraud.publish(rule)
    assert [one.expression for one in (await fraud.in_force(rule.merchant_id)).rules] == ["false"]
    rule = await fraud.publish(rule, version=1)
    assert [one.expression for one in (await fraud.in_force(rule.merchant_id)).rules] == ["true"]
    with pytest.raises(FraudRuleStateForbids, match="Version 1 is published already"):
        await fraud.publish(rule, version=1)


async def test_what_is_refused(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.create("true")
    with pytest.raises(Invalid) as refused:
        await fraud.publish(rule, reason=" ")
    assert refused.value.path == ("reason",)
    with pytest.raises(NotFound, match="The version"):
        await fraud.publish(rule, version=2)
    with pytest.raises(Forbidden):
        await fraud.publish(rule, an_actor(fraud.desk.merchant, role=MerchantRole.OPERATOR))
    fraud.language.forgotten.add("true")
    with pytest.raises(ExpressionInvalid):
        await fraud.publish(rule)
    assert (units.tables.fraud.rules, units.tables.fraud.rule_sets) == ({rule.id: rule}, {})


async def test_no_more_than_can_be_evaluated_at_once(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.create("true")
    for _ in range(MOST_RULES):
        other = a_rule(RuleStatus.SHADOW, merchant_id=rule.merchant_id)
        units.tables.fraud.rules[other.id] = other
        units.tables.fraud.versions[other.id, 1] = a_version(other)
    with pytest.raises(Invalid, match="disable one first"):
        await fraud.publish(rule)
    assert units.tables.fraud.rules[rule.id] == rule


async def test_two_publications_at_once_are_both_in_force(fraud: FraudDesk) -> None:
    rules = [await fraud.create("true") for _ in range(3)]
    await asyncio.gather(*(fraud.publish(rule) for rule in rules))
    in_force = await fraud.in_force(rules[0].merchant_id)
    assert {one.rule_id for one in in_force.rules} == {rule.id for rule in rules}


async def test_where_it_needs_approval_nothing_happens(fraud: FraudDesk, units: MemoryUnits) -> None:
    await fraud.want_approval(PLATFORM)
    rule = await fraud.create("true", merchant_id=PLATFORM)
    request = await fraud.ask_to_publish(rule, reason="It is good")
    assert (request.status, request.amount, request.merchant_id) == (ApprovalStatus.REQUIRES_REVIEW, None, PLATFORM)
    assert (request.subject_type, request.subject_id) == ("fraud_rule", rule.id)
    assert request.command == {"version": 1, "releases": 0, "reason": "It is good"}
    assert (units.tables.fraud.rules[rule.id], units.tables.fraud.rule_sets) == (rule, {})
    record = units.tables.audit[-1]
    assert (record.action, record.merchant_id) == ("approvals.request", None)
    # A merchant's own rules need what the merchant wants.
    assert isinstance(await fraud.published("true"), FraudRule)


async def test_what_cannot_be_published_is_not_asked_for(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.published("true", merchant_id=PLATFORM)
    await fraud.want_approval(PLATFORM)
    with pytest.raises(FraudRuleStateForbids):
        await fraud.ask_to_publish(rule)
    assert units.tables.approval_requests == {}
