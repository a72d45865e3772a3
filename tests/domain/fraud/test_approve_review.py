"""An approved payment goes on: once for each key, whoever dies in between."""

from __future__ import annotations

import asyncio

import pytest

from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.review import ReviewOutcome, ReviewStatus
from domain.identity.permission import MerchantRole, Permission
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.kernel.ids import new_uuid
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import PaymentStatus
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.gateway import Fault
from tests.fakes.review_desk import ReviewDesk

CAPTURE = OperationType.CAPTURE


@pytest.fixture
def desk() -> ReviewDesk:
    return ReviewDesk.in_memory()


async def test_an_automatic_payment_is_captured(desk: ReviewDesk) -> None:
    review = await desk.claim(await desk.held(automatic=True))
    result = await desk.approve(review, outcome=ReviewOutcome.LEGITIMATE)
    assert (result.review.status, result.payment.status, result.replayed) == (
        ReviewStatus.APPROVED,
        PaymentStatus.CAPTURED,
        False,
    )
    assert (result.review.outcome, result.review.decided_by_id) == (ReviewOutcome.LEGITIMATE, desk.actor.id)
    assert desk.gateway.moved(CAPTURE) == 10000
    (audited,) = [record for record in desk.tables.audit if record.action == "fraud.approve_review"]
    (capture,) = [one for one in desk.tables.operations.values() if one.type is CAPTURE]
    assert audited.data == {
        "payment_id": str(review.payment_id),
        "operation_id": str(capture.id),
        "amount_minor": 10000,
        "currency": "EUR",
        "reason": None,
        "outcome": "LEGITIMATE",
        "block": [],
        "block_everywhere": False,
    }
    assert_agreement(desk.tables, desk.gateway)


async def test_a_manual_payment_waits_for_its_capture(desk: ReviewDesk) -> None:
    review = await desk.claim(await desk.held())
    result = await desk.approve(review)
    assert (result.payment.status, result.payment.capturable_minor) == (PaymentStatus.AUTHORIZED, 10000)
    assert [effect.type for effect in desk.gateway.effects] == [OperationType.AUTHORIZE]
    await desk.desk.capture(result.payment, eur(40))
    assert desk.gateway.moved(CAPTURE) == 4000


@pytest.mark.parametrize("automatic", [False, True])
async def test_the_same_key_approves_once(desk: ReviewDesk, *, automatic: bool) -> None:
    review = await desk.claim(await desk.held(automatic=automatic))
    twice = [desk.approve(review, idempotency_key="one") for _ in range(2)]
    first, second = sorted(await asyncio.gather(*twice), key=lambda result: result.replayed)
    third = await desk.approve(review, idempotency_key="one")
    assert (first.replayed, second.replayed, third.replayed) == (False, True, True)
    assert first.review == second.review == third.review
    assert desk.gateway.moved(CAPTURE) == (10000 if automatic else 0)
    with pytest.raises(IdempotencyConflict):
        await desk.approve(review, idempotency_key="one", outcome=ReviewOutcome.UNKNOWN)
    with pytest.raises(FraudReviewStateForbids, match="it was APPROVED"):
        await desk.approve(review, idempotency_key="two")


async def test_who_may_not(desk: ReviewDesk) -> None:
    review = await desk.held()
    operator = an_actor(desk.desk.merchant, role=MerchantRole.OPERATOR)
    with pytest.raises(Forbidden):
        await desk.approve(review, an_actor(desk.desk.merchant, role=MerchantRole.VIEWER))
    with pytest.raises(NotFound):
        await desk.approve(review, an_actor(new_uuid(MORNING)))
    with pytest.raises(FraudReviewStateForbids, match="Claim this review first"):
        await desk.approve(review, operator)
    await desk.claim(review)
    with pytest.raises(FraudReviewStateForbids, match="Somebody else works on this review"):
        await desk.approve(review, operator)
    with pytest.raises(Invalid):
        await desk.approve(review, idempotency_key="")
    assert (await desk.now(review))[0].status is ReviewStatus.ASSIGNED
    # Whoever manages reviews needs to claim none.
    manager = an_actor(desk.desk.merchant, permissions=[Permission.FRAUD_REVIEW, Permission.FRAUD_MANAGE])
    assert (await desk.approve(review, manager)).review.decided_by_id == manager.id


async def test_staff_decide_what_is_nobodys(desk: ReviewDesk) -> None:
    review = await desk.held(automatic=True)
    staff = a_staff_actor()
    assert (await desk.approve(review, staff)).payment.status is PaymentStatus.CAPTURED


@pytest.mark.parametrize("point", ["review.approve.intent.before_commit", "review.approve.intent.committed"])
async def test_whoever_dies_around_the_intent_leaves_all_or_nothing(desk: ReviewDesk, point: str) -> None:
    review = await desk.claim(await desk.held(automatic=True))
    desk.units.die_at(point)
    with pytest.raises(Crash):
        await desk.approve(review, idempotency_key="one")
    decided, payment = await desk.now(review)
    committed = point.endswith("committed")
    assert (decided.status, payment.capture_pending_minor) == (
        (ReviewStatus.APPROVED, 10000) if committed else (ReviewStatus.ASSIGNED, 0)
    )
    await desk.resolve(after_seconds=60)
    again = await desk.approve(review, idempotency_key="one")
    assert (again.replayed, again.payment.status) == (committed, PaymentStatus.CAPTURED)
    assert desk.gateway.moved(CAPTURE) == 10000
    assert_agreement(desk.tables, desk.gateway)


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.ANSWER_LOST, Fault.ANSWER_LATER])
async def test_whatever_happens_to_the_call_the_money_is_taken_once(desk: ReviewDesk, fault: Fault) -> None:
    review = await desk.claim(await desk.held(automatic=True))
    desk.gateway.next(fault)
    if fault in {Fault.CRASH_BEFORE, Fault.CRASH_AFTER}:
        with pytest.raises(Crash):
            await desk.approve(review)
    else:
        await desk.approve(review)
    await desk.resolve(after_seconds=60)
    decided, payment = await desk.now(review)
    assert (decided.status, payment.status) == (ReviewStatus.APPROVED, PaymentStatus.CAPTURED)
    assert desk.gateway.moved(CAPTURE) == 10000
    assert {one.status for one in desk.tables.operations.values()} == {OperationStatus.SUCCEEDED}
    assert_agreement(desk.tables, desk.gateway)
