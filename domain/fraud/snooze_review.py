"""Put a review aside for a while."""

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
class SnoozeReview:
    """`until` lies in the future, before the review would be escalated; None brings it back at once."""

    review_id: UUID
    until: datetime | None


async def snooze_review(ports: FraudPorts, actor: Actor, command: SnoozeReview) -> FraudReview:
    """The review, out of the queue until then.

    Raises `NotFound`, `Forbidden`, `Invalid` and `FraudReviewStateForbids`.
    """

    async def change(_: FraudUnit, review: FraudReview, at: datetime) -> FraudReview:
        return reviewing.snooze(review, actor, command.until, at)

    audited = {"until": command.until and command.until.isoformat()}
    return await work_on(ports, actor, command.review_id, Permission.FRAUD_REVIEW, "snooze_review", change, audited)
