"""What may be done with a fraud review now, by whom it is asked, and why not when it may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.fraud import reviewing
from domain.identity.permission import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from domain.fraud.review import FraudReview
    from domain.identity.actor import Actor
    from domain.payments.payment import Payment


class ReviewAction(StrEnum):
    """A mutation on one fraud review."""

    CLAIM = "CLAIM"
    RELEASE = "RELEASE"
    ASSIGN = "ASSIGN"
    ESCALATE = "ESCALATE"
    SNOOZE = "SNOOZE"
    ADD_NOTE = "ADD_NOTE"
    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    REOPEN = "REOPEN"
    RECORD_OUTCOME = "RECORD_OUTCOME"


PERMISSIONS: dict[ReviewAction, Permission] = {
    **dict.fromkeys(ReviewAction, Permission.FRAUD_REVIEW),
    ReviewAction.ASSIGN: Permission.FRAUD_MANAGE,
    ReviewAction.REOPEN: Permission.FRAUD_MANAGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableReviewAction:
    """`reason` says why it is not allowed."""

    action: ReviewAction
    reason: str | None

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on."""
        return self.reason is None


def available_review_actions(
    review: FraudReview, payment: Payment, actor: Actor, at: datetime
) -> list[AvailableReviewAction]:
    """All actions in a fixed order; the verbs refuse by the very same reasons. `payment` is the one that it holds."""
    decide = reviewing.decide_refusal(review, payment, actor)
    refusals = {
        ReviewAction.CLAIM: reviewing.claim_refusal(review, actor),
        ReviewAction.RELEASE: reviewing.release_refusal(review, actor),
        ReviewAction.ASSIGN: reviewing.assign_refusal(review),
        ReviewAction.ESCALATE: reviewing.escalate_refusal(review, actor),
        ReviewAction.SNOOZE: reviewing.snooze_refusal(review, actor, at),
        ReviewAction.ADD_NOTE: None,
        ReviewAction.APPROVE: decide,
        ReviewAction.DECLINE: decide,
        ReviewAction.REOPEN: reviewing.reopen_refusal(review, payment, at),
        ReviewAction.RECORD_OUTCOME: reviewing.outcome_refusal(review),
    }
    return [
        AvailableReviewAction(action=action, reason=refusal or _missing_permission(action, review, actor))
        for action, refusal in refusals.items()
    ]


def _missing_permission(action: ReviewAction, review: FraudReview, actor: Actor) -> str | None:
    permission = PERMISSIONS[action]
    return None if actor.may(permission, review.merchant_id) else f"You lack the permission {permission}."
