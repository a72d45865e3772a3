"""Captured money is given back, in parts, never more than there is, and the fee follows the plan."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.payments.decline import DeclineCode
from domain.payments.errors import PaymentStateForbids, RefundExceedsCaptured
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationType
from domain.payments.refund import RefundReason, RefundStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_fee_plan, a_merchant
from tests.builders.money import eur, jpy
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables


async def test_parts_and_then_the_rest(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.captured()
    first = await desk.refund(payment, eur(30), reason=RefundReason.DUPLICATE)
    assert (first.refund.status, first.refund.amount, first.refund.reason) == (
        RefundStatus.SUCCEEDED, eur(30), RefundReason.DUPLICATE,
    )  # fmt: skip
    assert (first.payment.refunded_minor, first.payment.refundable_minor) == (3000, 7000)
    rest = await desk.refund(payment)
    assert (rest.refund.amount, rest.payment.refundable_minor) == (eur(70), 0)
    assert_agreement(tables, gateway)


async def test_the_fee_stays_unless_the_plan_says_otherwise(desk: Desk, tables: Tables) -> None:
    await desk.refund(await desk.captured())
    assert tables.balance_minor("fees_revenue") == -175
    assert tables.balance_minor("pending") == 175


async def test_a_returned_fee_comes_back_to_the_last_cent(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    tables.merchants[desk.merchant.id] = replace(desk.merchant, fee_plan=a_fee_plan(returned=True))
    payment = await desk.captured()
    returned = [(await desk.refund(payment, eur("33.33"))).refund.returned_fee_minor for _ in range(3)]
    last = await desk.refund(payment)
    assert [*returned, last.refund.returned_fee_minor] == [58, 59, 58, 0]
    assert (last.payment.fee_minor, last.payment.returned_fee_minor) == (175, 175)
    assert tables.balance_minor("fees_revenue") == tables.balance_minor("pending") == 0
    assert_agreement(tables, gateway)


async def test_a_returned_fee_follows_captures_in_parts(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    tables.merchants[desk.merchant.id] = replace(desk.merchant, fee_plan=a_fee_plan(returned=True))
    payment = await desk.authorized()
    await desk.capture(payment, eur(40), final=False)
    await desk.refund(payment)
    await desk.capture(payment, eur(60))
    done = await desk.refund(payment)
    assert done.payment.returned_fee_minor == done.payment.fee_minor == 85 + 115
    assert tables.balance_minor("fees_revenue") == 0
    assert_agreement(tables, gateway)


async def test_a_plan_that_changes_never_takes_back_what_it_returned(desk: Desk, tables: Tables) -> None:
    tables.merchants[desk.merchant.id] = replace(desk.merchant, fee_plan=a_fee_plan(returned=True))
    payment = await desk.captured()
    await desk.refund(payment, eur(50))
    tables.merchants[desk.merchant.id] = replace(desk.merchant, fee_plan=a_fee_plan(returned=False))
    last = await desk.refund(payment)
    assert (last.refund.returned_fee_minor, last.payment.returned_fee_minor) == (0, 88)


async def test_more_than_is_left_is_refused_with_the_limit(desk: Desk, tables: Tables) -> None:
    payment = await desk.captured()
    await desk.refund(payment, eur(70))
    with pytest.raises(RefundExceedsCaptured) as refusal:
        await desk.refund(payment, eur("30.01"))
    assert refusal.value.limit == eur(30)
    await desk.refund(payment)
    for amount in (None, eur(1)):
        with pytest.raises(PaymentStateForbids, match="All that was captured is refunded"):
            await desk.refund(payment, amount)
    assert len(tables.refunds) == 2


async def test_nothing_captured_nothing_to_refund(desk: Desk, tables: Tables) -> None:
    for amount in (None, eur(1)):
        with pytest.raises(PaymentStateForbids, match="AUTHORIZED with nothing captured"):
            await desk.refund(await desk.authorized(), amount)
    assert tables.refunds == {}


async def test_what_is_captured_in_part_can_be_refunded_already(desk: Desk) -> None:
    payment = await desk.authorized()
    await desk.capture(payment, eur(40), final=False)
    result = await desk.refund(payment)
    assert (result.refund.amount, result.payment.capturable_minor) == (eur(40), 6000)


@pytest.mark.parametrize("amount", [eur(0), eur(-1), jpy(10)])
async def test_an_amount_that_is_none_is_refused(desk: Desk, tables: Tables, amount: object) -> None:
    payment = await desk.captured()
    with pytest.raises(Invalid):
        await desk.refund(payment, amount)  # ty: ignore[invalid-argument-type]  # pyright: ignore[reportArgumentType]
    assert tables.refunds == {}


@pytest.mark.parametrize(("code", "failure"), [(DeclineCode.EXPIRED_CARD, "EXPIRED_CARD"), (None, "closed_account")])
async def test_a_refusal_says_why_and_frees_the_amount(
    desk: Desk, tables: Tables, gateway: StandInGateway, code: DeclineCode | None, failure: str
) -> None:
    payment = await desk.captured()
    gateway.next(an_outcome(OutcomeKind.FAILED, decline_code=code, response_code="closed_account"))
    refused = await desk.refund(payment)
    assert (refused.refund.status, refused.refund.failure_code) == (RefundStatus.FAILED, failure)
    assert refused.payment.refundable_minor == 10000
    assert_agreement(tables, gateway)


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.ANSWER_LATER])
async def test_until_it_is_known_the_refund_is_pending_and_its_amount_reserved(
    desk: Desk, tables: Tables, gateway: StandInGateway, fault: Fault
) -> None:
    payment = await desk.captured()
    gateway.next(fault)
    pending = await desk.refund(payment, eur(60))
    assert (pending.refund.status, pending.payment.refund_pending_minor) == (RefundStatus.PENDING, 6000)
    with pytest.raises(RefundExceedsCaptured) as refusal:
        await desk.refund(payment, eur(60))
    assert refusal.value.limit == eur(40)
    await desk.resolve(after_seconds=5)
    assert tables.refunds[pending.refund.id].status is RefundStatus.SUCCEEDED
    assert gateway.moved(OperationType.REFUND) == 6000
    assert_agreement(tables, gateway)


async def test_the_same_refund_from_twenty_at_once_is_one(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.captured()
    results = await asyncio.gather(*(desk.refund(payment) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(result, PaymentStateForbids) for result in results) == 19
    assert gateway.moved(OperationType.REFUND) == 10000
    assert_agreement(tables, gateway)


async def test_the_same_key_again(desk: Desk, tables: Tables) -> None:
    payment = await desk.captured()
    first = await desk.refund(payment, eur(40), idempotency_key="k")
    again = await desk.refund(payment, eur(40), idempotency_key="k")
    assert (again.replayed, again.refund) == (True, first.refund)
    with pytest.raises(IdempotencyConflict):
        await desk.refund(payment, eur(40), idempotency_key="k", reason=RefundReason.DUPLICATE)
    assert len(tables.refunds) == 1


async def test_without_the_permission_nothing_happens(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.captured()
    desk.actor = an_actor(desk.merchant, role=MerchantRole.DEVELOPER)
    with pytest.raises(Forbidden, match="refunds:write"):
        await desk.refund(payment)
    desk.actor = an_actor(a_merchant())
    with pytest.raises(NotFound):
        await desk.refund(payment)
    assert (tables.refunds, len(gateway.requests)) == ({}, 1)
