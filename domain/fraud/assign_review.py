"""Give a review to somebody."""

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
class AssignReview:
    """`assignee_id` is a person's id; None takes it from whoever has it."""

    review_id: UUID
    assignee_id: UUID | None


async def assign_review(ports: FraudPorts, actor: Actor, command: AssignReview) -> FraudReview:
    """The review with its assignee.

    Raises `NotFound` (also for a person who cannot see the merchant), `Forbidden` and `FraudReviewStateForbids`.
    """

    async def change(unit: FraudUnit, review: FraudReview, at: datetime) -> FraudReview:
        if command.assignee_id is None:
            return reviewing.release(review, actor, at)
        await unit.reviewers.ensure(command.assignee_id, review.merchant_id)
        return reviewing.assign(review, command.assignee_id, at)

    audited = {"assignee_id": command.assignee_id and str(command.assignee_id)}
    return await work_on(ports, actor, command.review_id, Permission.FRAUD_MANAGE, "assign_review", change, audited)
