"""Give a review back, undecided."""

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
class ReleaseReview:
    """Which one."""

    review_id: UUID


async def release_review(ports: FraudPorts, actor: Actor, command: ReleaseReview) -> FraudReview:
    """The review, nobody's again; somebody else's only for who may manage reviews.

    Raises `NotFound`, `Forbidden` and `FraudReviewStateForbids`.
    """

    async def change(_: FraudUnit, review: FraudReview, at: datetime) -> FraudReview:
        return reviewing.release(review, actor, at)

    return await work_on(ports, actor, command.review_id, Permission.FRAUD_REVIEW, "release_review", change)
