"""A second person lets the money go, if it is still there and still goes where it was meant to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.approvals.errors import ApproverIsNoPerson, ApproverIsRequester
from domain.identity.actor import ActorKind
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.machine import TransitionNotAllowed
from domain.ledger.account import AVAILABLE, PAYOUTS_IN_TRANSIT
from domain.ledger.entry import Entry, EntryKind, transfer
from domain.merchants.merchant import MerchantStatus
from domain.settlements.payout import Payout, PayoutStatus
from domain.settlements.payout_errors import BankAccountChanged, InsufficientBalance, PayeeSuspended, PayoutsOnHold
from tests.builders.bank_accounts import OTHER_IBAN, a_number
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payouts import a_payout
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits

S = PayoutStatus


async def test_the_money_is_in_transit(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    approved = await payout_desk.approve(await payout_desk.create(eur(60)))
    assert (approved.status, approved.approved_by and approved.approved_by.name) == (S.APPROVED, "Edsger Dijkstra")
    entry = bank_units.tables.entries[-1]
    assert (entry.kind, entry.payout_id, entry.postings) == (
        EntryKind.PAYOUT,
        approved.id,
        transfer(AVAILABLE, PAYOUTS_IN_TRANSIT, eur(60)),
    )
    assert bank_units.tables.balance_minor("available") == -40_00
    assert bank_units.tables.audit[-1].action == "payouts.approve"
    assert await payout_desk.payable() == eur(40)


async def test_the_same_person_again_is_heard_once(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    approved = await payout_desk.approve(await payout_desk.create())
    assert await payout_desk.approve(approved) == approved
    assert bank_units.tables.balance_minor("payouts_in_transit") == -100_00
    with pytest.raises(TransitionNotAllowed):
        await payout_desk.approve(approved, a_staff_actor())


async def test_the_requester_cannot_by_any_way(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    payout = await payout_desk.create()
    promoted = replace(a_staff_actor(StaffRole.ADMIN), id=payout_desk.actor.id)
    for actor, error in (
        (payout_desk.actor, ApproverIsRequester),
        (promoted, ApproverIsRequester),
        (JOBS, ApproverIsNoPerson),
        (replace(payout_desk.approver, kind=ActorKind.CLIENT), ApproverIsNoPerson),
    ):
        with pytest.raises(error):
            await payout_desk.approve(payout, actor)
    await payout_desk.release(await payout_desk.hold(payout))
    with pytest.raises(ApproverIsRequester):
        await payout_desk.approve(payout, payout_desk.actor)
    assert bank_units.tables.balance_minor("payouts_in_transit") == 0


async def test_it_needs_the_permission_and_a_payout(payout_desk: PayoutDesk) -> None:
    payout = await payout_desk.create()
    with pytest.raises(Forbidden):
        await payout_desk.approve(payout, a_staff_actor(StaffRole.SUPPORT))
    with pytest.raises(NotFound):
        await payout_desk.approve(a_payout())


async def test_of_two_at_once_one_approves(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    payout = await payout_desk.create()
    others = [a_staff_actor(StaffRole.APPROVER) for _ in range(5)]
    done = await asyncio.gather(*(payout_desk.approve(payout, one) for one in others), return_exceptions=True)
    assert sum(isinstance(one, Payout) for one in done) == 1
    assert sum(isinstance(one, TransitionNotAllowed) for one in done) == 4
    assert bank_units.tables.balance_minor("payouts_in_transit") == -100_00


async def test_money_that_is_gone_does_not_go(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    payout, other = await payout_desk.create(eur(60)), await payout_desk.create(eur(30))
    # Nothing that the program does takes from what is available: this is somebody's correction by hand.
    postings = transfer(AVAILABLE, PAYOUTS_IN_TRANSIT, eur(15))
    taken = Entry(
        id=payout.id,
        merchant_id=payout.merchant_id,
        kind=EntryKind.ADJUSTMENT,
        postings=postings,
        posted_at=MORNING,
    )
    bank_units.tables.entries.append(taken)
    with pytest.raises(InsufficientBalance) as caught:
        await payout_desk.approve(payout)
    assert caught.value.limit == eur(55)
    await payout_desk.cancel(other)
    assert (await payout_desk.approve(payout)).status is S.APPROVED


async def test_nothing_goes_to_a_merchant_that_is_stopped(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    payout = await payout_desk.create()
    await payout_desk.settlements.hold("Under investigation")
    with pytest.raises(PayoutsOnHold):
        await payout_desk.approve(payout)
    await payout_desk.settlements.release()
    merchants, merchant = bank_units.tables.merchants, payout_desk.merchant
    merchants[merchant.id] = merchant.move(MerchantStatus.SUSPENDED, MORNING)
    with pytest.raises(PayeeSuspended):
        await payout_desk.approve(payout)


async def test_nothing_goes_to_an_account_that_was_replaced(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    payout = await payout_desk.create()
    bank_units.tables.bank_accounts.clear()
    for _ in range(2):
        with pytest.raises(BankAccountChanged):
            await payout_desk.approve(payout)
        await payout_desk.bank_account(number=a_number(OTHER_IBAN, country="FR"))
        bank_units.tables.bank_accounts.popitem()
    await payout_desk.bank_account(number=a_number(OTHER_IBAN, country="FR"))
    with pytest.raises(BankAccountChanged):
        await payout_desk.approve(payout)
