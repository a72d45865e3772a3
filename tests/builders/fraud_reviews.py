"""Fraud reviews in any status."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.fraud.review import DeclineReason, FraudReview, ReviewStatus
from domain.fraud.review_note import Audience, ReviewNote
from domain.identity.actor import Realm
from domain.kernel.ids import new_uuid
from domain.payments.payment import PaymentStatus
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payments import a_payment

if TYPE_CHECKING:
    from domain.payments.payment import Payment

DUE_AT = MORNING + timedelta(days=7) - timedelta(hours=6)
ESCALATE_AT = DUE_AT - timedelta(days=1)
WARN_AT = DUE_AT - timedelta(days=2)
_DECIDED = frozenset({ReviewStatus.APPROVED, ReviewStatus.DECLINED})


def a_held_payment(**values: Any) -> Payment:
    """100 euros that are authorized and in review, until a week after the morning."""
    defaults: dict[str, Any] = {
        "status": PaymentStatus.IN_REVIEW,
        "authorized": eur(100),
        "authorized_at": MORNING,
        "authorization_expires_at": MORNING + timedelta(days=7),
    }
    return a_payment(**{**defaults, **values})


def a_review(status: ReviewStatus = ReviewStatus.OPEN, payment: Payment | None = None, **values: Any) -> FraudReview:
    """A saved review of 100 euros, opened in the morning, as it would be in a status."""
    decided = status in _DECIDED
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": payment.merchant_id if payment else new_uuid(MORNING),
        "payment_id": payment.id if payment else new_uuid(MORNING),
        "status": status,
        "currency": (payment.currency if payment else eur(100).currency),
        "amount_minor": payment.authorized_minor if payment else eur(100).minor,
        "assignee_id": new_uuid(MORNING) if status is ReviewStatus.ASSIGNED else None,
        "warn_at": WARN_AT,
        "escalate_at": ESCALATE_AT,
        "due_at": DUE_AT,
        "escalated_at": MORNING if status is ReviewStatus.ESCALATED else None,
        "decline_reason": DeclineReason.STOLEN_CARD if status is ReviewStatus.DECLINED else None,
        "decided_by_name": "Ada Lovelace" if decided else None,
        "decided_at": MORNING if decided else None,
        "opened_at": MORNING,
        "updated_at": MORNING,
        "version": 1,
    }
    return FraudReview(**{**defaults, **values})


def a_review_note(review: FraudReview, **values: Any) -> ReviewNote:
    """The merchant to staff."""
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": review.merchant_id,
        "review_id": review.id,
        "audience": Audience.MERCHANT,
        "text": "The customer answers the telephone.",
        "author_id": new_uuid(MORNING),
        "author_name": "Ada Lovelace",
        "author_realm": Realm.MERCHANT,
        "created_at": MORNING,
    }
    return ReviewNote(**{**defaults, **values})
