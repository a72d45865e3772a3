"""Take on one review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud import reviewing
from domain.fraud.working import work_on
from domain.identity.permission import Permission

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.review import FraudReview
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReview:
    """Which one; a snoozed one comes back by it."""

    review_id: UUID


async def claim_review(ports: FraudPorts, actor: Actor, command: ClaimReview) -> FraudReview:
    """The review, assigned to the actor. Raises `NotFound`, `Forbidden` and `FraudReviewStateForbids`."""

    async def change(_: FraudUnit, review: FraudReview, at: datetime) -> FraudReview:
        return reviewing.claim(review, actor, at)

    return await work_on(ports, actor, command.review_id, Permission.FRAUD_REVIEW, "claim_review", change)
