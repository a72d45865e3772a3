"""Give a payment back that was held for review, and block what it came from where that is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.deciding import Request, ReviewDecision, ReviewResult, Ruling, decide
from domain.identity.permission import Permission

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.list_kind import ListKind
    from domain.fraud.ports import FraudPorts
    from domain.fraud.review import DeclineReason, ReviewOutcome
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineReview:
    """`block` are kinds of values of this payment that are refused from now on: `blocking.BLOCKABLE`.

    They are at this merchant, and at all merchants for staff who say `block_everywhere`. What is listed until some time
    is listed from then on until somebody removes it.
    """

    idempotency_key: str
    review_id: UUID
    reason: DeclineReason
    outcome: ReviewOutcome | None = None
    block: tuple[ListKind, ...] = ()
    block_everywhere: bool = False


async def decline_review(ports: FraudPorts, actor: Actor, command: DeclineReview) -> ReviewResult:
    """The review and its payment: voided, or about to be.

    Raises `NotFound`, `Forbidden`, `Invalid`, `FraudReviewStateForbids`, `IdempotencyConflict`,
    `IdempotencyInProgress` and `Unavailable`.
    """
    request = Request(
        mutation="declineFraudReview",
        permission=Permission.FRAUD_REVIEW,
        review_id=command.review_id,
        idempotency_key=command.idempotency_key,
        command=command,
    )
    ruling = Ruling(
        decision=ReviewDecision.DECLINE,
        reason=command.reason,
        outcome=command.outcome,
        block=command.block,
        block_everywhere=command.block_everywhere,
    )
    return await decide(ports, actor, request, ruling)
