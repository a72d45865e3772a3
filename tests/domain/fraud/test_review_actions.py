"""What may be done with a review is what the verbs would do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.fraud import reviewing
from domain.fraud.review import ReviewStatus
from domain.fraud.review_actions import PERMISSIONS, ReviewAction, available_review_actions
from domain.identity.permission import MerchantRole, Permission
from domain.payments.payment import PaymentStatus
from tests.builders.fraud_reviews import ESCALATE_AT, a_held_payment, a_review
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from domain.identity.actor import Actor

A = ReviewAction
PAYMENT = a_held_payment()
OPERATOR = an_actor(PAYMENT.merchant_id, role=MerchantRole.OPERATOR)
VIEWER = an_actor(PAYMENT.merchant_id, role=MerchantRole.VIEWER)


def allowed(status: ReviewStatus, actor: Actor, **values: object) -> set[ReviewAction]:
    mine = {"assignee_id": actor.id} if status is ReviewStatus.ASSIGNED else {}
    review = a_review(status, PAYMENT, **{**mine, **values})
    actions = available_review_actions(review, PAYMENT, actor, MORNING)
    assert [one.action for one in actions] == list(ReviewAction)
    assert all(one.allowed == (one.reason is None) for one in actions)
    return {one.action for one in actions if one.allowed}


@pytest.mark.parametrize(
    ("status", "manager", "operator"),
    [
        (
            ReviewStatus.OPEN,
            {A.CLAIM, A.ASSIGN, A.ESCALATE, A.SNOOZE, A.ADD_NOTE, A.APPROVE, A.DECLINE},
            {A.CLAIM, A.ESCALATE, A.SNOOZE, A.ADD_NOTE},
        ),
        (
            ReviewStatus.ASSIGNED,
            {A.CLAIM, A.RELEASE, A.ASSIGN, A.ESCALATE, A.SNOOZE, A.ADD_NOTE, A.APPROVE, A.DECLINE},
            {A.CLAIM, A.RELEASE, A.ESCALATE, A.SNOOZE, A.ADD_NOTE, A.APPROVE, A.DECLINE},
        ),
        (
            ReviewStatus.ESCALATED,
            {A.CLAIM, A.ASSIGN, A.ADD_NOTE, A.APPROVE, A.DECLINE},
            {A.CLAIM, A.ADD_NOTE},
        ),
        (ReviewStatus.DECLINED, {A.ADD_NOTE, A.REOPEN, A.RECORD_OUTCOME}, {A.ADD_NOTE, A.RECORD_OUTCOME}),
        # The payment of these tests is held, as no payment is whose review was approved.
        (ReviewStatus.APPROVED, {A.ADD_NOTE, A.RECORD_OUTCOME}, {A.ADD_NOTE, A.RECORD_OUTCOME}),
    ],
)
def test_by_status_and_permission(
    status: ReviewStatus, manager: set[ReviewAction], operator: set[ReviewAction]
) -> None:
    assert allowed(status, a_staff_actor()) == manager
    assert allowed(status, OPERATOR) == operator
    assert allowed(status, VIEWER) == set()


def test_the_reasons_are_those_of_the_verbs() -> None:
    review = a_review(ReviewStatus.ASSIGNED, PAYMENT)
    voided = replace(PAYMENT, status=PaymentStatus.VOIDED)
    at = ESCALATE_AT + timedelta(seconds=1)
    reasons = {one.action: one.reason for one in available_review_actions(review, voided, OPERATOR, at)}
    assert reasons == {
        A.CLAIM: reviewing.claim_refusal(review, OPERATOR),
        A.RELEASE: reviewing.release_refusal(review, OPERATOR),
        A.ASSIGN: f"You lack the permission {Permission.FRAUD_MANAGE}.",
        A.ESCALATE: reviewing.escalate_refusal(review, OPERATOR),
        A.SNOOZE: reviewing.snooze_refusal(review, OPERATOR, at),
        A.ADD_NOTE: None,
        A.APPROVE: reviewing.decide_refusal(review, voided, OPERATOR),
        A.DECLINE: reviewing.decide_refusal(review, voided, OPERATOR),
        A.REOPEN: reviewing.reopen_refusal(review, voided, at),
        A.RECORD_OUTCOME: reviewing.outcome_refusal(review),
    }


def test_every_action_has_a_permission() -> None:
    assert set(PERMISSIONS) == set(ReviewAction)
    assert {PERMISSIONS[action] for action in (A.ASSIGN, A.REOPEN)} == {Permission.FRAUD_MANAGE}
    assert PERMISSIONS[A.APPROVE] is Permission.FRAUD_REVIEW
