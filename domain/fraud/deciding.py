"""The three beats of a decision about a held payment, and the wait for an earlier request of the same key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.fraud import reviewing
from domain.fraud.blocking import author_of, entries_of, put_entries, values_of
from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.payments import review_hold
from domain.payments.perform_operation import PerformOperation, perform_operation
from domain.payments.replay import await_first_answer

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.list_kind import ListKind
    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.review import DeclineReason, FraudReview, ReviewOutcome
    from domain.identity.actor import Actor
    from domain.identity.permission import Permission
    from domain.kernel.events import JsonValue
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment


class ReviewDecision(StrEnum):
    """What somebody decides about a held payment."""

    APPROVE = "APPROVE"
    DECLINE = "DECLINE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """`reason`, `block` and `block_everywhere` are of a decline: `block` says what is refused from now on."""

    decision: ReviewDecision
    reason: DeclineReason | None = None
    outcome: ReviewOutcome | None = None
    block: tuple[ListKind, ...] = ()
    block_everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which mutation asks, under which key, by which permission; `command` is its whole input."""

    mutation: str
    permission: Permission
    review_id: UUID
    idempotency_key: str
    command: object


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewResult:
    """The review and its payment as they are; `replayed` says that the same key had decided it before."""

    review: FraudReview
    payment: Payment
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intended:
    payment: Payment
    operation: Operation | None
    claim: KeyClaim
    earlier: bool


async def decide(ports: FraudPorts, actor: Actor, request: Request, ruling: Ruling) -> ReviewResult:
    """The review after the gateway's first answer to what the decision asks of it, if it asks anything.

    Raises `NotFound`, `Forbidden`, `Invalid`, `FraudReviewStateForbids`, `IdempotencyConflict`,
    `IdempotencyInProgress` and `Unavailable`.
    """
    intended = await _intend(ports, actor, request, ruling)
    if intended.earlier:
        await await_first_answer(ports.payments, actor, intended.claim)
    elif intended.operation is not None:
        performed = PerformOperation(payment=intended.payment, operation=intended.operation)
        await perform_operation(ports.payments, actor, performed)

    async def result(unit: FraudUnit) -> ReviewResult:
        return ReviewResult(
            review=await unit.fraud_reviews.get(request.review_id),
            payment=await unit.payments.get(intended.payment.id),
            replayed=intended.earlier,
        )

    return await in_unit(ports.units, actor, "result", result)


async def lock_with_payment(unit: FraudUnit, review_id: UUID) -> tuple[FraudReview, Payment]:
    """Both, locked until the unit ends: the payment first, as everywhere, so that nobody waits in a circle.

    Raises `NotFound`.
    """
    review = await unit.fraud_reviews.get(review_id)
    payment = await unit.payments.for_update(review.payment_id)
    return await unit.fraud_reviews.for_update(review_id), payment


async def _intend(ports: FraudPorts, actor: Actor, request: Request, ruling: Ruling) -> _Intended:
    async def work(unit: FraudUnit) -> _Intended:
        at = ports.clock.now()
        review, payment = await lock_with_payment(unit, request.review_id)
        actor.require(request.permission, review.merchant_id)
        claim = KeyClaim(
            merchant_id=review.merchant_id,
            mutation=request.mutation,
            key=request.idempotency_key,
            input_hash=input_hash(request.command),
            payment_id=payment.id,
            operation_id=new_uuid(at),
            claimed_at=at,
        )
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
            return _Intended(payment=payment, operation=None, claim=earlier, earlier=True)
        if ruling.decision is ReviewDecision.APPROVE:
            decided = reviewing.approve(review, payment, actor, ruling.outcome, at)
            payment, operation = await review_hold.release(unit, payment, claim.operation_id, at)
        else:
            decided = await _declined(unit, actor, review, payment, ruling, at)
            payment, operation = await review_hold.refuse(
                unit, payment, claim.operation_id, at, decided.decline_reason and decided.decline_reason.value
            )
        payment = await unit.payments.save(payment)
        await unit.fraud_reviews.save(decided)
        action = f"fraud.{ruling.decision.lower()}_review"
        data = _audited(ruling, operation, payment)
        await unit.audit.record(actor, action, "fraud_review", review.id, review.merchant_id, data)
        await unit.commit()
        return _Intended(payment=payment, operation=operation, claim=claim, earlier=False)

    return await in_unit(ports.units, actor, f"review.{ruling.decision.lower()}.intent", work)


async def _declined(
    unit: FraudUnit, actor: Actor, review: FraudReview, payment: Payment, ruling: Ruling, at: datetime
) -> FraudReview:
    assert ruling.reason is not None
    decided = reviewing.decline(review, payment, actor, ruling.reason, ruling.outcome, at)
    if ruling.block:
        author = author_of(review, actor, everywhere=ruling.block_everywhere)
        screening = await unit.screenings.of_payment(review.merchant_id, payment.id)
        values = values_of(payment, screening, ruling.block)
        await put_entries(unit, entries_of(review, values, ruling.reason, actor, author, at))
    return decided


def _audited(ruling: Ruling, operation: Operation | None, payment: Payment) -> dict[str, JsonValue]:
    """The kinds of what is blocked, and none of the values: those are people's."""
    return {
        "payment_id": str(payment.id),
        "operation_id": operation and str(operation.id),
        "amount_minor": payment.authorized_minor,
        "currency": payment.currency.code,
        "reason": ruling.reason and ruling.reason.value,
        "outcome": ruling.outcome and ruling.outcome.value,
        "block": [*sorted(kind.value for kind in ruling.block)],
        "block_everywhere": ruling.block_everywhere,
    }
