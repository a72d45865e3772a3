"""What was approved becomes a version: once, by somebody else, never for the past, and only of what was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.carry_out_requests import CarryOutRequests, carry_out_requests
from domain.approvals.errors import ApproverIsRequester, ApproverLacksRole
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, NotFound
from domain.merchants.errors import FeePlanNotApproved
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_fee_plan
from tests.builders.moments import MORNING, after
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.fee_desk import FeeDesk

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from tests.fakes.unit import MemoryUnits

S = ApprovalStatus
OLD, NEW, NEWER = a_fee_plan(), a_fee_plan("1.2"), a_fee_plan("1.1")


@pytest.fixture
def desk(units: MemoryUnits, merchant: Merchant) -> FeeDesk:
    return FeeDesk(units=units, merchant=merchant)


async def test_it_holds_from_the_approval_on(desk: FeeDesk, units: MemoryUnits, merchant: Merchant) -> None:
    request = await desk.ask(NEW)
    desk.clock.pass_by(60)
    assert (await desk.approve(request)).status is S.SUCCEEDED
    kept = await desk.kept()
    assert (kept.fee_plan, kept.fee_plan_since, kept.version) == (NEW, after(60), merchant.version + 1)
    [_, version] = units.tables.fee_plan_versions
    assert (version.number, version.plan, version.effective_from) == (2, NEW, after(60))
    assert (version.reason, version.operation_id) == ("As agreed in March", request.operation_id)
    assert version.requested_by is not None
    assert version.approved_by is not None
    assert (version.requested_by.id, version.approved_by.id) == (desk.asker.id, desk.approver.id)
    record = next(record for record in units.tables.audit if record.action == "merchants.change_fee_plan")
    assert (record.actor_id, record.merchant_id) == (desk.approver.id, merchant.id)
    assert (record.data["version"], record.data["requested_by"]) == (2, desk.asker.name)


async def test_every_moment_keeps_its_plan(desk: FeeDesk) -> None:
    await desk.change(NEW, after(1000))
    desk.clock.pass_by(2000)
    await desk.change(NEWER)
    assert [await desk.plan_at(after(at)) for at in (-(10**7), 0, 999, 1000, 1999, 2000)] == [
        OLD, OLD, OLD, NEW, NEW, NEWER,
    ]  # fmt: skip
    assert await desk.latest() == 3


async def test_who_may_approve(desk: FeeDesk, merchant: Merchant) -> None:
    request = await desk.ask(NEW)
    with pytest.raises(ApproverIsRequester):
        await desk.approve(request, desk.asker)
    with pytest.raises(ApproverLacksRole):
        await desk.approve(request, a_staff_actor(StaffRole.RISK_ANALYST))
    with pytest.raises(ApproverLacksRole):
        await desk.approve(request, an_actor(merchant))
    with pytest.raises(Forbidden, match="approvals:decide"):
        await desk.approve(request, a_staff_actor(StaffRole.AUDITOR))
    assert await desk.latest() == 1
    for number, role in enumerate((StaffRole.FINANCE_OPERATIONS, StaffRole.APPROVER, StaffRole.ADMIN), 2):
        done = await desk.approve(await desk.ask(a_fee_plan(f"1.{number}")), a_staff_actor(role))
        assert done.status is S.SUCCEEDED
        assert await desk.latest() == number


async def test_one_that_was_overtaken_fails_and_says_so(desk: FeeDesk) -> None:
    first, second = await desk.ask(NEW), await desk.ask(NEWER)
    assert (await desk.approve(second)).status is S.SUCCEEDED
    late = await desk.approve(first)
    assert (late.status, late.failure) == (
        S.FAILED,
        "The fee plan was changed since this was asked for; look at it and ask anew.",
    )
    assert (await desk.plan_at(after(1)), await desk.latest()) == (NEWER, 2)


async def test_no_plan_for_the_past(desk: FeeDesk) -> None:
    request = await desk.ask(NEW, after(100))
    desk.clock.pass_by(101)
    late = await desk.approve(request)
    assert late.status is S.FAILED
    assert late.failure is not None
    assert "which was over when it was approved" in late.failure
    assert (await desk.plan_at(after(200)), await desk.latest()) == (OLD, 1)
    on_time = await desk.ask(NEW, after(200))
    desk.clock.pass_by(99)
    assert (await desk.approve(on_time)).status is S.SUCCEEDED


async def test_it_is_done_once_however_often(desk: FeeDesk, units: MemoryUnits) -> None:
    request = await desk.ask(NEW)
    units.die_at("merchant.fee_plan.committed")
    with pytest.raises(Crash):
        await desk.approve(request)
    desk.clock.pass_by(120)
    for actor in (desk.approver, JOBS):
        again = await desk.carry_out(request.operation_id, actor)
        assert (again.number, again.effective_from) == (2, MORNING)
    await carry_out_requests(desk.approvals, JOBS, CarryOutRequests())
    assert units.tables.approval_requests[request.id].status is S.SUCCEEDED
    assert (await desk.latest(), (await desk.kept()).fee_plan_since) == (2, MORNING)


async def test_what_is_not_approved_is_not_done(desk: FeeDesk, merchant: Merchant) -> None:
    request = await desk.ask(NEW)
    with pytest.raises(FeePlanNotApproved, match="REQUIRES_REVIEW"):
        await desk.carry_out(request.operation_id)
    with pytest.raises(NotFound, match="request for approval"):
        await desk.carry_out(uuid4())
    await desk.approve(request)
    with pytest.raises(FeePlanNotApproved, match="SUCCEEDED"):
        await desk.carry_out(request.operation_id, an_actor(merchant))
