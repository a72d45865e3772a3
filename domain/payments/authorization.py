"""The first half of a payment's life: from its creation to an authorization, or to the end without one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.kernel.errors import Invalid
from domain.payments.decline import ADVICE, BLOCKED, DeclineCode
from domain.payments.errors import PaymentStateForbids
from domain.payments.events import PaymentEventType
from domain.payments.gateway import OutcomeKind
from domain.payments.payment import Payment, PaymentStatus, checked_texts, positive

if TYPE_CHECKING:
    from datetime import datetime

    from domain.payments.gateway import Outcome

_HOLDS_MONEY = frozenset({PaymentStatus.AUTHORIZED, PaymentStatus.PARTIALLY_CAPTURED, PaymentStatus.IN_REVIEW})


def create(payment: Payment) -> Payment:
    """A new payment with its first event; raise `Invalid` for a value that breaks its rule."""
    positive(payment.money(payment.amount_minor))
    checked_texts(payment.reference, payment.description, payment.metadata)
    if payment.return_url is not None and not payment.return_url.startswith(("https://", "http://")):
        raise Invalid(("returnUrl",), "Give an absolute http or https address.")
    data = {
        "amount_minor": payment.amount_minor,
        "currency": payment.currency.code,
        "method": payment.method.type.value,
        "capture_mode": payment.capture_mode.value,
    }
    return payment.change(payment.created_at, PaymentEventType.CREATED, data)


def require_action(payment: Payment, outcome: Outcome, at: datetime) -> Payment:
    """The customer has to do something first."""
    action = outcome.next_action
    return payment.change(
        at,
        PaymentEventType.ACTION_REQUIRED,
        {},
        status=payment.next_status(PaymentStatus.REQUIRES_ACTION),
        next_action_url=action.url if action else payment.next_action_url,
        next_action_expires_at=action.expires_at if action else payment.next_action_expires_at,
        gateway_reference=outcome.gateway_reference or payment.gateway_reference,
        method=outcome.method or payment.method,
        risk_score=payment.risk_score if outcome.risk_score is None else outcome.risk_score,
    )


def resume(payment: Payment, at: datetime) -> Payment:
    """The customer has acted: ask the gateway again; raise `PaymentStateForbids` when nothing waits for that."""
    if (refusal := payment.confirm_refusal()) is not None:
        raise PaymentStateForbids(refusal)
    return payment.change(at, PaymentEventType.CONFIRMED, {}, status=payment.next_status(PaymentStatus.PROCESSING))


def authorize(payment: Payment, outcome: Outcome, at: datetime) -> Payment:
    """The money is set aside for us until `authorization_expires_at`."""
    return payment.change(
        at,
        PaymentEventType.AUTHORIZED,
        {"amount_minor": payment.amount_minor, "currency": payment.currency.code},
        status=payment.next_status(PaymentStatus.AUTHORIZED),
        **set_aside(payment, outcome, at),
    )


def set_aside(payment: Payment, outcome: Outcome, at: datetime) -> dict[str, Any]:
    """What an authorization changes beside the status."""
    return {
        "authorized_minor": payment.amount_minor,
        "authorized_at": at,
        "authorization_expires_at": outcome.authorization_expires_at,
        "gateway_reference": outcome.gateway_reference or payment.gateway_reference,
        "method": outcome.method or payment.method,
        "risk_score": payment.risk_score if outcome.risk_score is None else outcome.risk_score,
        "next_action_url": None,
        "next_action_expires_at": None,
    }


def block(payment: Payment, at: datetime) -> Payment:
    """Declined by screening, before anybody was asked."""
    code = DeclineCode.FRAUD_SUSPECTED
    return payment.change(
        at,
        PaymentEventType.DECLINED,
        {"decline_code": code.value, "blocked": True},
        status=payment.next_status(PaymentStatus.DECLINED),
        decline_code=code,
        decline_message=BLOCKED,
    )


def refuse(payment: Payment, outcome: Outcome, at: datetime) -> Payment:
    """Declined by the issuer, or failed at the gateway; no money moved in either case."""
    unreached = outcome.kind is OutcomeKind.NOT_SENT
    code = outcome.decline_code or (DeclineCode.GATEWAY_ERROR if unreached else DeclineCode.OTHER)
    failed = code is DeclineCode.GATEWAY_ERROR
    return payment.change(
        at,
        PaymentEventType.FAILED if failed else PaymentEventType.DECLINED,
        {"decline_code": code.value},
        status=payment.next_status(PaymentStatus.FAILED if failed else PaymentStatus.DECLINED),
        decline_code=code,
        decline_message=ADVICE[code],
        gateway_reference=outcome.gateway_reference or payment.gateway_reference,
        method=outcome.method or payment.method,
        risk_score=payment.risk_score if outcome.risk_score is None else outcome.risk_score,
        next_action_url=None,
        next_action_expires_at=None,
    )


def cancel(payment: Payment, at: datetime, reason: str | None) -> Payment:
    """Given up before anything was authorized."""
    return payment.change(
        at,
        PaymentEventType.CANCELED,
        {"reason": reason},
        status=payment.next_status(PaymentStatus.CANCELED),
        next_action_url=None,
        next_action_expires_at=None,
    )


def reserve_void(payment: Payment, at: datetime, reason: str | None) -> Payment:
    """A void is about to be sent; raise `PaymentStateForbids`."""
    if (refusal := payment.void_refusal()) is not None:
        raise PaymentStateForbids(refusal)
    return payment.change(at, PaymentEventType.VOID_REQUESTED, {"reason": reason}, void_pending=True)


def void(payment: Payment, at: datetime) -> Payment:
    """The authorization is given back; nothing was ever taken."""
    return payment.change(
        at,
        PaymentEventType.VOIDED,
        {},
        status=payment.next_status(PaymentStatus.VOIDED),
        void_pending=False,
    )


def keep_authorization(payment: Payment, at: datetime, response_code: str | None) -> Payment:
    """The gateway refused to void."""
    return payment.change(at, PaymentEventType.VOID_FAILED, {"response_code": response_code}, void_pending=False)


def overdue(payment: Payment, at: datetime) -> bool:
    """Whether its authorization or its next action has run out with nothing under way that could still use it."""
    if payment.status is PaymentStatus.REQUIRES_ACTION:
        return payment.next_action_expires_at is not None and payment.next_action_expires_at <= at
    if payment.status not in _HOLDS_MONEY:
        return False
    if payment.capture_pending_minor or payment.void_pending:
        return False
    return payment.authorization_expires_at is not None and payment.authorization_expires_at <= at


def expire(payment: Payment, at: datetime) -> Payment:
    """Time is over. What was captured in part stays captured, and the rest of its authorization has lapsed."""
    partly = payment.status is PaymentStatus.PARTIALLY_CAPTURED
    target = PaymentStatus.CAPTURED if partly else PaymentStatus.EXPIRED
    lapsed = payment.authorized_minor - payment.captured_minor
    return payment.change(
        at,
        PaymentEventType.EXPIRED,
        {"lapsed_minor": lapsed, "currency": payment.currency.code},
        status=payment.next_status(target),
        next_action_url=None,
        next_action_expires_at=None,
    )


def doubt(payment: Payment, at: datetime, operation_type: str) -> Payment:
    """Nobody can tell what became of an operation."""
    return payment.change(
        at,
        PaymentEventType.OUTCOME_UNKNOWN,
        {"operation": operation_type},
        unknown_operations=payment.unknown_operations + 1,
    )


def settle_doubt(payment: Payment) -> Payment:
    """An unknown outcome became known; the transition that follows carries the event."""
    return replace(payment, unknown_operations=payment.unknown_operations - 1)
