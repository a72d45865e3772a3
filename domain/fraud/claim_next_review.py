"""Take on the most urgent review that nobody works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.errors import NothingToReview
from domain.fraud.filter import ClaimFilter
from domain.fraud.reviewing import claim
from domain.identity.permission import Permission
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.review import FraudReview
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNextReview:
    """Of some merchants or currencies alone, where they are given."""

    merchant_ids: tuple[UUID, ...] | None = None
    currency: tuple[str, ...] | None = None


async def claim_next_review(ports: FraudPorts, actor: Actor, command: ClaimNextReview) -> FraudReview:
    """The review, assigned to the actor: escalated ones first, then by due time, then the larger amount.

    No two people are given the same one. Raises `NothingToReview`, `Forbidden` and `FraudReviewStateForbids`.
    """
    scope = actor.scope(Permission.FRAUD_REVIEW)
    if command.merchant_ids is not None:
        scope = scope.narrow(command.merchant_ids)
    merchants = None if scope.merchant_ids is None else tuple(sorted(scope.merchant_ids))
    wanted = ClaimFilter(merchant_ids=merchants, currency=command.currency)

    async def work(unit: FraudUnit) -> FraudReview:
        at = ports.clock.now()
        review = await unit.fraud_reviews.next_waiting(wanted, at)
        if review is None:
            raise NothingToReview
        claimed = await unit.fraud_reviews.save(claim(review, actor, at))
        await unit.audit.record(actor, "fraud.claim_review", "fraud_review", review.id, review.merchant_id, {})
        await unit.commit()
        return claimed

    return await in_unit(ports.units, actor, "review.claim_next", work)
