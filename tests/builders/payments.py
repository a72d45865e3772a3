"""Payments in any state, and what belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.kernel.idempotency import KeyClaim
from domain.kernel.ids import new_uuid
from domain.payments.capture import Capture
from domain.payments.customer import Customer
from domain.payments.decline import ADVICE, DeclineCode
from domain.payments.gateway import GatewayRequest, Outcome, OutcomeKind
from domain.payments.method import CardBrand, PaymentMethod, PaymentMethodType
from domain.payments.operation import Operation, OperationStatus, OperationType
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from domain.payments.refund import Refund, RefundReason, RefundStatus
from tests.builders.moments import MORNING, after
from tests.builders.money import eur

if TYPE_CHECKING:
    from domain.kernel.money import Money

_AMOUNTS = ("authorized", "captured", "refunded", "disputed", "capture_pending", "refund_pending")
_REFUSED = {PaymentStatus.DECLINED: DeclineCode.DO_NOT_HONOR, PaymentStatus.FAILED: DeclineCode.GATEWAY_ERROR}


def a_method(**values: Any) -> PaymentMethod:
    """A German Visa card."""
    defaults: dict[str, Any] = {
        "type": PaymentMethodType.CARD,
        "token": "tok_visa",
        "brand": CardBrand.VISA,
        "last4": "4242",
        "country": "DE",
    }
    return PaymentMethod(**{**defaults, **values})


def a_payment(amount: Money | None = None, **values: Any) -> Payment:
    """A payment of 100 euros: authorized, unless the values say more.

    Amounts may be given as money: `a_payment(captured=eur(40))`. The status follows from them unless it is given.
    """
    total = amount or eur(100)
    for name in _AMOUNTS:
        if name in values:
            values[f"{name}_minor"] = values.pop(name).minor
    captured = values.get("captured_minor", 0)
    status = values.get("status") or _status(captured, total.minor)
    before = {PaymentStatus.PROCESSING, PaymentStatus.REQUIRES_ACTION, PaymentStatus.CANCELED}
    refusal = _REFUSED.get(status)
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "status": status,
        "capture_mode": CaptureMode.MANUAL,
        "currency": total.currency,
        "amount_minor": total.minor,
        "authorized_minor": 0 if refusal or status in before else total.minor,
        "method": a_method(),
        "gateway": "simulator",
        "gateway_reference": "sim_1",
        "decline_code": refusal,
        "decline_message": refusal and ADVICE[refusal],
        "created_at": MORNING,
        "updated_at": MORNING,
        "authorized_at": None if refusal or status in before else MORNING,
        "captured_at": MORNING if captured else None,
    }
    return Payment(**{**defaults, **values})


def _status(captured_minor: int, amount_minor: int) -> PaymentStatus:
    if captured_minor == 0:
        return PaymentStatus.AUTHORIZED
    return PaymentStatus.CAPTURED if captured_minor == amount_minor else PaymentStatus.PARTIALLY_CAPTURED


def an_operation(payment: Payment | None = None, **values: Any) -> Operation:
    """A pending capture of 40 euros; `amount` is money."""
    payment = payment or a_payment()
    status = values.get("status", OperationStatus.PENDING)
    known = status in {OperationStatus.SUCCEEDED, OperationStatus.FAILED}
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": payment.merchant_id,
        "payment_id": payment.id,
        "type": OperationType.CAPTURE,
        "status": status,
        "gateway": payment.gateway,
        "amount": eur(40),
        "requested_at": MORNING,
        "completed_at": MORNING if known else None,
        "next_check_at": None if known else after(30),
    }
    return Operation(**{**defaults, **values})


def a_capture(operation: Operation | None = None, **values: Any) -> Capture:
    """The capture that an operation carries out."""
    operation = operation or an_operation()
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": operation.merchant_id,
        "payment_id": operation.payment_id,
        "operation_id": operation.id,
        "status": operation.status,
        "amount": operation.amount,
        "final": operation.final,
        "created_at": MORNING,
    }
    return Capture(**{**defaults, **values})


def a_refund(operation: Operation | None = None, **values: Any) -> Refund:
    """The refund that an operation carries out."""
    operation = operation or an_operation(type=OperationType.REFUND)
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": operation.merchant_id,
        "payment_id": operation.payment_id,
        "operation_id": operation.id,
        "status": RefundStatus.PENDING,
        "amount": operation.amount,
        "reason": RefundReason.CUSTOMER_REQUEST,
        "created_at": MORNING,
    }
    return Refund(**{**defaults, **values})


def a_customer(**values: Any) -> Customer:
    """Somebody who buys bicycles."""
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "email": "mary@example.com",
        "name": "Mary Somerville",
        "country": "GB",
        "created_at": MORNING,
    }
    return Customer(**{**defaults, **values})


def a_claim(**values: Any) -> KeyClaim:
    """The claim of a key."""
    defaults: dict[str, Any] = {
        "merchant_id": new_uuid(MORNING),
        "mutation": "capturePayment",
        "key": "key-1",
        "input_hash": bytes(32),
        "payment_id": new_uuid(MORNING),
        "operation_id": new_uuid(MORNING),
        "claimed_at": MORNING,
    }
    return KeyClaim(**{**defaults, **values})


def a_request(operation: Operation | None = None, **values: Any) -> GatewayRequest:
    """The call of an operation."""
    operation = operation or an_operation()
    defaults: dict[str, Any] = {
        "operation_id": operation.id,
        "merchant_id": operation.merchant_id,
        "type": operation.type,
        "amount": operation.amount,
        "gateway_reference": "sim_1",
    }
    return GatewayRequest(**{**defaults, **values})


def an_outcome(kind: OutcomeKind = OutcomeKind.SUCCEEDED, **values: Any) -> Outcome:
    """A gateway's answer."""
    return Outcome(kind=kind, **values)
