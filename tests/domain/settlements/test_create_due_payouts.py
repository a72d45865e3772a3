"""What the clock pays out, and what it leaves to people."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.identity.actor import ActorKind
from domain.merchants.merchant import MerchantStatus
from domain.settlements.payout import PayoutStatus
from tests.builders.bank_accounts import OTHER_IBAN, a_number
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import EUR, eur
from tests.fakes.payout_desk import PayoutDesk

if TYPE_CHECKING:
    from domain.settlements.payout import Payout
    from tests.fakes.unit import MemoryUnits

S = PayoutStatus


def only(units: MemoryUnits) -> Payout:
    (payout,) = units.tables.payouts.values()
    return payout


async def test_all_of_it_goes_and_needs_any_person(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    assert await payout_desk.create_due() == 1
    payout = only(bank_units)
    assert (payout.amount, payout.status, payout.requested_by.kind) == (eur(100), S.AWAITING_APPROVAL, ActorKind.SYSTEM)
    assert await payout_desk.create_due() == 0
    assert (await payout_desk.approve(payout, payout_desk.actor)).status is S.APPROVED


async def test_or_none_by_policy(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    await payout_desk.want_no_person(eur(100))
    assert await payout_desk.create_due() == 1
    assert only(bank_units).approved_by_policy


async def test_several_workers_create_one(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    assert sum(await asyncio.gather(*(payout_desk.create_due() for _ in range(5)))) == 1
    assert only(bank_units).amount == eur(100)


async def test_one_waits_at_a_time(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    await payout_desk.create_due()
    payout = only(bank_units)
    await payout_desk.settled(eur(40))
    assert await payout_desk.create_due() == 0
    await payout_desk.hold(payout)
    assert await payout_desk.create_due() == 0
    await payout_desk.cancel(payout)
    payout_desk.clock.pass_by(60)
    assert await payout_desk.create_due() == 1
    newest = max(bank_units.tables.payouts.values(), key=lambda one: one.id)
    assert newest.amount == eur(140)


async def test_what_a_person_asked_for_does_not_stop_the_clock(payout_desk: PayoutDesk) -> None:
    await payout_desk.create(eur(30))
    assert await payout_desk.create_due() == 1
    assert await payout_desk.payable() == eur(0)


async def test_less_than_the_minimum_waits(payout_desk: PayoutDesk) -> None:
    await payout_desk.schedule(minimum_payout=eur("100.01"))
    assert await payout_desk.create_due() == 0
    await payout_desk.schedule(minimum_payout=eur(100))
    assert await payout_desk.create_due() == 1


async def test_nothing_is_due_where_nobody_wants_it(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    await payout_desk.schedule(automatic_payouts=False)
    assert await payout_desk.create_due() == 0
    await payout_desk.schedule(automatic_payouts=True)
    await payout_desk.settlements.hold()
    assert await payout_desk.create_due() == 0
    await payout_desk.settlements.release()
    merchants, merchant = bank_units.tables.merchants, payout_desk.merchant
    merchants[merchant.id] = merchant.move(MerchantStatus.SUSPENDED, MORNING)
    assert await payout_desk.create_due() == 0
    merchants[merchant.id] = merchant
    accounts = bank_units.tables.bank_accounts.copy()
    bank_units.tables.bank_accounts.clear()
    assert await payout_desk.create_due() == 0
    bank_units.tables.bank_accounts.update(accounts)
    assert await payout_desk.create_due() == 1


async def test_many_accounts_in_small_batches(bank_units: MemoryUnits, payout_desk: PayoutDesk) -> None:
    for _ in range(4):
        merchant = a_merchant()
        bank_units.tables.merchants[merchant.id] = merchant
        desk = PayoutDesk(bank_units, merchant, payout_desk.clock)
        await desk.bank_account()
        await desk.settled()
    assert await payout_desk.create_due(batch=2) == 5
    assert await payout_desk.create_due(batch=2) == 0


class TestWhatABankRefused:
    async def test_is_not_tried_for_ever(self, payout_desk: PayoutDesk) -> None:
        await payout_desk.want_no_person(eur(1000))
        await payout_desk.create_due()
        await payout_desk.fail(await self._newest(payout_desk), "AC04")
        assert await payout_desk.payable() == eur(100)
        assert await payout_desk.create_due() == 0
        payout_desk.clock.pass_by(60)
        again = await payout_desk.create()
        await payout_desk.confirm(await payout_desk.send(again))
        await payout_desk.settled(eur(20))
        assert await payout_desk.create_due() == 1

    async def test_a_return_stops_the_clock_even_after_later_payouts(self, payout_desk: PayoutDesk) -> None:
        first, _ = await payout_desk.paid(), await payout_desk.settled(eur(20))
        await payout_desk.paid()
        payout_desk.clock.pass_by(60)
        await payout_desk.give_back(first)
        assert await payout_desk.payable() == eur(100)
        assert await payout_desk.create_due() == 0

    async def test_what_was_our_fault_is_tried_again(self, payout_desk: PayoutDesk) -> None:
        await payout_desk.fail(await payout_desk.approve(await payout_desk.create()), "NARR")
        assert await payout_desk.create_due() == 1

    async def test_another_account_is_another_matter(self, payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
        await payout_desk.give_back(await payout_desk.paid())
        assert await payout_desk.create_due() == 0
        bank_units.tables.bank_accounts.clear()
        payout_desk.clock.pass_by(60)
        other = await payout_desk.bank_account(number=a_number(OTHER_IBAN, country="FR"))
        assert await payout_desk.create_due() == 1
        newest = await self._newest(payout_desk)
        assert (newest.bank_account_id, newest.amount) == (other.id, eur(100))

    @staticmethod
    async def _newest(desk: PayoutDesk) -> Payout:
        return max(desk.units.tables.payouts.values(), key=lambda one: (one.created_at, one.id))


async def test_a_failure_keeps_nobody_else_waiting(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    merchant = a_merchant()
    bank_units.tables.merchants[merchant.id] = merchant
    other = PayoutDesk(bank_units, merchant, payout_desk.clock)
    await other.bank_account()
    await other.settled(eur(70))
    bank_units.raise_at("payout.create_due.before_commit", ValueError("a surprise"))
    with pytest.raises(ExceptionGroup) as caught:
        await payout_desk.create_due()
    (error,) = caught.value.exceptions
    assert (str(error), error.__notes__[0][:4]) == ("a surprise", "mer_")
    assert len(bank_units.tables.payouts) == 1
    assert await payout_desk.create_due() == 1
    assert {one.amount for one in bank_units.tables.payouts.values()} == {eur(100), eur(70)}
    assert EUR in {one.currency for one in bank_units.tables.payouts.values()}
