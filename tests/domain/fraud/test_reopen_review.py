"""A review is decided anew, while the money still allows it."""

from __future__ import annotations

import pytest

from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.reopen_review import ReopenReview, reopen_review
from domain.fraud.review import FraudReview, ReviewStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid
from domain.payments.errors import PaymentStateForbids
from domain.payments.gateway import OutcomeKind
from domain.payments.payment import PaymentStatus
from tests.builders.identity import an_actor
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.review_desk import ReviewDesk


@pytest.fixture
def desk() -> ReviewDesk:
    return ReviewDesk.in_memory()


async def reopen(desk: ReviewDesk, review: FraudReview, reason: str = "The customer called.") -> FraudReview:
    return await reopen_review(desk.ports, desk.actor, ReopenReview(review_id=review.id, reason=reason))


async def test_an_approved_manual_payment_is_held_again_until_it_is_decided_otherwise(desk: ReviewDesk) -> None:
    review = await desk.held()
    payment = (await desk.approve(review)).payment
    reopened = await reopen(desk, review)
    assert reopened.status is ReviewStatus.OPEN
    assert (await desk.now(review))[1].status is PaymentStatus.IN_REVIEW
    with pytest.raises(PaymentStateForbids, match="once its fraud review is approved"):
        await desk.desk.capture(payment, eur(10))
    assert (await desk.decline(review)).payment.status is PaymentStatus.VOIDED
    assert_agreement(desk.tables, desk.gateway)
    with pytest.raises(FraudReviewStateForbids, match="the payment is VOIDED"):
        await reopen(desk, review)
    audited = [record.data for record in desk.tables.audit if record.action == "fraud.reopen_review"]
    assert audited == [{"was": "APPROVED", "payment_id": str(payment.id)}]


async def test_a_captured_payment_is_refunded_instead(desk: ReviewDesk) -> None:
    review = await desk.held(automatic=True)
    await desk.approve(review)
    with pytest.raises(FraudReviewStateForbids, match="the payment is CAPTURED"):
        await reopen(desk, review)


async def test_a_declined_one_whose_void_was_refused_can_be_approved_after_all(desk: ReviewDesk) -> None:
    review = await desk.held(automatic=True)
    desk.gateway.next(an_outcome(OutcomeKind.FAILED, response_code="no"))
    await desk.decline(review)
    await reopen(desk, review)
    # Nobody voids it any more.
    assert await desk.watch(after_seconds=3600) == 0
    assert (await desk.approve(review)).payment.status is PaymentStatus.CAPTURED
    assert_agreement(desk.tables, desk.gateway)


async def test_who_may_not_and_with_what_reason(desk: ReviewDesk) -> None:
    review = await desk.held()
    with pytest.raises(FraudReviewStateForbids, match="not decided yet"):
        await reopen(desk, review)
    await desk.approve(review)
    operator = an_actor(desk.desk.merchant, role=MerchantRole.OPERATOR)
    with pytest.raises(Forbidden):
        await reopen_review(desk.ports, operator, ReopenReview(review_id=review.id, reason="Why not."))
    with pytest.raises(Invalid):
        await reopen(desk, review, "")
    assert (await desk.now(review))[0].status is ReviewStatus.APPROVED
