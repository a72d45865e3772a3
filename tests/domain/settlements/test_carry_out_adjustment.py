"""What was approved is posted once, and nothing else is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import new_uuid
from domain.settlements.carry_out_adjustment import CarryOutAdjustment, carry_out_adjustment
from domain.settlements.errors import AdjustmentStateForbids
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from uuid import UUID

    from domain.settlements.adjustment import SettlementAdjustment
    from tests.fakes.settlement_desk import SettlementDesk
    from tests.fakes.unit import MemoryUnits


async def carry_out(desk: SettlementDesk, operation_id: UUID, **values: object) -> SettlementAdjustment:
    actor = values.get("actor", desk.approver)
    command = CarryOutAdjustment(operation_id=operation_id)
    return await carry_out_adjustment(desk.ports, actor, command)  # pyright: ignore[reportArgumentType] - an actor


async def test_a_gift_costs_us_and_a_charge_earns_us(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    given = await settling.adjust(eur(5))
    assert given.status is ApprovalStatus.SUCCEEDED
    tables = bank_units.tables
    assert (tables.balance_minor("pending"), tables.balance_minor("fees_revenue")) == (-500, 500)
    await settling.adjust(eur(-8))
    assert (tables.balance_minor("pending"), tables.balance_minor("fees_revenue")) == (300, -300)
    adjustment = tables.settlements.adjustments[given.subject_id]
    assert (adjustment.requested_by.id, adjustment.approved_by.id) == (settling.actor.id, settling.approver.id)
    told = [record for record in tables.audit if record.action == "settlements.adjust"]
    assert told[0].data == {
        "amount_minor": 500,
        "currency": "EUR",
        "reason": "Goodwill",
        "requested_by": settling.actor.name,
    }


async def test_again_it_is_answered_as_it_is(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    request = await settling.adjust(eur(5))
    again = await asyncio.gather(*(carry_out(settling, request.operation_id) for _ in range(2)))
    assert {one.amount for one in again} == {eur(5)}
    assert len(bank_units.tables.entries) == 1


async def test_only_what_was_approved_and_by_whom_may_decide(settling: SettlementDesk) -> None:
    request = await settling.ask_to_adjust(eur(5))
    with pytest.raises(AdjustmentStateForbids, match="REQUIRES_REVIEW"):
        await carry_out(settling, request.operation_id)
    with pytest.raises(Forbidden):
        await carry_out(settling, request.operation_id, actor=a_staff_actor(StaffRole.AUDITOR))
    with pytest.raises(NotFound):
        await carry_out(settling, new_uuid(MORNING))
