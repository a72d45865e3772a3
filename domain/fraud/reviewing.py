"""The transitions of a fraud review, and why they are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.events import FraudReviewEventType
from domain.fraud.review import TRANSITIONS, DeclineReason, FraudReview, ReviewStatus
from domain.identity.actor import ActorKind
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.machine import advance
from domain.payments.payment import PaymentStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.review import ReviewOutcome
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.payments.payment import Payment

_S = ReviewStatus
BY_THE_SYSTEM = frozenset({DeclineReason.NOT_DECIDED_IN_TIME, DeclineReason.PAYMENT_ENDED})
"""The reasons that only Paydesk's own clock gives."""
_OTHERS = "Somebody else works on this review; it has to be released first, or decided with the permission"
_ELSEWHERE = f"{_OTHERS} {Permission.FRAUD_MANAGE}."


def open_(review: FraudReview) -> FraudReview:
    """A new review with its first event, which tells nothing of how it was judged: the platform's rules are its own."""
    data: dict[str, JsonValue] = {
        "payment_id": str(review.payment_id),
        "amount_minor": review.amount_minor,
        "currency": review.currency.code,
        "risk_score": review.risk_score,
        "warn_at": review.warn_at.isoformat(),
        "escalate_at": review.escalate_at.isoformat(),
        "due_at": review.due_at.isoformat(),
    }
    return review.change(review.opened_at, FraudReviewEventType.OPENED, data)


def claim_refusal(review: FraudReview, actor: Actor) -> str | None:
    """Why somebody cannot take it on; nothing when they can, or have."""
    if not review.waiting:
        return _decided(review)
    if actor.kind is not ActorKind.USER:
        return f"Only people claim reviews; a client decides them with the permission {Permission.FRAUD_MANAGE}."
    if review.status is _S.ASSIGNED and review.assignee_id != actor.id:
        return "Somebody else works on this review; wait until it is released, or have it assigned to you."
    return None


def claim(review: FraudReview, actor: Actor, at: datetime) -> FraudReview:
    """Somebody's own to decide; the same value when it is so already. Raises `FraudReviewStateForbids`."""
    _ensure(claim_refusal(review, actor))
    return _give(review, actor.id, at)


def assign_refusal(review: FraudReview) -> str | None:
    """Why it cannot be given to anybody; nothing when it can."""
    return None if review.waiting else _decided(review)


def assign(review: FraudReview, assignee_id: UUID, at: datetime) -> FraudReview:
    """Somebody's to decide, whoever had it before; raise `FraudReviewStateForbids`."""
    _ensure(assign_refusal(review))
    return _give(review, assignee_id, at)


def release_refusal(review: FraudReview, actor: Actor) -> str | None:
    """Why it cannot be given back; nothing when it can."""
    if not review.waiting:
        return _decided(review)
    if review.status is not _S.ASSIGNED:
        return "Nobody works on this review, so there is nothing to release."
    return _of_somebody_else(review, actor)


def release(review: FraudReview, actor: Actor, at: datetime) -> FraudReview:
    """Nobody's again; what was escalated once stays before the others. Raises `FraudReviewStateForbids`."""
    _ensure(release_refusal(review, actor))
    status = _next(review, _S.OPEN if review.escalated_at is None else _S.ESCALATED)
    data: dict[str, JsonValue] = {"status": status.value}
    return review.change(at, FraudReviewEventType.RELEASED, data, status=status, assignee_id=None, snoozed_until=None)


def escalate_refusal(review: FraudReview, actor: Actor) -> str | None:
    """Why it cannot be put before all others; nothing when it can."""
    if not review.waiting:
        return _decided(review)
    if review.status is _S.ESCALATED:
        return "This review is escalated already."
    return _of_somebody_else(review, actor)


def escalate(review: FraudReview, actor: Actor, reason: str, at: datetime) -> FraudReview:
    """Before all others, for anybody to claim; raise `FraudReviewStateForbids`."""
    _ensure(escalate_refusal(review, actor))
    return _escalated(review, reason, at, {"reason": reason})


def escalation_due(review: FraudReview, at: datetime) -> bool:
    """Whether the clock has to escalate it now, also one that somebody escalated earlier and that was claimed since."""
    told = review.escalated_at is not None and review.escalated_at >= review.escalate_at
    return review.waiting and not told and at >= review.escalate_at


def escalate_by_clock(review: FraudReview, at: datetime) -> FraudReview:
    """There is little time left: anybody may claim it, also while somebody works on it."""
    data: dict[str, JsonValue] = {"due_at": review.due_at.isoformat()}
    return _escalated(review, review.escalation_reason, at, data)


def warn(review: FraudReview, at: datetime) -> FraudReview:
    """Half of the time is over, or only two days are left."""
    data: dict[str, JsonValue] = {"due_at": review.due_at.isoformat()}
    return review.change(at, FraudReviewEventType.SLA_WARNING, data, warned=True)


def snooze_refusal(review: FraudReview, actor: Actor, at: datetime) -> str | None:
    """Why it cannot be put aside; nothing when it can."""
    if not review.waiting:
        return _decided(review)
    if review.status is _S.ESCALATED or at >= review.escalate_at:
        return "There is too little time left to put this review aside; claim it and decide."
    return _of_somebody_else(review, actor)


def snooze(review: FraudReview, actor: Actor, until: datetime | None, at: datetime) -> FraudReview:
    """Out of the queue until then, and back at once for None.

    Raises `FraudReviewStateForbids`, and `Invalid` for a moment that has passed or is too late.
    """
    _ensure(snooze_refusal(review, actor, at))
    if until is not None and until <= at:
        raise Invalid(("until",), "Give a moment in the future.")
    if until is not None and until >= review.escalate_at:
        raise Invalid(
            ("until",), f"This review is escalated at {review.escalate_at.isoformat()}; give an earlier moment."
        )
    if until == review.snoozed_until:
        return review
    data: dict[str, JsonValue] = {"until": until and until.isoformat()}
    return review.change(at, FraudReviewEventType.SNOOZED, data, snoozed_until=until)


def decide_refusal(review: FraudReview, payment: Payment, actor: Actor) -> str | None:
    """Why somebody cannot approve or decline it; nothing when they can. `payment` is the one that it holds."""
    if not review.waiting:
        return _decided(review)
    if payment.status is not PaymentStatus.IN_REVIEW:
        return f"The payment is held no more: it is {payment.status}."
    if payment.void_pending:
        return "The payment is being voided; wait for the outcome."
    if review.status is _S.ASSIGNED:
        return _of_somebody_else(review, actor)
    return None if actor.may(Permission.FRAUD_MANAGE, review.merchant_id) else "Claim this review first."


def approve(
    review: FraudReview, payment: Payment, actor: Actor, outcome: ReviewOutcome | None, at: datetime
) -> FraudReview:
    """The payment goes on; raise `FraudReviewStateForbids`."""
    _ensure(decide_refusal(review, payment, actor))
    return _close(review, _S.APPROVED, actor, at, outcome=outcome)


def decline(
    review: FraudReview,
    payment: Payment,
    actor: Actor,
    reason: DeclineReason,
    outcome: ReviewOutcome | None,
    at: datetime,
) -> FraudReview:
    """The payment is given back; raise `FraudReviewStateForbids`, and `Invalid` for a reason that nobody gives."""
    if reason in BY_THE_SYSTEM:
        raise Invalid(("reason",), f"Only Paydesk itself declines for {reason}; give another reason, such as OTHER.")
    _ensure(decide_refusal(review, payment, actor))
    return _close(review, _S.DECLINED, actor, at, reason=reason, outcome=outcome)


def close_overdue(review: FraudReview, actor: Actor, at: datetime) -> FraudReview:
    """Nobody has decided in time; raise `TransitionNotAllowed` for one that is decided."""
    return _close(review, _S.DECLINED, actor, at, reason=DeclineReason.NOT_DECIDED_IN_TIME)


def close_ended(review: FraudReview, payment: Payment, actor: Actor, at: datetime) -> FraudReview:
    """The payment is held no more, so nothing is left to decide; raise `TransitionNotAllowed` for one that is."""
    more: dict[str, JsonValue] = {"payment_status": payment.status.value}
    return _close(review, _S.DECLINED, actor, at, reason=DeclineReason.PAYMENT_ENDED, more=more)


def reopen_refusal(review: FraudReview, payment: Payment, at: datetime) -> str | None:
    """Why it cannot be decided anew; nothing when the money still allows it."""
    if review.waiting:
        return "This review is not decided yet."
    if at >= review.due_at:
        return "The authorization is about to lapse, or has lapsed; there is no time left to decide anew."
    held = PaymentStatus.IN_REVIEW if review.status is _S.DECLINED else PaymentStatus.AUTHORIZED
    if payment.status is not held:
        return f"The decision has been carried out: the payment is {payment.status}."
    if payment.void_pending or payment.capture_pending_minor:
        return "The decision is being carried out; wait for the outcome."
    return None


def reopen(review: FraudReview, payment: Payment, reason: str, at: datetime) -> FraudReview:
    """To be decided anew, by the clock that it has; raise `FraudReviewStateForbids`."""
    _ensure(reopen_refusal(review, payment, at))
    return review.change(
        at,
        FraudReviewEventType.REOPENED,
        {"was": review.status.value, "reason": reason},
        status=_next(review, _S.OPEN),
        assignee_id=None,
        decline_reason=None,
        outcome=None,
        decided_by_id=None,
        decided_by_name=None,
        decided_at=None,
    )


def outcome_refusal(review: FraudReview) -> str | None:
    """Why nobody can know yet what it turned out to be; nothing when somebody can."""
    return "Decide this review first; its outcome is what it turned out to be." if review.waiting else None


def record_outcome(review: FraudReview, outcome: ReviewOutcome, at: datetime) -> FraudReview:
    """What it turned out to be; the same value when that is known already. Raises `FraudReviewStateForbids`."""
    _ensure(outcome_refusal(review))
    if review.outcome is outcome:
        return review
    data: dict[str, JsonValue] = {"outcome": outcome.value, "was": review.outcome and review.outcome.value}
    return review.change(at, FraudReviewEventType.OUTCOME_RECORDED, data, outcome=outcome)


def _give(review: FraudReview, assignee_id: UUID | None, at: datetime) -> FraudReview:
    if review.status is _S.ASSIGNED and review.assignee_id == assignee_id:
        return review
    data: dict[str, JsonValue] = {
        "assignee_id": str(assignee_id),
        "was": review.assignee_id and str(review.assignee_id),
    }
    status = _next(review, _S.ASSIGNED)
    return review.change(
        at, FraudReviewEventType.ASSIGNED, data, status=status, assignee_id=assignee_id, snoozed_until=None
    )


def _escalated(review: FraudReview, reason: str | None, at: datetime, data: dict[str, JsonValue]) -> FraudReview:
    return review.change(
        at,
        FraudReviewEventType.ESCALATED,
        data,
        status=_next(review, _S.ESCALATED),
        escalated_at=at,
        escalation_reason=reason,
        snoozed_until=None,
    )


def _close(
    review: FraudReview,
    status: ReviewStatus,
    actor: Actor,
    at: datetime,
    *,
    reason: DeclineReason | None = None,
    outcome: ReviewOutcome | None = None,
    more: dict[str, JsonValue] | None = None,
) -> FraudReview:
    data: dict[str, JsonValue] = {
        "status": status.value,
        "decline_reason": reason and reason.value,
        "outcome": outcome and outcome.value,
        "payment_id": str(review.payment_id),
        **(more or {}),
    }
    return review.change(
        at,
        FraudReviewEventType.CLOSED,
        data,
        status=_next(review, status),
        snoozed_until=None,
        decline_reason=reason,
        outcome=outcome,
        # Of Paydesk's own clock there is a name, and no id.
        decided_by_id=actor.id,
        decided_by_name=actor.name,
        decided_at=at,
    )


def _of_somebody_else(review: FraudReview, actor: Actor) -> str | None:
    if review.status is not _S.ASSIGNED or review.assignee_id == actor.id:
        return None
    return None if actor.may(Permission.FRAUD_MANAGE, review.merchant_id) else _ELSEWHERE


def _decided(review: FraudReview) -> str:
    return f"This review is decided: it was {review.status}. Whoever has {Permission.FRAUD_MANAGE} may open it again."


def _next(review: FraudReview, target: ReviewStatus) -> ReviewStatus:
    return advance(TRANSITIONS, "fraud review", review.status, target)


def _ensure(refusal: str | None) -> None:
    if refusal is not None:
        raise FraudReviewStateForbids(refusal)
