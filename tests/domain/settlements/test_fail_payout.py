"""What will not leave is available again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import Forbidden
from domain.kernel.machine import TransitionNotAllowed
from domain.ledger.entry import EntryKind
from domain.settlements.payout import PayoutStatus
from domain.settlements.payout_attempt import AttemptOutcome
from tests.builders.money import eur

if TYPE_CHECKING:
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits

S = PayoutStatus


@pytest.mark.parametrize("sent", [False, True], ids=["before a file", "in transit"])
async def test_the_money_and_the_settlements_are_free(
    payout_desk: PayoutDesk, bank_units: MemoryUnits, *, sent: bool
) -> None:
    payout = await payout_desk.approve(await payout_desk.create())
    payout = await payout_desk.send(payout) if sent else payout
    failed = await payout_desk.fail(payout)
    assert (failed.status, failed.failure_code, failed.failure_message) == (S.FAILED, "AC04", "Closed account")
    assert bank_units.tables.entries[-1].kind is EntryKind.PAYOUT_FAILED
    assert bank_units.tables.balance_minor("payouts_in_transit") == 0
    assert await payout_desk.payable() == eur(100)
    assert bank_units.tables.payout_attempts[-1].outcome is AttemptOutcome.FAILED
    assert (await payout_desk.create()).settlement_id == payout.settlement_id


async def test_said_again_it_changes_nothing(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    failed = await payout_desk.fail(await payout_desk.approve(await payout_desk.create()))
    entries = len(bank_units.tables.entries)
    assert await payout_desk.fail(failed) == failed
    assert len(bank_units.tables.entries) == entries
    with pytest.raises(TransitionNotAllowed):
        await payout_desk.fail(failed, "AC01")


async def test_what_was_paid_or_never_approved_does_not_fail(payout_desk: PayoutDesk) -> None:
    payout = await payout_desk.create(eur(10))
    with pytest.raises(TransitionNotAllowed):
        await payout_desk.fail(payout)
    paid = await payout_desk.paid()
    with pytest.raises(TransitionNotAllowed):
        await payout_desk.fail(paid)


async def test_who_cannot(payout_desk: PayoutDesk) -> None:
    payout = await payout_desk.approve(await payout_desk.create())
    with pytest.raises(Forbidden):
        await payout_desk.fail(payout, actor=payout_desk.approver)
