"""Put a review before all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud import reviewing
from domain.fraud.working import work_on
from domain.identity.permission import Permission
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.review import FraudReview
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateReview:
    """`reason` is for whoever claims it next."""

    review_id: UUID
    reason: str


async def escalate_review(ports: FraudPorts, actor: Actor, command: EscalateReview) -> FraudReview:
    """The review, for anybody to claim. Raises `NotFound`, `Forbidden`, `Invalid` and `FraudReviewStateForbids`."""
    clean_text(command.reason, ("reason",), multiline=True)

    async def change(_: FraudUnit, review: FraudReview, at: datetime) -> FraudReview:
        return reviewing.escalate(review, actor, command.reason, at)

    return await work_on(ports, actor, command.review_id, Permission.FRAUD_REVIEW, "escalate_review", change)
