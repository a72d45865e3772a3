"""A payout is taken back, until a bank may know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden
from domain.kernel.machine import TransitionNotAllowed
from domain.ledger.entry import EntryKind
from domain.settlements.payout import PayoutStatus
from domain.settlements.payout_errors import PayoutIsFiled
from tests.builders.identity import a_staff_actor
from tests.builders.money import eur

if TYPE_CHECKING:
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits

S = PayoutStatus


async def test_before_it_is_approved_no_money_moves(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    before = len(bank_units.tables.entries)
    canceled = await payout_desk.cancel(await payout_desk.create())
    assert (canceled.status, canceled.decision_reason) == (S.CANCELED, "Not needed any more")
    assert len(bank_units.tables.entries) == before
    assert await payout_desk.payable() == eur(100)


async def test_afterwards_the_money_comes_back(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    approved = await payout_desk.approve(await payout_desk.create())
    canceled = await payout_desk.cancel(approved)
    assert bank_units.tables.entries[-1].kind is EntryKind.PAYOUT_FAILED
    assert bank_units.tables.balance_minor("payouts_in_transit") == 0
    assert await payout_desk.payable() == eur(100)
    assert canceled.settlement_id is not None
    assert bank_units.tables.settlements.settlements[canceled.settlement_id].payout_id is None


async def test_the_requester_may_and_whoever_only_approves_may_not(payout_desk: PayoutDesk) -> None:
    payout = await payout_desk.create()
    with pytest.raises(Forbidden):
        await payout_desk.cancel(payout, payout_desk.approver)
    other = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
    assert (await payout_desk.cancel(payout, other)).status is S.CANCELED
    with pytest.raises(TransitionNotAllowed):
        await payout_desk.cancel(payout)


async def test_what_is_in_a_file_is_not_taken_back(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    approved = await payout_desk.approve(await payout_desk.create())
    await payout_desk.file(approved)
    with pytest.raises(PayoutIsFiled):
        await payout_desk.cancel(approved)
    assert bank_units.tables.balance_minor("payouts_in_transit") == -100_00
