"""Another plan is only ever asked for: by staff, for now or later, and somebody else approves it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalStatus
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.merchants.change_fee_plan import FURTHEST, ChangeFeePlan, change_fee_plan
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.fee_plan_record import plan_record
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_fee_plan
from tests.builders.moments import MORNING, after
from tests.fakes.fee_desk import FeeDesk

if TYPE_CHECKING:
    from datetime import datetime

    from domain.merchants.merchant import Merchant
    from tests.fakes.unit import MemoryUnits

PLAN = a_fee_plan("1.2")


@pytest.fixture
def desk(units: MemoryUnits, merchant: Merchant) -> FeeDesk:
    return FeeDesk(units=units, merchant=merchant)


async def test_it_is_asked_for_and_nothing_else(desk: FeeDesk, units: MemoryUnits, merchant: Merchant) -> None:
    request = await desk.ask(PLAN, after(3600))
    assert (request.action, request.status) == (ApprovalAction.CHANGE_FEE_PLAN, ApprovalStatus.REQUIRES_REVIEW)
    assert (request.merchant_id, request.subject_type, request.subject_id) == (merchant.id, "merchant", merchant.id)
    assert (request.role, request.amount, request.requested_by.id) == (StaffRole.APPROVER, None, desk.asker.id)
    command = dict(request.command)
    assert (command["number"], command["reason"]) == (1, "As agreed in March")
    assert command["effective_from"] == after(3600).isoformat()
    assert command["current"] == plan_record(merchant.fee_plan)
    assert command["plan"] == plan_record(PLAN)
    assert units.tables.merchants[merchant.id] == merchant
    assert [version.number for version in units.tables.fee_plan_versions] == [1]
    assert [record.action for record in units.tables.audit] == ["approvals.request"]


async def test_what_it_is_compared_with_is_what_holds_then(desk: FeeDesk) -> None:
    await desk.change(PLAN, after(1000))
    later = await desk.ask(a_fee_plan("1.1"), after(2000))
    assert later.command["current"] == plan_record(PLAN)
    earlier = await desk.ask(a_fee_plan("1.1"), after(500))
    assert earlier.command["current"] == plan_record(a_fee_plan())
    assert earlier.command["number"] == 2


async def test_who_may_not_ask(desk: FeeDesk, merchant: Merchant) -> None:
    for actor in (
        an_actor(merchant),
        a_staff_actor(StaffRole.APPROVER),
        a_staff_actor(StaffRole.SUPPORT),
        a_staff_actor(StaffRole.AUDITOR),
    ):
        with pytest.raises(Forbidden):
            await desk.ask(PLAN, actor=actor)
    assert (await desk.ask(PLAN, actor=a_staff_actor())).status is ApprovalStatus.REQUIRES_REVIEW


@pytest.mark.parametrize("begins", [MORNING, after(-1), MORNING + FURTHEST + timedelta(seconds=1)])
async def test_no_plan_begins_in_the_past_or_beyond_sight(desk: FeeDesk, begins: datetime) -> None:
    with pytest.raises(Invalid) as refusal:
        await desk.ask(PLAN, begins)
    assert refusal.value.path == ("effectiveFrom",)


async def test_what_is_no_change(desk: FeeDesk, units: MemoryUnits) -> None:
    with pytest.raises(Invalid, match="plan already"):
        await desk.ask(a_fee_plan())
    rate = FeeRate(percentage=Decimal(1))
    with pytest.raises(Invalid, match="already"):
        await desk.ask(FeePlan(rates=(rate, rate)))
    assert units.tables.approval_requests == {}
    await desk.change(PLAN, after(1000))
    # To stay with the plan there is takes back what was to come.
    back = await desk.change(a_fee_plan())
    assert back.status is ApprovalStatus.SUCCEEDED
    assert await desk.plan_at(after(1000)) == a_fee_plan()


async def test_there_must_be_a_merchant_and_a_reason(desk: FeeDesk, merchant: Merchant) -> None:
    command = ChangeFeePlan(merchant_id=uuid4(), plan=PLAN, reason="As agreed")
    with pytest.raises(NotFound):
        await change_fee_plan(desk.ports, desk.asker, command)
    command = ChangeFeePlan(merchant_id=merchant.id, plan=PLAN, reason=" ")
    with pytest.raises(Invalid) as refusal:
        await change_fee_plan(desk.ports, desk.asker, command)
    assert refusal.value.path == ("reason",)
