"""`Payments`: what is saved reads back, one writer at a time, events with their cause."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.kernel.unit import Contention
from domain.payments import authorization
from domain.payments.decline import DeclineCode
from domain.payments.events import PaymentEventType
from domain.payments.method import CardBrand, CardFunding, PaymentMethodType, Wallet
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, kwd
from tests.builders.payments import a_customer, a_method, a_payment
from tests.contracts.house import SYSTEM, House, names

if TYPE_CHECKING:
    from uuid import UUID

    from domain.merchants.merchant import Merchant

S = PaymentStatus
E = PaymentEventType


async def add(house: House, *payments: Payment) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        for payment in payments:
            await unit.payments.add(payment)
        await unit.commit()


async def read(house: House, payment_id: UUID) -> Payment:
    async with house.units.begin(SYSTEM, "contract") as unit:
        return await unit.payments.get(payment_id)


async def test_every_field_reads_back(house: House, merchant: Merchant) -> None:
    customer = a_customer(merchant_id=merchant.id)
    payment = a_payment(
        kwd("1.250"),
        merchant_id=merchant.id,
        status=S.DECLINED,
        capture_mode=CaptureMode.AUTOMATIC,
        authorized_minor=1000,
        captured_minor=600,
        refunded_minor=100,
        disputed_minor=50,
        capture_pending_minor=300,
        refund_pending_minor=70,
        final_capture_pending=True,
        void_pending=True,
        unknown_operations=2,
        fee_minor=9,
        returned_fee_minor=4,
        refund_fee_minor=3,
        method=a_method(
            type=PaymentMethodType.CARD,
            brand=CardBrand.AMEX,
            last4="0005",
            bin="378282",
            country="US",
            expiry_month=12,
            expiry_year=2031,
            funding=CardFunding.PREPAID,
            wallet=Wallet.APPLE_PAY,
            fingerprint="fp_1",
        ),
        customer_id=customer.id,
        reference="R-1 ünïcode",
        description="Two\nlines",
        metadata={"cart": "7", "ключ": "значение"},
        gateway_reference="ref_1",
        decline_code=DeclineCode.LOST_CARD,
        decline_message="Lost.",
        next_action_url="https://acs.example/1",
        return_url="https://shop.example/back",
        risk_score=99,
        authorized_at=after(1),
        captured_at=after(2),
        authorization_expires_at=after(3),
        next_action_expires_at=after(4),
        updated_at=after(5),
    )
    assert [getattr(payment, name) for name in Payment.__slots__ if getattr(payment, name) in (None, ())] == [()]
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.customers.find_or_add(customer)
        added = await unit.payments.add(payment)
        await unit.commit()
    assert added == await read(house, payment.id) == payment


async def test_what_may_be_empty_reads_back_empty(house: House, merchant: Merchant) -> None:
    payment = a_payment(
        merchant_id=merchant.id,
        status=S.PROCESSING,
        method=a_method(token=None, brand=None, last4=None, country=None),
        gateway_reference=None,
    )
    await add(house, payment)
    assert await read(house, payment.id) == payment


async def test_every_change_is_saved_with_its_events(house: House, merchant: Merchant) -> None:
    created = authorization.create(a_payment(merchant_id=merchant.id, status=S.PROCESSING))
    await add(house, created)
    async with house.units.begin(SYSTEM, "contract") as unit:
        payment = await unit.payments.for_update(created.id)
        assert payment == replace(created, events=())
        changed = payment.change(after(1), E.AUTHORIZED, {"a": 1}, status=S.AUTHORIZED, authorized_minor=10000)
        changed = changed.change(after(2), E.CAPTURE_REQUESTED, {}, capture_pending_minor=4000)
        saved = await unit.payments.save(changed)
        assert saved == replace(changed, events=())
        await unit.commit()
    assert await read(house, created.id) == saved
    events = await house.events(created.id)
    assert [sequence for _, sequence, _ in events] == [1, 2, 3]
    assert names(events) == ["payment.created", "payment.authorized", "payment.capture_requested"]
    assert len({event_id for event_id, _, _ in events}) == 3


async def test_without_an_event_nothing_is_saved(house: House, merchant: Merchant) -> None:
    payment = a_payment(merchant_id=merchant.id)
    await add(house, payment)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.payments.save(payment) == payment
        await unit.commit()
    assert await read(house, payment.id) == payment
    assert await house.events(payment.id) == []


async def test_a_change_of_what_has_changed_meanwhile_gives_way(house: House, merchant: Merchant) -> None:
    payment = a_payment(merchant_id=merchant.id)
    await add(house, payment)
    stale = payment.change(after(1), E.CONFIRMED, {})
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payments.save(payment.change(after(1), E.CONFIRMED, {}))
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(Contention):
            await unit.payments.save(stale)


async def test_the_second_waits_and_sees_what_the_first_has_done(house: House, merchant: Merchant) -> None:
    payment = a_payment(merchant_id=merchant.id)
    await add(house, payment)
    order: list[str] = []

    async def second() -> Payment:
        async with house.units.begin(SYSTEM, "second") as unit:
            found = await unit.payments.for_update(payment.id)
            order.append("second")
            return found

    async with house.units.begin(SYSTEM, "first") as unit:
        first = await unit.payments.for_update(payment.id)
        task = asyncio.create_task(second())
        await asyncio.sleep(0.05)
        order.append("first")
        await unit.payments.save(first.change(after(1), E.CONFIRMED, {}, risk_score=42))
        await unit.commit()
    assert (await task).risk_score == 42
    assert order == ["first", "second"]


async def test_a_lock_ends_with_its_unit_also_without_a_commit(house: House, merchant: Merchant) -> None:
    payment = a_payment(merchant_id=merchant.id)
    await add(house, payment)
    for _ in range(2):
        async with house.units.begin(SYSTEM, "contract") as unit:
            assert await unit.payments.for_update(payment.id) == payment


async def test_what_is_not_there_or_not_visible_is_not_found(house: House, merchant: Merchant) -> None:
    payment = a_payment(merchant_id=merchant.id)
    await add(house, payment)
    for actor, payment_id in ((SYSTEM, new_uuid(MORNING)), (an_actor(a_merchant()), payment.id)):
        async with house.units.begin(actor, "contract") as unit:
            with pytest.raises(NotFound, match="The payment"):
                await unit.payments.get(payment_id)
            with pytest.raises(NotFound, match="The payment"):
                await unit.payments.for_update(payment_id)
    async with house.units.begin(an_actor(merchant), "contract") as unit:
        assert await unit.payments.get(payment.id) == payment


async def test_what_has_run_out_of_time(house: House, merchant: Merchant) -> None:
    def one(**values: Any) -> Payment:
        return a_payment(merchant_id=merchant.id, authorization_expires_at=after(60), **values)

    due = [
        one(),
        one(captured=eur(40)),
        one(status=S.IN_REVIEW),
        a_payment(merchant_id=merchant.id, status=S.REQUIRES_ACTION, next_action_expires_at=after(60)),
    ]
    others = [
        one(captured=eur(100)),
        one(capture_pending=eur(1)),
        one(void_pending=True),
        one(status=S.IN_REVIEW, void_pending=True),
        one(status=S.VOIDED),
        a_payment(merchant_id=merchant.id),
        a_payment(merchant_id=merchant.id, authorization_expires_at=after(61)),
        a_payment(merchant_id=merchant.id, status=S.REQUIRES_ACTION, next_action_expires_at=after(61)),
    ]
    await add(house, *due, *others)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert sorted(await unit.payments.overdue(after(60), 100)) == sorted(payment.id for payment in due)
        assert len(await unit.payments.overdue(after(60), 2)) == 2


async def test_what_ran_out_first_comes_first(house: House, merchant: Merchant) -> None:
    def authorized(seconds: int) -> Payment:
        return a_payment(merchant_id=merchant.id, authorization_expires_at=after(seconds))

    def waiting(seconds: int) -> Payment:
        return a_payment(merchant_id=merchant.id, status=S.REQUIRES_ACTION, next_action_expires_at=after(seconds))

    due = [waiting(50), authorized(20), waiting(10), authorized(40), waiting(30)]
    await add(house, *due)
    in_order = [due[at].id for at in (2, 1, 4, 3, 0)]
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.payments.overdue(after(60), 100) == in_order
        assert await unit.payments.overdue(after(60), 2) == in_order[:2]
