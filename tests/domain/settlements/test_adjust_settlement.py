"""Giving and taking by hand always asks somebody else first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.errors import ApproverIsRequester
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.kernel.ids import new_uuid
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk
    from tests.fakes.unit import MemoryUnits


async def test_it_asks_with_all_that_has_to_be_known(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    request = await settling.ask_to_adjust(eur("-7.50"), idempotency_key="once")
    assert (request.action, request.status) == (ApprovalAction.ADJUST_SETTLEMENT, ApprovalStatus.REQUIRES_REVIEW)
    assert (request.amount, request.role) == (eur("7.50"), StaffRole.APPROVER)
    assert request.command == {"amount_minor": -750, "reason": "Goodwill"}
    assert (request.subject_type, request.subject_id) == ("adjustment", request.operation_id)
    assert bank_units.tables.entries == []
    assert await settling.ask_to_adjust(eur("-7.50"), idempotency_key="once") == request
    with pytest.raises(IdempotencyConflict):
        await settling.ask_to_adjust(eur("7.50"), idempotency_key="once")
    assert len(bank_units.tables.approval_requests) == 1


async def test_whoever_asked_does_not_approve(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    request = await settling.ask_to_adjust(eur(5), settling.approver)
    with pytest.raises(ApproverIsRequester):
        await settling.approve(request, settling.approver)
    assert bank_units.tables.entries == []


async def test_who_may_not_and_what_is_none(settling: SettlementDesk) -> None:
    with pytest.raises(Forbidden):
        await settling.ask_to_adjust(eur(5), an_actor(settling.merchant))
    with pytest.raises(Invalid):
        await settling.ask_to_adjust(eur(0))
    with pytest.raises(Invalid):
        await settling.ask_to_adjust(eur(5), reason="")
    with pytest.raises(NotFound):
        await settling.ask_to_adjust(eur(5), merchant_id=new_uuid(MORNING))
