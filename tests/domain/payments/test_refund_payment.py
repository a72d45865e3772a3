"""Captured money is given back, in parts, never more than there is, and the fee follows the plan."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
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
from tests.fakes.crash import Crash
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits


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


async def test_from_the_threshold_on_it_is_asked_for_and_no_money_moves(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    await desk.want_approval(eur(50), MerchantRole.OWNER)
    payment = await desk.captured()
    assert (await desk.refund(payment, eur("49.99"))).refund.status is RefundStatus.SUCCEEDED
    request = await desk.ask_to_refund(payment, reason=RefundReason.DUPLICATE)
    assert (request.status, request.amount, request.role) == (
        ApprovalStatus.REQUIRES_REVIEW, eur("50.01"), MerchantRole.OWNER,
    )  # fmt: skip
    assert (request.subject_type, request.subject_id, request.command) == (
        "payment", payment.id, {"reason": "DUPLICATE"},
    )  # fmt: skip
    assert (request.requested_by.id, request.merchant_id) == (desk.actor.id, payment.merchant_id)
    assert tables.payments[payment.id].refundable_minor == 5001
    assert request.operation_id not in tables.operations
    assert gateway.moved(OperationType.REFUND) == 4999
    assert [record.action for record in tables.audit][-1] == "approvals.request"
    assert [event.name for event in tables.events][-1] == "approval_request.created"
    assert_agreement(tables, gateway)


@pytest.mark.parametrize("point", ["refund.intent.before_commit", "refund.intent.committed"])
async def test_a_crash_while_it_is_asked_for(desk: Desk, units: MemoryUnits, point: str) -> None:
    await desk.want_approval(eur(50))
    payment = await desk.captured()
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.ask_to_refund(payment, idempotency_key="k")
    request = await desk.ask_to_refund(payment, idempotency_key="k")
    assert list(units.tables.approval_requests.values()) == [request]


async def test_what_cannot_be_refunded_is_refused_at_once(desk: Desk, tables: Tables) -> None:
    await desk.want_approval(eur(1))
    payment = await desk.captured()
    with pytest.raises(RefundExceedsCaptured):
        await desk.refund(payment, eur("100.01"))
    with pytest.raises(PaymentStateForbids):
        await desk.refund(await desk.authorized())
    for amount in (eur(0), jpy(10)):
        with pytest.raises(Invalid):
            await desk.refund(payment, amount)
    desk.actor = an_actor(desk.merchant, role=MerchantRole.DEVELOPER)
    with pytest.raises(Forbidden):
        await desk.refund(payment)
    assert tables.approval_requests == {}


async def test_the_same_key_in_every_phase(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    await desk.want_approval(eur(50))
    payment = await desk.captured()
    request = await desk.ask_to_refund(payment, eur(60), idempotency_key="k")
    assert await desk.ask_to_refund(payment, eur(60), idempotency_key="k") == request
    with pytest.raises(IdempotencyConflict):
        await desk.ask_to_refund(payment, eur(61), idempotency_key="k")
    approved = await desk.approve(request)
    assert approved.status is ApprovalStatus.SUCCEEDED
    done = await desk.refund(payment, eur(60), idempotency_key="k")
    assert (done.replayed, done.refund.status, done.refund.operation_id) == (
        True, RefundStatus.SUCCEEDED, request.operation_id,
    )  # fmt: skip
    assert len(tables.approval_requests) == len(tables.refunds) == 1
    assert_agreement(tables, gateway)


@pytest.mark.parametrize("status", [ApprovalStatus.REJECTED, ApprovalStatus.CANCELED, ApprovalStatus.EXPIRED])
async def test_the_same_key_after_a_no_finds_the_no(desk: Desk, tables: Tables, status: ApprovalStatus) -> None:
    await desk.want_approval(eur(50))
    payment = await desk.captured()
    request = await desk.ask_to_refund(payment, idempotency_key="k")
    tables.approval_requests[request.id] = replace(request, status=status)
    assert (await desk.ask_to_refund(payment, idempotency_key="k")).status is status
    assert tables.refunds == {}


async def test_the_same_key_finds_the_refund_as_soon_as_there_is_one(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    await desk.want_approval(eur(50))
    payment = await desk.captured()
    request = await desk.ask_to_refund(payment, idempotency_key="k")
    gateway.next(Fault.ANSWER_LOST)
    assert (await desk.approve(request)).status is ApprovalStatus.APPROVED
    pending = await desk.refund(payment, idempotency_key="k")
    assert (pending.replayed, pending.refund.status) == (True, RefundStatus.PENDING)


async def test_the_same_request_from_twenty_at_once_is_one(desk: Desk, tables: Tables) -> None:
    await desk.want_approval(eur(50))
    payment = await desk.captured()
    results = await asyncio.gather(*(desk.ask_to_refund(payment, idempotency_key="k") for _ in range(20)))
    assert {request.id for request in results} == set(tables.approval_requests)
