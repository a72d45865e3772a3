"""What was held can be approved again, by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import Forbidden
from domain.kernel.machine import TransitionNotAllowed
from domain.settlements.payout import PayoutStatus
from tests.builders.money import eur

if TYPE_CHECKING:
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits

S = PayoutStatus


async def test_it_waits_again(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    released = await payout_desk.release(await payout_desk.hold(await payout_desk.create()))
    assert (released.status, released.hold_reason) == (S.AWAITING_APPROVAL, None)
    assert bank_units.tables.audit[-1].data["held_for"] == "A doubt"
    approved = await payout_desk.approve(released)
    assert (approved.status, approved.approved_by_policy) == (S.APPROVED, False)


async def test_no_policy_approves_what_somebody_has_doubted(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    await payout_desk.want_no_person(eur(1000))
    payout = await payout_desk.create()
    assert payout.approved_by_policy
    released = await payout_desk.release(await payout_desk.hold(payout))
    assert (released.status, released.approved_by_policy) == (S.AWAITING_APPROVAL, False)
    await payout_desk.approve(released)
    assert bank_units.tables.balance_minor("payouts_in_transit") == -100_00


async def test_who_cannot_and_what(payout_desk: PayoutDesk) -> None:
    payout = await payout_desk.create()
    with pytest.raises(TransitionNotAllowed):
        await payout_desk.release(payout)
    await payout_desk.hold(payout)
    with pytest.raises(Forbidden):
        await payout_desk.release(payout, payout_desk.approver)
