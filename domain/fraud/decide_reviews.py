"""Decide many reviews at once, each by itself."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.blocking import ensure_blockable
from domain.fraud.deciding import Request, ReviewDecision, Ruling, decide
from domain.identity.permission import Permission
from domain.kernel.errors import DomainError, Invalid
from domain.kernel.idempotency import MAX_KEY
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.deciding import ReviewResult
    from domain.fraud.list_kind import ListKind
    from domain.fraud.ports import FraudPorts
    from domain.fraud.review import DeclineReason, ReviewOutcome
    from domain.identity.actor import Actor

MOST_REVIEWS = 100
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReviews:
    """`reason`, `block` and `block_everywhere` are of declines, as of `DeclineReview`."""

    idempotency_key: str
    review_ids: tuple[UUID, ...]
    decision: ReviewDecision
    reason: DeclineReason | None = None
    outcome: ReviewOutcome | None = None
    block: tuple[ListKind, ...] = ()
    block_everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedReview:
    """What became of one: `result`, or the `error` for which it was left as it is."""

    review_id: UUID
    result: ReviewResult | None = None
    error: DomainError | None = None


async def decide_reviews(ports: FraudPorts, actor: Actor, command: DecideReviews) -> list[DecidedReview]:
    """One for each review, in their order; none waits for another's to go well, and the same key decides none twice.

    Raises `Forbidden` and `Invalid` before anything is decided; what goes wrong otherwise is said of each review. What
    is no fault of the request is raised as an `ExceptionGroup` once all have been tried.
    """
    _check(actor, command)
    ruling = Ruling(
        decision=command.decision,
        reason=command.reason,
        outcome=command.outcome,
        block=command.block,
        block_everywhere=command.block_everywhere,
    )
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(review_id: UUID) -> DecidedReview:
        request = Request(
            mutation="decideFraudReviews",
            permission=Permission.FRAUD_MANAGE,
            review_id=review_id,
            idempotency_key=_key(command, review_id),
            command=command,
        )
        async with turns:
            try:
                result = await decide(ports, actor, request, ruling)
            except DomainError as error:
                return DecidedReview(review_id=review_id, error=error)
        return DecidedReview(review_id=review_id, result=result)

    ended = await asyncio.gather(*map(one, command.review_ids), return_exceptions=True)
    decided = [row for row in ended if isinstance(row, DecidedReview)]
    errors = [error for error in ended if isinstance(error, Exception)]
    for other in ended:
        if isinstance(other, BaseException) and not isinstance(other, Exception):
            raise other
    if errors:
        message = "some reviews could not be decided"
        raise ExceptionGroup(message, errors)
    return decided


def _check(actor: Actor, command: DecideReviews) -> None:
    actor.scope(Permission.FRAUD_MANAGE)
    clean_text(command.idempotency_key, ("idempotencyKey",), longest=MAX_KEY)
    if not 1 <= len(command.review_ids) <= MOST_REVIEWS:
        raise Invalid(("reviewIds",), f"Name 1 to {MOST_REVIEWS} reviews; send more in further requests.")
    if len(set(command.review_ids)) < len(command.review_ids):
        raise Invalid(("reviewIds",), "Name each review once.")
    declines = command.decision is ReviewDecision.DECLINE
    if declines and command.reason is None:
        raise Invalid(("reason",), "Say why these payments are declined.")
    if not declines and (command.reason is not None or command.block):
        raise Invalid(("reason",), "Only a decline has a reason, and blocks.")
    ensure_blockable(command.block)


def _key(command: DecideReviews, review_id: UUID) -> str:
    """A key for each review: the caller's may be as long as keys can be."""
    return f"{hashlib.sha256(command.idempotency_key.encode()).hexdigest()}:{review_id}"
