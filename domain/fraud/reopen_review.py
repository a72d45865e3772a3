"""Have a review decided anew, while the money still allows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud import reviewing
from domain.fraud.deciding import lock_with_payment
from domain.identity.permission import Permission
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit
from domain.payments.payment import PaymentStatus
from domain.payments.review_hold import hold_again

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.review import FraudReview
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenReview:
    """`reason` is for whoever decides it then."""

    review_id: UUID
    reason: str


async def reopen_review(ports: FraudPorts, actor: Actor, command: ReopenReview) -> FraudReview:
    """The review, open again, and its payment held again.

    Raises `NotFound`, `Forbidden`, `Invalid` and `FraudReviewStateForbids`.
    """
    clean_text(command.reason, ("reason",), multiline=True)

    async def work(unit: FraudUnit) -> FraudReview:
        at = ports.clock.now()
        review, payment = await lock_with_payment(unit, command.review_id)
        actor.require(Permission.FRAUD_MANAGE, review.merchant_id)
        reopened = reviewing.reopen(review, payment, command.reason, at)
        if payment.status is not PaymentStatus.IN_REVIEW:
            await unit.payments.save(hold_again(payment, at))
        saved = await unit.fraud_reviews.save(reopened)
        data = {"was": review.status.value, "payment_id": str(payment.id)}
        await unit.audit.record(actor, "fraud.reopen_review", "fraud_review", review.id, review.merchant_id, data)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "review.reopen", work)
