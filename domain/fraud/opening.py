"""How a review begins: in the transaction that holds its payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.fraud.review import FraudReview
from domain.fraud.review_clock import review_clock
from domain.fraud.reviewing import open_
from domain.kernel.ids import new_uuid
from domain.payments.screening import ScreeningDecision

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.ports import FraudUnit
    from domain.fraud.screening import Screening
    from domain.payments.payment import Payment


async def open_review(unit: FraudUnit, screening: Screening, payment: Payment, at: datetime) -> FraudReview:
    """The review of a payment that is about to be held; the one that it has, if it has one.

    The payment is locked and authorized, and need not be saved yet.
    """
    if (earlier := await unit.fraud_reviews.of_payment(payment.merchant_id, payment.id)) is not None:
        return earlier
    clock = review_clock(at, payment.authorization_expires_at)
    review = FraudReview(
        id=new_uuid(at),
        merchant_id=payment.merchant_id,
        payment_id=payment.id,
        currency=payment.currency,
        # At this moment its transition may still be to come.
        amount_minor=payment.authorized_minor or payment.amount_minor,
        score=screening.score,
        risk_score=payment.risk_score,
        rule_ids=_sent_by(screening),
        warn_at=clock.warn_at,
        escalate_at=clock.escalate_at,
        due_at=clock.due_at,
        opened_at=at,
        updated_at=at,
    )
    return await unit.fraud_reviews.add(open_(review))


def _sent_by(screening: Screening) -> tuple[UUID, ...]:
    """The rules for which it is looked at, the platform's first."""
    judged = (screening.platform, screening.merchant)
    return tuple(rule_id for one in judged if one.decision is ScreeningDecision.REVIEW for rule_id in one.decided_by)
