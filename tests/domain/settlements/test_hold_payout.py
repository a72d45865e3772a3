"""A payout stops for a reason, and its money is kept for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.machine import TransitionNotAllowed
from domain.ledger.entry import EntryKind
from domain.settlements.payout import PayoutStatus
from domain.settlements.payout_errors import InsufficientBalance, PayoutIsFiled
from tests.builders.money import eur

if TYPE_CHECKING:
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits

S = PayoutStatus


async def test_its_money_goes_nowhere_else(payout_desk: PayoutDesk) -> None:
    held = await payout_desk.hold(await payout_desk.create())
    assert (held.status, held.hold_reason) == (S.HELD, "A doubt")
    assert await payout_desk.payable() == eur(0)
    with pytest.raises(InsufficientBalance):
        await payout_desk.create(eur(1))
    with pytest.raises(TransitionNotAllowed):
        await payout_desk.approve(held)


async def test_an_approval_is_taken_back_with_its_entry(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    held = await payout_desk.hold(await payout_desk.approve(await payout_desk.create()))
    assert (held.status, held.approved_by) == (S.HELD, None)
    assert bank_units.tables.entries[-1].kind is EntryKind.PAYOUT_FAILED
    assert bank_units.tables.balance_minor("payouts_in_transit") == 0
    assert await payout_desk.payable() == eur(0)
    assert held.settlement_id is not None
    assert bank_units.tables.settlements.settlements[held.settlement_id].payout_id == held.id


async def test_what_is_in_a_file_is_not_stopped(payout_desk: PayoutDesk) -> None:
    approved = await payout_desk.approve(await payout_desk.create())
    await payout_desk.file(approved)
    with pytest.raises(PayoutIsFiled):
        await payout_desk.hold(approved)


async def test_who_cannot(payout_desk: PayoutDesk) -> None:
    payout = await payout_desk.create()
    with pytest.raises(Forbidden):
        await payout_desk.hold(payout, payout_desk.approver)
    with pytest.raises(Invalid):
        await payout_desk.hold(payout, reason="")
    await payout_desk.reject(payout)
    with pytest.raises(TransitionNotAllowed):
        await payout_desk.hold(payout)
