"""What is available is promised once, and to a merchant that may be paid."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.kernel.ids import new_uuid
from domain.merchants.merchant import MerchantStatus
from domain.settlements.create_payout import CreatePayout, create_payout
from domain.settlements.payout import Payout, PayoutStatus
from domain.settlements.payout_errors import (
    InsufficientBalance,
    NothingPayable,
    NoUsableBankAccount,
    PayeeSuspended,
    PayoutsOnHold,
)
from tests.builders.bank_accounts import CBU, a_number
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.builders.money import EUR, JPY, KWD, eur, jpy, kwd

if TYPE_CHECKING:
    from domain.kernel.money import Money
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.unit import MemoryUnits

S = PayoutStatus


async def test_all_that_is_payable_waits_for_somebody_else(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    payout = await payout_desk.create(reason="The merchant asked for it")
    assert (payout.amount, payout.status, payout.reason) == (eur(100), S.AWAITING_APPROVAL, "The merchant asked for it")
    assert payout.events == ()
    assert await payout_desk.payable() == eur(0)
    assert bank_units.tables.balance_minor("payouts_in_transit") == 0
    line = bank_units.tables.audit[-1]
    assert (line.action, line.subject_id, line.actor_name) == ("payouts.create", payout.id, "Grace Hopper")
    assert line.data == {
        "status": "AWAITING_APPROVAL",
        "amount_minor": 100_00,
        "currency": "EUR",
        "by_policy": False,
    }


async def test_it_pays_the_oldest_settlements_that_it_pays_in_full(payout_desk: PayoutDesk) -> None:
    second, third = await payout_desk.settled(eur(50)), await payout_desk.settled(eur(30))
    first_payout = await payout_desk.create(eur(160))
    assert first_payout.settlement_id == second.id
    held = [(await payout_desk.settlements.get(one)).payout_id for one in (second, third)]
    assert held == [first_payout.id, None]
    assert (await payout_desk.create()).settlement_id == third.id


async def test_a_part_that_pays_no_settlement_in_full_names_none(payout_desk: PayoutDesk) -> None:
    assert (await payout_desk.create(eur("99.99"))).settlement_id is None
    rest = await payout_desk.create()
    assert (rest.amount, rest.settlement_id is None) == (eur("0.01"), False)


@pytest.mark.parametrize("amount", [jpy(5000), kwd("12.345")], ids=lambda money: money.currency.code)
async def test_currencies_of_every_exponent_are_paid_from_their_own_balance(
    payout_desk: PayoutDesk, amount: Money
) -> None:
    await payout_desk.settled(amount)
    with pytest.raises(NoUsableBankAccount, match=amount.currency.code):
        await payout_desk.create(amount)
    await payout_desk.bank_account(currency=amount.currency.code, number=a_number(CBU, country="AR", currency="ARS"))
    with pytest.raises(InsufficientBalance) as caught:
        await payout_desk.create(type(amount)(amount.minor + 1, amount.currency))
    assert caught.value.limit == amount
    assert (await payout_desk.create(currency=amount.currency)).amount == amount
    assert await payout_desk.payable() == eur(100)


async def test_nothing_is_promised_twice(payout_desk: PayoutDesk) -> None:
    await payout_desk.create(eur(60))
    with pytest.raises(InsufficientBalance, match=r"At most 40\.00 EUR") as caught:
        await payout_desk.create(eur("40.01"))
    assert caught.value.limit == eur(40)
    await payout_desk.create(eur(40))
    with pytest.raises(NothingPayable, match="next settlement"):
        await payout_desk.create()
    with pytest.raises(InsufficientBalance, match=r"At most 0\.00 EUR"):
        await payout_desk.create(eur(1))


async def test_twenty_at_once_promise_one_balance_once(payout_desk: PayoutDesk) -> None:
    done = await asyncio.gather(*(payout_desk.create(eur(30)) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(one, Payout) for one in done) == 3
    assert sum(isinstance(one, InsufficientBalance) for one in done) == 17
    assert await payout_desk.payable() == eur(10)


async def test_the_same_key_creates_one(payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
    command = CreatePayout(idempotency_key="k", merchant_id=payout_desk.merchant.id, currency=EUR, amount=eur(10))
    first = await create_payout(payout_desk.ports, payout_desk.actor, command)
    again = await create_payout(payout_desk.ports, payout_desk.actor, command)
    assert (again.payout, first.replayed, again.replayed) == (first.payout, False, True)
    assert len(bank_units.tables.payouts) == 1
    with pytest.raises(IdempotencyConflict):
        await payout_desk.create(eur(11), idempotency_key="k")


async def test_a_repetition_is_answered_whatever_holds_by_then(payout_desk: PayoutDesk) -> None:
    payout = await payout_desk.create(idempotency_key="k", currency=EUR)
    await payout_desk.settlements.hold()
    assert await payout_desk.create(idempotency_key="k", currency=EUR) == payout


class TestWhoIsPaid:
    async def test_no_merchant_whose_settlements_are_held(self, payout_desk: PayoutDesk) -> None:
        await payout_desk.settlements.hold("Under investigation")
        with pytest.raises(PayoutsOnHold, match="Under investigation"):
            await payout_desk.create()
        await payout_desk.settlements.release()
        assert (await payout_desk.create()).amount == eur(100)

    async def test_no_suspended_one(self, payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
        merchants = bank_units.tables.merchants
        merchants[payout_desk.merchant.id] = payout_desk.merchant.move(MerchantStatus.SUSPENDED, MORNING)
        with pytest.raises(PayeeSuspended):
            await payout_desk.create()

    async def test_none_without_a_bank_account(self, payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
        bank_units.tables.bank_accounts.clear()
        with pytest.raises(NoUsableBankAccount):
            await payout_desk.create()

    async def test_none_that_has_never_settled_in_the_currency(self, payout_desk: PayoutDesk) -> None:
        for currency in (JPY, KWD):
            with pytest.raises(NotFound, match=currency.code):
                await payout_desk.create(currency=currency)

    async def test_no_merchant_that_there_is_not(self, payout_desk: PayoutDesk) -> None:
        with pytest.raises(NotFound):
            await payout_desk.create(merchant_id=new_uuid(MORNING))


async def test_who_may_ask(payout_desk: PayoutDesk) -> None:
    for actor in (
        a_staff_actor(StaffRole.APPROVER),
        a_staff_actor(StaffRole.SUPPORT),
        a_staff_actor(StaffRole.AUDITOR),
        an_actor(payout_desk.merchant),
        an_actor(payout_desk.merchant, role=MerchantRole.FINANCE),
    ):
        with pytest.raises(Forbidden):
            await payout_desk.create(actor=actor)
    assert (await payout_desk.create(actor=a_staff_actor(StaffRole.ADMIN))).amount == eur(100)


@pytest.mark.parametrize("amount", [eur(0), eur(-5)], ids=lambda money: money.plain)
async def test_more_than_nothing_is_asked_for(payout_desk: PayoutDesk, amount: Money) -> None:
    with pytest.raises(Invalid) as caught:
        await payout_desk.create(amount)
    assert caught.value.path == ("amount",)


async def test_the_amount_is_in_the_currency(payout_desk: PayoutDesk) -> None:
    with pytest.raises(Invalid) as caught:
        await payout_desk.create(jpy(10), currency=EUR)
    assert caught.value.path == ("amount", "currency")


class TestPolicy:
    async def test_little_needs_no_person(self, payout_desk: PayoutDesk, bank_units: MemoryUnits) -> None:
        await payout_desk.want_no_person(eur(50))
        payout = await payout_desk.create(eur(50))
        assert (payout.status, payout.approved_by_policy, payout.approved_by) == (S.APPROVED, True, None)
        assert (payout.policy_limit_minor, payout.policy_sum_minor) == (50_00, 50_00)
        assert bank_units.tables.balance_minor("payouts_in_transit") == -50_00
        assert [event.name for event in bank_units.tables.events][-2:] == ["payout.created", "payout.approved"]
        assert await payout_desk.payable() == eur(50)

    async def test_one_unit_more_does(self, payout_desk: PayoutDesk) -> None:
        await payout_desk.want_no_person(eur(50))
        assert (await payout_desk.create(eur("50.01"))).status is S.AWAITING_APPROVAL

    async def test_zero_and_other_currencies_have_no_policy(self, payout_desk: PayoutDesk) -> None:
        await payout_desk.want_no_person(jpy(1_000_000))
        assert (await payout_desk.create(eur("0.01"))).status is S.AWAITING_APPROVAL
        await payout_desk.want_no_person(eur(0))
        assert (await payout_desk.create(eur("0.01"))).status is S.AWAITING_APPROVAL

    async def test_splitting_gains_nothing(self, payout_desk: PayoutDesk) -> None:
        await payout_desk.want_no_person(eur(50))
        statuses = [(await payout_desk.create(eur(20))).status for _ in range(3)]
        assert statuses == [S.APPROVED, S.APPROVED, S.AWAITING_APPROVAL]
        assert (await payout_desk.create(eur(10))).status is S.APPROVED
        payout_desk.clock.pass_by(24 * 3600)
        assert (await payout_desk.create(eur(20))).policy_sum_minor == 20_00

    async def test_a_person_s_approval_does_not_use_it_up(self, payout_desk: PayoutDesk) -> None:
        await payout_desk.want_no_person(eur(50))
        await payout_desk.approve(await payout_desk.create(eur(60)))
        assert (await payout_desk.create(eur(40))).approved_by_policy

    async def test_nor_does_what_was_stopped_or_never_left(self, payout_desk: PayoutDesk) -> None:
        await payout_desk.want_no_person(eur(50))
        await payout_desk.cancel(await payout_desk.create(eur(50)))
        await payout_desk.fail(await payout_desk.create(eur(50)))
        held = await payout_desk.hold(await payout_desk.create(eur(50)))
        assert not held.approved_by_policy
        assert (await payout_desk.create(eur(50))).policy_sum_minor == 50_00
