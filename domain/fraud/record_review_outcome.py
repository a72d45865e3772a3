"""Say what a review's payment turned out to be."""

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
    from domain.fraud.review import FraudReview, ReviewOutcome
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReviewOutcome:
    """A later finding replaces an earlier one."""

    review_id: UUID
    outcome: ReviewOutcome


async def record_review_outcome(ports: FraudPorts, actor: Actor, command: RecordReviewOutcome) -> FraudReview:
    """The decided review with its outcome. Raises `NotFound`, `Forbidden` and `FraudReviewStateForbids`."""

    async def change(_: FraudUnit, review: FraudReview, at: datetime) -> FraudReview:
        return reviewing.record_outcome(review, command.outcome, at)

    audited = {"outcome": command.outcome.value}
    return await work_on(
        ports, actor, command.review_id, Permission.FRAUD_REVIEW, "record_review_outcome", change, audited
    )
