"""What came back is available again, whatever was settled and paid since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import Forbidden
from domain.kernel.ids import new_uuid
from domain.ledger.account import AVAILABLE, bank
from domain.ledger.entry import EntryKind, transfer
from domain.settlements.payout import PayoutStatus
from domain.settlements.payout_errors import NotPaidYet, PayoutReturnedAlready
from domain.settlements.settlement import SettlementStatus
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits

S = PayoutStatus


async def test_the_ledger_has_it_back_and_the_reason_stays(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    returned = await payout_desk.give_back(await payout_desk.paid())
    assert (returned.status, returned.failure_code, returned.failure_message) == (S.RETURNED, "AC04", "Closed account")
    entry = bank_units.tables.entries[-1]
    assert (entry.kind, entry.payout_id) == (EntryKind.PAYOUT_RETURNED, returned.id)
    assert entry.postings == transfer(bank("eur-main"), AVAILABLE, eur(100))
    assert bank_units.tables.balance_minor("bank:eur-main") == 0
    assert await payout_desk.payable() == eur(100)


async def test_after_the_next_settlement_it_is_paid_with_the_next(
    payout_desk: PayoutDesk, bank_units: MemoryUnits
) -> None:
    paid = await payout_desk.paid()
    second = await payout_desk.settled(eur(50))
    await payout_desk.give_back(paid)
    assert await payout_desk.payable() == eur(150)
    settlements = bank_units.tables.settlements.settlements
    assert paid.settlement_id is not None
    assert settlements[paid.settlement_id].status is SettlementStatus.PAID_OUT
    again = await payout_desk.create()
    assert (again.amount, again.settlement_id) == (eur(150), second.id)
    await payout_desk.confirm(await payout_desk.send(await payout_desk.approve(again)))
    assert settlements[second.id].status is SettlementStatus.PAID_OUT
    assert settlements[paid.settlement_id].payout_id == paid.id
    assert bank_units.tables.balance_minor("available") == 0
    assert bank_units.tables.balance_minor("bank:eur-main") == -150_00


async def test_a_part_of_what_came_back_pays_no_later_settlement(payout_desk: PayoutDesk) -> None:
    paid = await payout_desk.paid()
    second = await payout_desk.settled(eur(50))
    await payout_desk.give_back(paid)
    assert (await payout_desk.create(eur(100))).settlement_id is None
    assert (await payout_desk.create()).settlement_id == second.id


async def test_the_same_entry_again_changes_nothing(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    entry_id = new_uuid(MORNING)
    returned = await payout_desk.give_back(await payout_desk.paid(), entry_id)
    entries = len(bank_units.tables.entries)
    assert await payout_desk.give_back(returned, entry_id) == returned
    with pytest.raises(PayoutReturnedAlready) as caught:
        await payout_desk.give_back(returned, new_uuid(MORNING))
    assert caught.value.bank_entry_id == entry_id
    assert len(bank_units.tables.entries) == entries


async def test_it_was_paid_before(payout_desk: PayoutDesk) -> None:
    sent = await payout_desk.send(await payout_desk.approve(await payout_desk.create()))
    with pytest.raises(NotPaidYet):
        await payout_desk.give_back(sent)


async def test_who_cannot(payout_desk: PayoutDesk) -> None:
    paid = await payout_desk.paid()
    with pytest.raises(Forbidden):
        await payout_desk.give_back(paid, actor=payout_desk.approver)
