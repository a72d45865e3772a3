"""What was approved is published, by whoever did not ask for it: that version, once, and nothing that changed since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import LIFETIME, ApprovalRequest, ApprovalStatus
from domain.approvals.cancel_request import CancelRequest, cancel_request
from domain.approvals.carry_out_requests import CarryOutRequests, carry_out_requests
from domain.approvals.errors import ApproverIsRequester, ApproverLacksRole
from domain.approvals.expire_requests import ExpireRequests, expire_requests
from domain.fraud.carry_out_publication import CarryOutPublication, carry_out_publication
from domain.fraud.errors import FraudRuleStateForbids
from domain.fraud.rule import RuleStatus
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from domain.fraud.rule import FraudRule
    from domain.identity.actor import Actor
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits

S = ApprovalStatus
CHANGED = "The rule was published or disabled since this was asked for; ask anew."


@pytest.fixture
async def rule(fraud: FraudDesk) -> FraudRule:
    """One of the platform, whose publications need approval."""
    await fraud.want_approval(PLATFORM)
    return await fraud.create("true", merchant_id=PLATFORM)


async def carry_out(fraud: FraudDesk, request: ApprovalRequest, actor: Actor | None = None) -> FraudRule:
    command = CarryOutPublication(operation_id=request.operation_id)
    return await carry_out_publication(fraud.ports, actor or fraud.other_staff, command)


async def test_somebody_else_publishes_it(fraud: FraudDesk, units: MemoryUnits, rule: FraudRule) -> None:
    request = await fraud.ask_to_publish(rule, reason="It is good")
    done = await fraud.approve(request)
    assert done.status is S.SUCCEEDED
    published = units.tables.fraud.rules[rule.id]
    assert (published.status, published.published) == (RuleStatus.PUBLISHED, 1)
    assert [one.rule_id for one in (await fraud.in_force(PLATFORM)).rules] == [rule.id]
    record = next(record for record in units.tables.audit if record.action == "fraud.publish_rule")
    assert (record.actor_id, record.merchant_id) == (fraud.other_staff.id, None)
    assert (record.data["reason"], record.data["requested_by"]) == ("It is good", fraud.staff.name)
    told = {"version": 1, "reason": "It is good", "operation_id": str(request.operation_id)}
    assert units.tables.events[-2].data == told


async def test_a_merchants_rule_by_the_merchants_people(fraud: FraudDesk, units: MemoryUnits) -> None:
    await fraud.want_approval(fraud.desk.merchant.id)
    rule = await fraud.create("true")
    assert (await fraud.approve(await fraud.ask_to_publish(rule))).status is S.SUCCEEDED
    assert units.tables.fraud.rules[rule.id].published == 1


async def test_the_approved_version_whatever_is_newer(fraud: FraudDesk, units: MemoryUnits, rule: FraudRule) -> None:
    request = await fraud.ask_to_publish(rule)
    await fraud.update(rule, expression="false")
    await fraud.approve(request)
    published = units.tables.fraud.rules[rule.id]
    assert (published.latest, published.published) == (2, 1)


async def test_who_may_not_approve(fraud: FraudDesk, rule: FraudRule) -> None:
    request = await fraud.ask_to_publish(rule)
    with pytest.raises(ApproverIsRequester):
        await fraud.approve(request, fraud.staff)
    with pytest.raises(Forbidden, match="approvals:decide"):
        await fraud.approve(request, a_staff_actor(StaffRole.AUDITOR))
    with pytest.raises(NotFound):
        await fraud.approve(request, an_actor(fraud.desk.merchant))
    assert (await fraud.approve(request, a_staff_actor(StaffRole.RISK_ANALYST))).status is S.SUCCEEDED


async def test_a_policy_may_want_a_role(fraud: FraudDesk) -> None:
    await fraud.want_approval(PLATFORM, StaffRole.RISK_ANALYST)
    request = await fraud.ask_to_publish(await fraud.create("true", merchant_id=PLATFORM))
    with pytest.raises(ApproverLacksRole):
        await fraud.approve(request, a_staff_actor(StaffRole.FINANCE_OPERATIONS))
    assert (await fraud.approve(request)).status is S.SUCCEEDED


async def test_what_took_its_place_meanwhile_stays(fraud: FraudDesk, units: MemoryUnits, rule: FraudRule) -> None:
    await fraud.update(rule, expression="false")
    first, second = await fraud.ask_to_publish(rule, version=1), await fraud.ask_to_publish(rule, version=2)
    assert (await fraud.approve(second)).status is S.SUCCEEDED
    late = await fraud.approve(first)
    assert (late.status, late.failure) == (S.FAILED, CHANGED)
    assert units.tables.fraud.rules[rule.id].published == 2


async def test_what_is_published_already_is_done(fraud: FraudDesk, units: MemoryUnits, rule: FraudRule) -> None:
    first, second = await fraud.ask_to_publish(rule), await fraud.ask_to_publish(rule)
    assert [(await fraud.approve(request)).status for request in (first, second)] == [S.SUCCEEDED, S.SUCCEEDED]
    events = [event.name for event in units.tables.events if event.subject_id == rule.id]
    assert events == ["fraud_rule.created", "fraud_rule.published"]


async def test_what_was_disabled_stays_so_although_another_request_is_approved(
    fraud: FraudDesk, units: MemoryUnits, rule: FraudRule
) -> None:
    first, second = await fraud.ask_to_publish(rule), await fraud.ask_to_publish(rule)
    await fraud.approve(first)
    await fraud.disable(rule)
    late = await fraud.approve(second)
    assert (late.status, late.failure) == (S.FAILED, CHANGED)
    assert units.tables.fraud.rules[rule.id].status is RuleStatus.DISABLED
    assert (await fraud.in_force(PLATFORM)).rules == ()
    # Asked for anew, it has been looked at as it is now.
    assert (await fraud.approve(await fraud.ask_to_publish(rule))).status is S.SUCCEEDED


async def test_a_draft_that_was_disabled_meanwhile_stays_so(
    fraud: FraudDesk, units: MemoryUnits, rule: FraudRule
) -> None:
    request = await fraud.ask_to_publish(rule)
    disabled = await fraud.disable(rule)
    done = await fraud.approve(request)
    assert (done.status, done.failure) == (S.FAILED, CHANGED)
    assert units.tables.fraud.rules[rule.id] == disabled


async def test_a_new_version_or_a_trial_meanwhile_is_no_hindrance(
    fraud: FraudDesk, units: MemoryUnits, rule: FraudRule
) -> None:
    request = await fraud.ask_to_publish(rule)
    await fraud.shadow(await fraud.update(rule, expression="false", position=3))
    assert (await fraud.approve(request)).status is S.SUCCEEDED
    assert units.tables.fraud.rules[rule.id].published == 1


@pytest.mark.parametrize("then", ["disabled", "replaced", "left"])
async def test_a_job_that_was_not_told_publishes_nothing_twice(
    fraud: FraudDesk, units: MemoryUnits, rule: FraudRule, then: str
) -> None:
    request = await fraud.ask_to_publish(rule)
    units.die_at("approval.succeed.before_commit")
    with pytest.raises(Crash):
        await fraud.approve(request)
    assert units.tables.approval_requests[request.id].status is S.APPROVED
    if then == "disabled":
        await fraud.disable(rule)
    elif then == "replaced":
        await fraud.update(rule, expression="false")
        units.tables.approval_policies.clear()
        await fraud.publish(rule)
    left, told = units.tables.fraud.rules[rule.id], len(units.tables.events)
    fraud.desk.clock.at += timedelta(seconds=60)
    assert await carry_out_requests(fraud.approvals, JOBS, CarryOutRequests()) == 1
    assert units.tables.approval_requests[request.id].status is S.SUCCEEDED
    assert units.tables.fraud.rules[rule.id] == left
    assert [event.name for event in units.tables.events[told:]] == ["approval_request.succeeded"]


@pytest.mark.parametrize("point", ["fraud_rule.publish.before_commit", "approval.approve.committed"])
async def test_what_was_disabled_before_the_job_came_is_not_published(
    fraud: FraudDesk, units: MemoryUnits, rule: FraudRule, point: str
) -> None:
    request = await fraud.ask_to_publish(rule)
    units.die_at(point)
    with pytest.raises(Crash):
        await fraud.approve(request)
    disabled = await fraud.disable(rule)
    fraud.desk.clock.at += timedelta(seconds=60)
    assert await carry_out_requests(fraud.approvals, JOBS, CarryOutRequests()) == 1
    done = units.tables.approval_requests[request.id]
    assert (done.status, done.failure) == (S.FAILED, CHANGED)
    assert units.tables.fraud.rules[rule.id] == disabled


async def test_what_compiles_no_more_fails_and_says_why(fraud: FraudDesk, rule: FraudRule) -> None:
    request = await fraud.ask_to_publish(rule)
    fraud.language.forgotten.add("true")
    done = await fraud.approve(request)
    assert (done.status, done.failure) == (S.FAILED, "The language has changed.")


async def test_only_what_is_approved_is_carried_out(fraud: FraudDesk, units: MemoryUnits, rule: FraudRule) -> None:
    request = await fraud.ask_to_publish(rule)
    with pytest.raises(FraudRuleStateForbids, match="REQUIRES_REVIEW"):
        await carry_out(fraud, request)
    canceled = await cancel_request(fraud.approvals, fraud.staff, CancelRequest(request_id=request.id))
    with pytest.raises(FraudRuleStateForbids, match="CANCELED"):
        await carry_out(fraud, canceled)
    with pytest.raises(NotFound, match="The request for approval"):
        await carry_out_publication(fraud.ports, JOBS, CarryOutPublication(operation_id=new_uuid(MORNING)))
    assert units.tables.fraud.rules[rule.id] == rule


async def test_nobody_carries_out_without_the_permission(fraud: FraudDesk, units: MemoryUnits, rule: FraudRule) -> None:
    request = await fraud.ask_to_publish(rule)
    units.tables.approval_requests[request.id] = request.approve(fraud.other_staff, fraud.desk.clock.now())
    with pytest.raises(Forbidden, match="approvals:decide"):
        await carry_out(fraud, request, a_staff_actor(StaffRole.SUPPORT))
    assert units.tables.fraud.rules[rule.id] == rule
    assert (await carry_out(fraud, request, JOBS)).published == 1


async def test_it_expires(fraud: FraudDesk, units: MemoryUnits, rule: FraudRule) -> None:
    request = await fraud.ask_to_publish(rule)
    fraud.desk.clock.at += LIFETIME
    assert await expire_requests(fraud.approvals, JOBS, ExpireRequests()) == 1
    assert units.tables.approval_requests[request.id].status is S.EXPIRED
    assert units.tables.fraud.rules[rule.id] == rule
