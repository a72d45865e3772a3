"""A second person refuses; what was promised is payable again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.approvals.errors import ApproverIsNoPerson, ApproverIsRequester
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.machine import TransitionNotAllowed
from domain.settlements.payout import PayoutStatus
from tests.builders.identity import a_staff_actor
from tests.builders.money import eur
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits


async def test_the_settlements_wait_for_another(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    payout = await payout_desk.create()
    rejected = await payout_desk.reject(payout)
    assert (rejected.status, rejected.decision_reason) == (PayoutStatus.REJECTED, "The amount is wrong")
    assert await payout_desk.payable() == eur(100)
    assert bank_units.tables.balance_minor("payouts_in_transit") == 0
    assert payout.settlement_id is not None
    assert bank_units.tables.settlements.settlements[payout.settlement_id].payout_id is None
    assert bank_units.tables.audit[-1].data["reason"] == "The amount is wrong"
    assert (await payout_desk.create()).settlement_id == payout.settlement_id


async def test_a_held_one_too(payout_desk: PayoutDesk) -> None:
    held = await payout_desk.hold(await payout_desk.create())
    assert (await payout_desk.reject(held)).status is PayoutStatus.REJECTED


async def test_who_cannot(payout_desk: PayoutDesk) -> None:
    payout = await payout_desk.create()
    for actor, error in (
        (payout_desk.actor, ApproverIsRequester),
        (JOBS, ApproverIsNoPerson),
        (a_staff_actor(StaffRole.SUPPORT), Forbidden),
    ):
        with pytest.raises(error):
            await payout_desk.reject(payout, actor)
    with pytest.raises(Invalid):
        await payout_desk.reject(payout, reason=" ")
    approved = await payout_desk.approve(payout)
    with pytest.raises(TransitionNotAllowed):
        await payout_desk.reject(approved)
