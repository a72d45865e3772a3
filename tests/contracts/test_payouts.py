"""Payouts from balance to bank, in memory and on PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import StaffRole
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.kernel.unit import Contention
from domain.settlements.payout import PayoutStatus
from domain.settlements.payout_errors import InsufficientBalance, PayoutPaidAlready
from domain.settlements.settlement import SettlementStatus
from tests.builders.bank_accounts import CBU, a_number
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import EUR, eur, jpy, kwd
from tests.builders.payouts import a_policy
from tests.contracts.house import SYSTEM, names
from tests.fakes.clock import SettableClock
from tests.fakes.payout_desk import PayoutDesk

if TYPE_CHECKING:
    from domain.kernel.money import Money
    from domain.merchants.merchant import Merchant
    from domain.settlements.payout import Payout
    from tests.contracts.house import House

S = PayoutStatus


@pytest.fixture
async def desk(house: House, merchant: Merchant) -> PayoutDesk:
    desk = PayoutDesk(house.units, merchant, SettableClock())
    await desk.bank_account()
    return desk


async def balances(house: House) -> dict[str, int]:
    """Credits less debits by account, where there are any."""
    sums: dict[str, int] = {}
    for _, account, _, minor in await house.postings():
        sums[account] = sums.get(account, 0) - minor
    return {account: minor for account, minor in sums.items() if minor}


async def test_all_the_way(house: House, desk: PayoutDesk) -> None:
    settlement = await desk.settled(eur(100))
    payout = await desk.create()
    assert (payout.status, payout.amount, payout.settlement_id) == (S.AWAITING_APPROVAL, eur(100), settlement.id)
    assert await desk.payable() == eur(0)
    approved = await desk.approve(payout)
    assert (await balances(house))["payouts_in_transit"] == 100_00
    sent = await desk.send(approved)
    paid = await desk.confirm(sent)
    assert await desk.get(payout) == paid
    assert (await desk.settlements.get(settlement)).status is SettlementStatus.PAID_OUT
    assert names(await house.events(payout.id)) == [
        "payout.created",
        "payout.approved",
        "payout.in_transit",
        "payout.paid",
    ]
    assert names(await house.events(settlement.id))[-1] == "settlement.paid_out"


async def test_what_is_kept_is_found_again(house: House, desk: PayoutDesk) -> None:
    await desk.settled(eur(100))
    payout = await desk.create(eur("12.34"), reason="Asked for")
    assert await desk.get(payout) == payout
    held = await desk.hold(payout)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.payouts.for_update(payout.id) == held
        with pytest.raises(NotFound):
            await unit.payouts.for_update(new_uuid(MORNING))
        with pytest.raises(Contention):
            await unit.payouts.save(payout.hold(desk.actor, "Too late", MORNING))
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        with pytest.raises(NotFound):
            await unit.payouts.get(payout.id)


async def test_a_failure_and_a_return_give_the_money_back(house: House, desk: PayoutDesk) -> None:
    first = await desk.settled(eur(100))
    failed = await desk.fail(await desk.send(await desk.approve(await desk.create())))
    assert (failed.status, failed.attempt_count) == (S.FAILED, 2)
    assert (await desk.settlements.get(first)).payout_id is None
    paid = await desk.paid()
    second = await desk.settled(eur(50))
    returned = await desk.give_back(paid)
    assert (returned.status, returned.settlement_id) == (S.RETURNED, first.id)
    assert await balances(house) == {"available": 150_00, "gateway_clearing:simulator": -150_00}
    assert (await desk.settlements.get(first)).status is SettlementStatus.PAID_OUT
    again = await desk.paid()
    assert (again.amount, again.settlement_id) == (eur(150), second.id)
    assert await balances(house) == {"bank:eur-main": 150_00, "gateway_clearing:simulator": -150_00}


@pytest.mark.parametrize("amount", [jpy(5000), kwd("12.345")], ids=lambda money: money.currency.code)
async def test_currencies_of_every_exponent(house: House, desk: PayoutDesk, amount: Money) -> None:
    await desk.settled(eur(100))
    await desk.settled(amount)
    await desk.bank_account(currency=amount.currency.code, number=a_number(CBU, country="AR", currency="ARS"))
    payout = await desk.create(currency=amount.currency)
    assert (payout.amount, await desk.get(payout)) == (amount, payout)
    assert (await desk.paid(eur(100))).amount == eur(100)
    await desk.confirm(await desk.send(await desk.approve(payout)))
    left = await balances(house)
    assert (left.get("available"), left.get("payouts_in_transit")) == (None, None)


async def test_twenty_workers_promise_one_balance_once(house: House, desk: PayoutDesk) -> None:
    await desk.settled(eur(100))
    tries = [desk.create(eur(30)) for _ in range(12)] + [desk.create_due() for _ in range(8)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    refused = [one for one in done if isinstance(one, BaseException)]
    assert all(isinstance(one, InsufficientBalance) for one in refused), refused
    payouts = await all_payouts(house, desk)
    assert sum(one.amount.minor for one in payouts) + (await desk.payable()).minor == 100_00
    approved = await asyncio.gather(*(desk.approve(one) for one in payouts))
    assert (await balances(house))["payouts_in_transit"] == sum(one.amount.minor for one in approved)
    assert (await balances(house)).get("available", 0) >= 0


async def test_payouts_race_with_closings(house: House, desk: PayoutDesk) -> None:
    await desk.settled(eur(10))
    for _ in range(4):
        await desk.settlements.capture(eur(10))
        desk.clock.pass_by(1)
        oldest = await desk.settlements.oldest()
        await asyncio.gather(desk.settlements.close(oldest), desk.create_due(), desk.create_due())
        desk.clock.pass_by(1)
    await desk.create_due()
    payouts = await all_payouts(house, desk)
    assert len(payouts) >= 1
    assert sum(one.amount.minor for one in payouts) + (await desk.payable()).minor == 50_00


async def test_of_many_decisions_at_once_one_is_taken(house: House, desk: PayoutDesk) -> None:
    await desk.settled(eur(100))
    payout = await desk.create()
    others = [a_staff_actor(StaffRole.APPROVER) for _ in range(6)]
    tries = [
        *(desk.approve(payout, one) for one in others),
        desk.reject(payout),
        desk.hold(payout),
        desk.cancel(payout),
    ]
    done = await asyncio.gather(*tries, return_exceptions=True)
    refused = [one for one in done if isinstance(one, BaseException)]
    assert all(isinstance(one, TransitionNotAllowed) for one in refused), refused
    events = names(await house.events(payout.id))
    assert events.count("payout.approved") <= 1
    moved = (await balances(house)).get("payouts_in_transit", 0)
    assert moved == (100_00 if (await desk.get(payout)).status is S.APPROVED else 0)


async def test_statements_are_heard_once_however_often_read(house: House, desk: PayoutDesk) -> None:
    await desk.settled(eur(100))
    sent = await desk.send(await desk.approve(await desk.create()))
    entry_id = new_uuid(MORNING)
    done = await asyncio.gather(*(desk.confirm(sent, entry_id) for _ in range(5)))
    assert {one.version for one in done} == {4}
    assert (await balances(house))["bank:eur-main"] == 100_00
    other = await asyncio.gather(*(desk.confirm(sent, new_uuid(MORNING)) for _ in range(2)), return_exceptions=True)
    assert all(isinstance(one, PayoutPaidAlready) for one in other)


async def test_a_policy_lets_little_go_and_a_day_is_a_day(house: House, desk: PayoutDesk) -> None:
    await desk.settled(eur(100))
    await desk.want_no_person(eur(50))
    done = await asyncio.gather(*(desk.create(eur(20)) for _ in range(4)))
    assert sum(one.approved_by_policy for one in done) == 2
    assert (await balances(house))["payouts_in_transit"] == 40_00
    assert [await desk.get(one) for one in done] == done
    desk.clock.pass_by(24 * 3600)
    assert (await desk.create(eur(20))).policy_sum_minor == 20_00


async def test_a_policy_is_kept_once(house: House) -> None:
    first, second = a_policy(eur(500)), a_policy(eur(0), version=2)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.payout_policies.of(EUR) is None
        await unit.payout_policies.put(first)
        await unit.commit()
    for version in (1, 3):
        async with house.units.begin(SYSTEM, "contract") as unit:
            with pytest.raises(Contention):
                await unit.payout_policies.put(a_policy(eur(900), version=version))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payout_policies.put(second)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.payout_policies.of(EUR) == second


async def test_what_is_due_and_what_has_stopped(house: House, desk: PayoutDesk) -> None:
    await desk.settled(eur(100))
    assert await due(house, desk) == [(desk.merchant.id, EUR)]
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.payout_funds.due(desk.clock.now(), (desk.merchant.id, EUR), 10) == []
    await desk.schedule(minimum_payout=eur("100.01"))
    assert await due(house, desk) == []
    await desk.schedule()
    await desk.settlements.hold()
    assert await due(house, desk) == []
    await desk.settlements.release()
    await desk.want_no_person(eur(1000))
    assert await desk.create_due() == 1
    assert await due(house, desk) == []
    (payout,) = await all_payouts(house, desk)
    await desk.fail(payout, "NARR")
    assert await due(house, desk) == [(desk.merchant.id, EUR)]
    desk.clock.pass_by(60)
    assert await desk.create_due() == 1
    newest = next(one for one in await all_payouts(house, desk) if one.id != payout.id)
    await desk.fail(newest, "AC04")
    assert await due(house, desk) == []
    desk.clock.pass_by(60)
    paid = await desk.confirm(await desk.send(await desk.create(eur(40))))
    assert await due(house, desk) == [(desk.merchant.id, EUR)]
    desk.clock.pass_by(60)
    await desk.give_back(paid, code="NARR")
    assert await due(house, desk) == [], "a bank's own words are no reason to pay it again by the clock"


async def due(house: House, desk: PayoutDesk) -> list[tuple[object, object]]:
    """What the job would look at."""
    async with house.units.begin(SYSTEM, "contract") as unit:
        return [*await unit.payout_funds.due(desk.clock.now(), None, 10)]


async def all_payouts(house: House, desk: PayoutDesk) -> list[Payout]:
    """Of the merchant, by the lines of the audit log that created them."""
    ids = [line.subject_id for line in await house.records() if line.action == "payouts.create" and line.subject_id]
    async with house.units.begin(SYSTEM, "contract") as unit:
        found = [await unit.payouts.get(payout_id) for payout_id in ids]
    return [one for one in found if one.merchant_id == desk.merchant.id]
