"""Authorized money is captured at once, in parts, finally; never more than there is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.idempotency import IdempotencyConflict, IdempotencyInProgress
from domain.payments.errors import CaptureExceedsAuthorization, PaymentStateForbids
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import PaymentStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.money import eur, jpy
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables

S = PaymentStatus


async def test_all_that_is_left(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    result = await desk.capture(await desk.authorized())
    assert (result.capture.status, result.capture.amount, result.capture.fee_minor) == (
        OperationStatus.SUCCEEDED, eur(100), 175,
    )  # fmt: skip
    assert (result.payment.status, result.payment.captured_minor, result.replayed) == (S.CAPTURED, 10000, False)
    assert_agreement(tables, gateway)


async def test_parts_and_a_final_one(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    first = await desk.capture(payment, eur(30), final=False)
    second = await desk.capture(payment, eur(20), final=False)
    assert (first.payment.status, second.payment.captured_minor) == (S.PARTIALLY_CAPTURED, 5000)
    last = await desk.capture(payment, eur(10))
    assert (last.payment.status, last.payment.captured_minor, last.payment.capturable_minor) == (S.CAPTURED, 6000, 0)
    # Three fixed fees, and 1.5 % of each part rounded half-even: 45, 30 and 15.
    assert last.payment.fee_minor == 3 * 25 + 45 + 30 + 15
    assert [request.final for request in gateway.requests[1:]] == [False, False, True]
    with pytest.raises(PaymentStateForbids, match="CAPTURED"):
        await desk.capture(payment)
    assert_agreement(tables, gateway)


async def test_the_last_part_need_not_say_so(desk: Desk) -> None:
    payment = await desk.authorized()
    await desk.capture(payment, eur(30), final=False)
    assert (await desk.capture(payment, final=False)).payment.status is S.CAPTURED


async def test_more_than_is_left_is_refused_with_the_limit(desk: Desk, tables: Tables) -> None:
    payment = await desk.authorized()
    await desk.capture(payment, eur(70), final=False)
    with pytest.raises(CaptureExceedsAuthorization) as refusal:
        await desk.capture(payment, eur("30.01"))
    assert refusal.value.limit == eur(30)
    assert len(tables.captures) == 1


@pytest.mark.parametrize("amount", [eur(0), eur(-1), jpy(10)])
async def test_an_amount_that_is_none_is_refused(desk: Desk, tables: Tables, amount: object) -> None:
    payment = await desk.authorized()
    with pytest.raises(Invalid):
        await desk.capture(payment, amount)  # ty: ignore[invalid-argument-type]  # pyright: ignore[reportArgumentType]
    assert (tables.captures, tables.payments[payment.id]) == ({}, payment)


async def test_a_refusal_frees_what_was_reserved(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    gateway.next(an_outcome(OutcomeKind.FAILED, response_code="closed"))
    refused = await desk.capture(payment, eur(40))
    assert (refused.capture.status, refused.payment.status) == (OperationStatus.FAILED, S.AUTHORIZED)
    assert refused.payment.capturable_minor == 10000
    assert (await desk.capture(payment, eur(40))).capture.status is OperationStatus.SUCCEEDED
    assert_agreement(tables, gateway)


async def test_a_request_that_never_left_frees_it_too(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    gateway.next(Fault.NOT_SENT)
    failed = await desk.capture(payment)
    assert (failed.capture.status, failed.payment.capturable_minor) == (OperationStatus.FAILED, 10000)
    assert_agreement(tables, gateway)


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.REQUEST_LOST])
async def test_in_doubt_the_amount_stays_reserved(
    desk: Desk, tables: Tables, gateway: StandInGateway, fault: Fault
) -> None:
    payment = await desk.authorized()
    gateway.next(fault)
    doubtful = await desk.capture(payment, eur(40), final=False)
    assert (doubtful.capture.status, doubtful.payment.unknown_operations) == (OperationStatus.UNKNOWN, 1)
    assert doubtful.payment.capturable_minor == 6000
    with pytest.raises(PaymentStateForbids, match="A capture is under way"):
        await desk.void(payment)
    await desk.resolve(after_seconds=2)
    assert tables.payments[payment.id].captured_minor == 4000
    assert tables.captures[doubtful.capture.id].status is OperationStatus.SUCCEEDED
    assert gateway.moved(OperationType.CAPTURE) == 4000
    assert_agreement(tables, gateway)


async def test_a_doubtful_part_is_recorded_also_after_the_final_one(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    payment = await desk.authorized()
    gateway.next(Fault.ANSWER_LOST)
    await desk.capture(payment, eur(30), final=False)
    assert (await desk.capture(payment, eur(40))).payment.status is S.CAPTURED
    await desk.resolve(after_seconds=2)
    assert tables.payments[payment.id].captured_minor == 7000
    assert_agreement(tables, gateway)


async def test_an_answer_that_requires_an_action_is_none(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    gateway.next(an_outcome(OutcomeKind.REQUIRES_ACTION))
    result = await desk.capture(payment)
    assert (result.capture.status, result.payment.captured_minor) == (OperationStatus.UNKNOWN, 0)
    assert tables.entries == []


async def test_taken_on_for_later_is_pending_and_replays_at_once(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    payment = await desk.authorized()
    gateway.next(Fault.ANSWER_LATER)
    accepted = await desk.capture(payment, eur(40), idempotency_key="k")
    assert (accepted.capture.status, accepted.payment.capture_pending_minor) == (OperationStatus.PENDING, 4000)
    assert (await desk.capture(payment, eur(40), idempotency_key="k")).replayed
    await desk.resolve(after_seconds=5)
    assert tables.captures[accepted.capture.id].status is OperationStatus.SUCCEEDED
    assert_agreement(tables, gateway)


async def test_two_at_once_never_exceed_the_authorization(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    results = await asyncio.gather(
        *(desk.capture(payment, eur(60), final=False) for _ in range(2)), return_exceptions=True
    )
    assert sum(isinstance(result, CaptureExceedsAuthorization) for result in results) == 1
    assert gateway.moved(OperationType.CAPTURE) == tables.payments[payment.id].captured_minor == 6000
    assert_agreement(tables, gateway)


async def test_the_same_key_again(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    first = await desk.capture(payment, eur(40), idempotency_key="k")
    again = await desk.capture(payment, eur(40), idempotency_key="k")
    assert (again.replayed, again.capture) == (True, first.capture)
    with pytest.raises(IdempotencyConflict):
        await desk.capture(payment, eur(41), idempotency_key="k")
    with pytest.raises(IdempotencyConflict):
        await desk.capture(await desk.authorized(), eur(40), idempotency_key="k")
    assert gateway.moved(OperationType.CAPTURE) == 4000
    assert len(tables.captures) == 1


async def test_the_same_key_while_the_first_is_under_way(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    gateway.next(Fault.CRASH_AFTER)
    with pytest.raises(Crash):
        await desk.capture(payment, idempotency_key="k")
    with pytest.raises(IdempotencyInProgress):
        await desk.capture(payment, idempotency_key="k")
    await desk.resolve(after_seconds=30)
    again = await desk.capture(payment, idempotency_key="k")
    assert (again.replayed, again.capture.status) == (True, OperationStatus.SUCCEEDED)
    assert_agreement(tables, gateway)


async def test_a_key_of_another_mutation_is_another_key(desk: Desk) -> None:
    payment = (await desk.create(idempotency_key="k")).payment
    assert not (await desk.capture(payment, idempotency_key="k")).replayed
    assert not (await desk.refund(payment, idempotency_key="k")).replayed


async def test_without_the_permission_nothing_happens(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    desk.actor = an_actor(desk.merchant, role=MerchantRole.FINANCE)
    with pytest.raises(Forbidden, match="payments:write"):
        await desk.capture(payment)
    desk.actor = an_actor(a_merchant())
    with pytest.raises(NotFound, match="The payment"):
        await desk.capture(payment)
    assert tables.payments[payment.id] == payment
    assert (tables.captures, len(gateway.requests)) == ({}, 1)
