"""What a statement shows as paid is paid, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.ledger.account import PAYOUTS_IN_TRANSIT, bank
from domain.ledger.entry import EntryKind, transfer
from domain.settlements.payout import PayoutStatus
from domain.settlements.payout_attempt import AttemptOutcome
from domain.settlements.payout_errors import PayoutPaidAlready
from domain.settlements.settlement import SettlementStatus
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits

S = PayoutStatus
ENTRY = new_uuid(MORNING)


async def test_the_money_has_left_and_the_settlements_are_paid_out(
    payout_desk: PayoutDesk, bank_units: MemoryUnits
) -> None:
    second = await payout_desk.settled(eur(20))
    sent = await payout_desk.send(await payout_desk.approve(await payout_desk.create()))
    paid = await payout_desk.confirm(sent, ENTRY)
    assert (paid.status, paid.bank_entry_id, paid.paid_at) == (S.PAID, ENTRY, payout_desk.clock.now())
    entry = bank_units.tables.entries[-1]
    assert (entry.kind, entry.payout_id) == (EntryKind.PAYOUT_PAID, paid.id)
    assert entry.postings == transfer(PAYOUTS_IN_TRANSIT, bank("eur-main"), eur(120))
    assert bank_units.tables.balance_minor("payouts_in_transit") == 0
    settlements = [one for one in bank_units.tables.settlements.settlements.values() if one.payout_id == paid.id]
    assert {one.status for one in settlements} == {SettlementStatus.PAID_OUT}
    assert second.id in {one.id for one in settlements}
    told = [event.name for event in bank_units.tables.events if event.subject_id == second.id]
    assert told[-1] == "settlement.paid_out"
    assert bank_units.tables.audit[-1].data["booked_on"] == "2026-03-04"
    outcomes = [one.outcome for one in bank_units.tables.payout_attempts]
    assert outcomes == [AttemptOutcome.DELIVERED, AttemptOutcome.PAID]


async def test_the_same_entry_again_changes_nothing(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    paid = await payout_desk.confirm(
        await payout_desk.send(await payout_desk.approve(await payout_desk.create())), ENTRY
    )
    before = len(bank_units.tables.entries), len(bank_units.tables.audit), len(bank_units.tables.events)
    assert await payout_desk.confirm(paid, ENTRY) == paid
    returned = await payout_desk.give_back(paid)
    assert await payout_desk.confirm(paid, ENTRY) == returned
    after = len(bank_units.tables.entries), len(bank_units.tables.audit), len(bank_units.tables.events)
    assert [late - early for early, late in zip(before, after, strict=True)] == [1, 1, 1]


async def test_another_entry_is_refused(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    paid = await payout_desk.paid()
    entries = len(bank_units.tables.entries)
    with pytest.raises(PayoutPaidAlready) as caught:
        await payout_desk.confirm(paid, new_uuid(MORNING))
    assert caught.value.bank_entry_id == paid.bank_entry_id
    assert len(bank_units.tables.entries) == entries


async def test_only_what_was_sent_is_confirmed(payout_desk: PayoutDesk) -> None:
    payout = await payout_desk.create()
    for _ in range(2):
        with pytest.raises(TransitionNotAllowed):
            await payout_desk.confirm(payout)
        payout = await payout_desk.approve(payout)


async def test_who_cannot(payout_desk: PayoutDesk) -> None:
    sent = await payout_desk.send(await payout_desk.approve(await payout_desk.create()))
    with pytest.raises(Forbidden):
        await payout_desk.confirm(sent, actor=payout_desk.approver)
    person = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
    assert (await payout_desk.confirm(sent, actor=person)).status is S.PAID
