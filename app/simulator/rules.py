"""What one operation does: a pure function from the request and the payment to the answer and the effects."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.simulator.cards import CARDS, Behaviour, TestCard
from app.simulator.payment import AUTHORIZATION_LASTS, CHALLENGE_LASTS, Payment, PaymentState, Refused
from app.simulator.request import OperationRequest, RequestType

if TYPE_CHECKING:
    from datetime import datetime

REFUND_FAILS_AFTER = timedelta(milliseconds=1500)
LATE_REFUND_FAILURE = {
    "status": "failed",
    "response_code": "refund_rejected",
    "decline_code": "other",
    "message": "The cardholder's bank sent the refund back.",
}


class EffectKind(StrEnum):
    """What happened to money."""

    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    RELEASED = "released"
    VOIDED = "voided"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer, the money it moved, and the payment afterwards (None: as before).

    A `pending` answer turns into a failure at `fails_at`.
    """

    document: dict[str, Any]
    effects: tuple[tuple[EffectKind, int], ...] = ()
    payment: Payment | None = None
    http_status: int = 200
    fails_at: datetime | None = None


def decide(request: OperationRequest, payment: Payment | None, now: datetime, public_url: str) -> Decision:
    """Apply the gateway's rules; `payment` is the one that the request refers to, if there is one."""
    if request.type is RequestType.AUTHORIZE and not request.confirms:
        return _authorize(request, now, public_url)
    try:
        if payment is None:
            raise Refused("unknown_reference", "No authorization has this gateway_reference.")  # noqa: TRY301
        if payment.currency != request.currency:
            raise Refused("currency_differs", f"The authorization is in {payment.currency}.")  # noqa: TRY301
        if request.type is RequestType.AUTHORIZE:
            return _confirm(request, payment, now, public_url)
        return _move(request, payment, now)
    except Refused as refusal:
        return Decision(
            document=document_of(
                request,
                "failed",
                gateway_reference=request.gateway_reference,
                response_code=refusal.code,
                decline_code=refusal.decline_code,
                message=refusal.message,
            )
        )


def document_of(request: OperationRequest, status: str, **more: object) -> dict[str, Any]:
    """The operation as it is told to the client; what is None is left out."""
    document: dict[str, Any] = {
        "operation_id": request.operation_id,
        "type": str(request.type),
        "status": status,
        "amount_minor": request.amount_minor,
        "currency": request.currency,
    }
    return document | {name: value for name, value in more.items() if value is not None}


def _authorize(request: OperationRequest, now: datetime, public_url: str) -> Decision:
    card = CARDS.get(request.token or "")
    if card is None:
        return Decision(
            document=document_of(
                request,
                "failed",
                response_code="14",
                decline_code="invalid_card",
                message="The gateway knows no card by this token.",
            )
        )
    if card.behaviour in {Behaviour.DECLINE, Behaviour.GATEWAY_ERROR}:
        return _refuse_card(request, card)
    challenged = request.request_3ds or card.behaviour is Behaviour.CHALLENGE
    payment = Payment(
        reference=f"sim_{secrets.token_hex(16)}",
        token=card.token,
        currency=request.currency,
        amount_minor=request.amount_minor,
        state=PaymentState.AWAITING_CUSTOMER if challenged else PaymentState.OPEN,
        expires_at=now + (CHALLENGE_LASTS if challenged else AUTHORIZATION_LASTS),
        return_url=request.return_url,
    )
    if payment.state is PaymentState.AWAITING_CUSTOMER:
        return _ask_customer(request, payment, public_url)
    return _approve(request, payment, now)


def _refuse_card(request: OperationRequest, card: TestCard) -> Decision:
    broken = card.behaviour is Behaviour.GATEWAY_ERROR
    document = document_of(
        request,
        "failed",
        response_code="96" if broken else card.response_code,
        decline_code="gateway_error" if broken else card.decline_code,
        message="The gateway failed and moved no money." if broken else card.message,
        payment_method=card.payment_method,
        risk_score=card.risk_score,
    )
    return Decision(document=document, http_status=500 if broken else 200)


def _approve(request: OperationRequest, payment: Payment, now: datetime) -> Decision:
    card = CARDS[payment.token]
    effects = [(EffectKind.AUTHORIZED, request.amount_minor)]
    expires_at = None if request.capture else payment.expires_at.isoformat()
    if request.capture:
        payment, _ = payment.capture(request.amount_minor, now, final=True)
        effects.append((EffectKind.CAPTURED, request.amount_minor))
    document = document_of(
        request,
        "succeeded",
        gateway_reference=payment.reference,
        response_code="00",
        message="Approved.",
        payment_method=card.payment_method,
        risk_score=card.risk_score,
        authorization_expires_at=expires_at,
    )
    return Decision(document=document, effects=tuple(effects), payment=payment)


def _ask_customer(request: OperationRequest, payment: Payment, public_url: str) -> Decision:
    card = CARDS[payment.token]
    document = document_of(
        request,
        "requires_action",
        gateway_reference=payment.reference,
        response_code="1A",
        message="The customer has to pass 3-D Secure.",
        next_action={"url": f"{public_url}/3ds/{payment.reference}", "expires_at": payment.expires_at.isoformat()},
        payment_method=card.payment_method,
        risk_score=card.risk_score,
    )
    return Decision(document=document, payment=payment)


def _confirm(request: OperationRequest, payment: Payment, now: datetime, public_url: str) -> Decision:
    if payment.amount_minor != request.amount_minor:
        raise Refused("amount_differs", "A confirmation is for the amount that was asked for first.")
    confirmed = payment.confirm(now)
    if confirmed.state is PaymentState.AWAITING_CUSTOMER:
        return _ask_customer(request, confirmed, public_url)
    return _approve(request, confirmed, now)


def _move(request: OperationRequest, payment: Payment, now: datetime) -> Decision:
    amount = request.amount_minor
    status, code, fails_at = "succeeded", "00", None
    effects: list[tuple[EffectKind, int]]
    if request.type is RequestType.CAPTURE:
        after, released = payment.capture(amount, now, final=request.final)
        effects = [(EffectKind.CAPTURED, amount)] + ([(EffectKind.RELEASED, released)] if released else [])
    elif request.type is RequestType.VOID:
        after, effects = payment.void(amount), [(EffectKind.VOIDED, amount)]
    else:
        after, effects = payment.refund(amount), [(EffectKind.REFUNDED, amount)]
        card = CARDS.get(payment.token)
        if card and card.behaviour is Behaviour.FAIL_REFUNDS:
            # The money never leaves, so the payment stays as it is and no effect is recorded.
            after, effects = payment, []
            status, code, fails_at = "pending", "pending", now + REFUND_FAILS_AFTER
    document = document_of(request, status, gateway_reference=payment.reference, response_code=code)
    return Decision(document=document, effects=tuple(effects), payment=after, fails_at=fails_at)
