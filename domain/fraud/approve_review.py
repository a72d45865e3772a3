"""Let a payment go on that was held for review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.deciding import Request, ReviewDecision, ReviewResult, Ruling, decide
from domain.identity.permission import Permission

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudPorts
    from domain.fraud.review import ReviewOutcome
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveReview:
    """`outcome` says how sure one is; it may be recorded later as well."""

    idempotency_key: str
    review_id: UUID
    outcome: ReviewOutcome | None = None


async def approve_review(ports: FraudPorts, actor: Actor, command: ApproveReview) -> ReviewResult:
    """The review and its payment: authorized, and of an automatic one captured, or about to be.

    Raises `NotFound`, `Forbidden`, `Invalid`, `FraudReviewStateForbids`, `IdempotencyConflict`,
    `IdempotencyInProgress` and `Unavailable`.
    """
    request = Request(
        mutation="approveFraudReview",
        permission=Permission.FRAUD_REVIEW,
        review_id=command.review_id,
        idempotency_key=command.idempotency_key,
        command=command,
    )
    ruling = Ruling(decision=ReviewDecision.APPROVE, outcome=command.outcome)
    return await decide(ports, actor, request, ruling)
