"""A limit is asked for, and nothing changes before somebody else wants it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.errors import ApproverIsRequester
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM
from domain.settlements.payout_policy import policy_id
from domain.settlements.set_payout_policy import SetPayoutPolicy, set_payout_policy
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.money import EUR, eur

if TYPE_CHECKING:
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits


async def test_it_always_asks(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    request = await payout_desk.ask_for_policy(eur(500))
    assert (request.action, request.merchant_id, request.status) == (
        ApprovalAction.SET_PAYOUT_POLICY,
        PLATFORM,
        ApprovalStatus.REQUIRES_REVIEW,
    )
    assert (request.subject_type, request.subject_id, request.amount) == ("payout_policy", policy_id(EUR), None)
    assert request.command == {
        "currency": "EUR",
        "exponent": 2,
        "automatic_up_to_minor": 500_00,
        "version": 0,
        "reason": "As the board wants it",
    }
    assert request.role is StaffRole.APPROVER
    assert bank_units.tables.payout_policies == {}


async def test_whoever_asked_does_not_approve_it(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    request = await payout_desk.ask_for_policy(eur(500))
    with pytest.raises(ApproverIsRequester):
        await payout_desk.approve_policy(request, payout_desk.actor)
    assert bank_units.tables.payout_policies == {}


async def test_who_cannot_ask(payout_desk: PayoutDesk) -> None:
    for actor in (a_staff_actor(StaffRole.APPROVER), a_staff_actor(StaffRole.AUDITOR)):
        with pytest.raises(Forbidden):
            await payout_desk.ask_for_policy(eur(1), actor)
    with pytest.raises(NotFound):
        await payout_desk.ask_for_policy(eur(1), an_actor(payout_desk.merchant))


async def test_what_cannot_be_asked_for(payout_desk: PayoutDesk) -> None:
    with pytest.raises(Invalid) as caught:
        await payout_desk.ask_for_policy(eur(-1))
    assert caught.value.path == ("automaticUpTo",)
    command = SetPayoutPolicy(automatic_up_to=eur(1), reason="")
    with pytest.raises(Invalid) as told:
        await set_payout_policy(payout_desk.ports, payout_desk.actor, command)
    assert told.value.path == ("reason",)
