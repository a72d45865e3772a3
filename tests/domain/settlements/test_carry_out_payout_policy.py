"""An approved limit holds, once, and only over what its approver has seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.errors import ApproverIsNoPerson
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import new_uuid
from domain.settlements.carry_out_payout_policy import CarryOutPayoutPolicy, carry_out_payout_policy
from domain.settlements.payout_errors import PayoutPolicyChanged
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING
from tests.builders.money import EUR, eur

if TYPE_CHECKING:
    from domain.approvals.approval_request import ApprovalRequest
    from domain.settlements.payout_policy import PayoutPolicy
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits


def in_force(units: MemoryUnits) -> PayoutPolicy:
    return units.tables.payout_policies[EUR.code]


async def carried_out(desk: PayoutDesk, request: ApprovalRequest) -> PayoutPolicy:
    command = CarryOutPayoutPolicy(operation_id=request.operation_id)
    return await carry_out_payout_policy(desk.ports, desk.approver, command)


async def test_two_people_are_behind_it(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    request = await payout_desk.ask_for_policy(eur(500))
    done = await payout_desk.approve_policy(request)
    assert done.status is ApprovalStatus.SUCCEEDED
    policy = in_force(bank_units)
    assert (policy.automatic_up_to, policy.version, policy.operation_id) == (eur(500), 1, request.operation_id)
    assert (policy.requested_by.name, policy.approved_by.name) == ("Grace Hopper", "Edsger Dijkstra")
    line = next(one for one in bank_units.tables.audit if one.action == "payout_policies.set")
    assert (line.merchant_id, line.data["automatic_up_to_minor"]) == (None, 500_00)


async def test_done_again_it_changes_nothing(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    request = await payout_desk.ask_for_policy(eur(500))
    await payout_desk.approve_policy(request)
    policy, lines = in_force(bank_units), len(bank_units.tables.audit)
    assert await carried_out(payout_desk, request) == policy
    assert len(bank_units.tables.audit) == lines


async def test_a_later_one_takes_its_place(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    await payout_desk.want_no_person(eur(500))
    await payout_desk.want_no_person(eur(0))
    assert (in_force(bank_units).automatic_up_to, in_force(bank_units).version) == (eur(0), 2)


async def test_one_that_was_overtaken_is_asked_for_anew(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    overtaken = await payout_desk.ask_for_policy(eur(900))
    await payout_desk.want_no_person(eur(500))
    done = await payout_desk.approve_policy(overtaken)
    assert (done.status, done.failure) == (ApprovalStatus.FAILED, PayoutPolicyChanged().message)
    assert in_force(bank_units).automatic_up_to == eur(500)


async def test_what_nobody_approved_is_not_done(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    request = await payout_desk.ask_for_policy(eur(500))
    with pytest.raises(ApproverIsNoPerson):
        await carried_out(payout_desk, request)
    rejected = request.reject(payout_desk.approver, MORNING, "Too much")
    bank_units.tables.approval_requests[request.id] = replace(rejected, events=())
    with pytest.raises(PayoutPolicyChanged):
        await carried_out(payout_desk, request)
    with pytest.raises(NotFound):
        await carried_out(payout_desk, replace(request, operation_id=new_uuid(MORNING)))
    assert bank_units.tables.payout_policies == {}


async def test_it_needs_the_permission_to_decide(payout_desk: PayoutDesk) -> None:
    request = await payout_desk.ask_for_policy(eur(500))
    command = CarryOutPayoutPolicy(operation_id=request.operation_id)
    with pytest.raises(Forbidden):
        await carry_out_payout_policy(payout_desk.ports, a_staff_actor(StaffRole.SUPPORT), command)
