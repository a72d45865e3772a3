"""Rows to entities and back: the only place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.currencies import currency_of
from domain.kernel.money import Money
from domain.payments.capture import Capture
from domain.payments.customer import Customer
from domain.payments.decline import DeclineCode
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType, Wallet
from domain.payments.operation import Operation, OperationStatus, OperationType
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from domain.payments.refund import Refund, RefundReason, RefundStatus

if TYPE_CHECKING:
    from asyncpg import Record

# Enum members by value in plain dicts: a look-up in one costs a tenth of calling the enum.
_STATUS = {member.value: member for member in PaymentStatus}
_MODE = {member.value: member for member in CaptureMode}
_METHOD = {member.value: member for member in PaymentMethodType}
_BRAND: dict[str | None, CardBrand | None] = {None: None, **{member.value: member for member in CardBrand}}
_FUNDING: dict[str | None, CardFunding | None] = {None: None, **{member.value: member for member in CardFunding}}
_WALLET: dict[str | None, Wallet | None] = {None: None, **{member.value: member for member in Wallet}}
_DECLINE: dict[str | None, DeclineCode | None] = {None: None, **{member.value: member for member in DeclineCode}}


def payment_of(row: Record) -> Payment:
    """A payment from its row."""
    return Payment(
        id=row["id"],
        merchant_id=row["merchant_id"],
        status=_STATUS[row["status"]],
        capture_mode=_MODE[row["capture_mode"]],
        currency=currency_of(row["currency"]),
        amount_minor=row["amount_minor"],
        authorized_minor=row["authorized_minor"],
        captured_minor=row["captured_minor"],
        refunded_minor=row["refunded_minor"],
        disputed_minor=row["disputed_minor"],
        capture_pending_minor=row["capture_pending_minor"],
        refund_pending_minor=row["refund_pending_minor"],
        final_capture_pending=row["final_capture_pending"],
        void_pending=row["void_pending"],
        unknown_operations=row["unknown_operations"],
        fee_minor=row["fee_minor"],
        returned_fee_minor=row["returned_fee_minor"],
        method=PaymentMethod(
            type=_METHOD[row["method_type"]],
            token=row["method_token"],
            brand=_BRAND[row["brand"]],
            last4=row["last4"],
            bin=row["bin"],
            country=row["method_country"],
            expiry_month=row["expiry_month"],
            expiry_year=row["expiry_year"],
            funding=_FUNDING[row["funding"]],
            wallet=_WALLET[row["wallet"]],
            fingerprint=row["fingerprint"],
        ),
        customer_id=row["customer_id"],
        reference=row["reference"],
        description=row["description"],
        metadata=row["metadata"],
        gateway=row["gateway"],
        gateway_reference=row["gateway_reference"],
        decline_code=_DECLINE[row["decline_code"]],
        decline_message=row["decline_message"],
        next_action_url=row["next_action_url"],
        return_url=row["return_url"],
        risk_score=row["risk_score"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        authorized_at=row["authorized_at"],
        captured_at=row["captured_at"],
        authorization_expires_at=row["authorization_expires_at"],
        next_action_expires_at=row["next_action_expires_at"],
        version=row["version"],
    )


def payment_values(payment: Payment) -> dict[str, Any]:
    """The columns of a payment."""
    method = payment.method
    return {
        "id": payment.id,
        "merchant_id": payment.merchant_id,
        "status": payment.status.value,
        "capture_mode": payment.capture_mode.value,
        "currency": payment.currency.code,
        "currency_exponent": payment.currency.exponent,
        "amount_minor": payment.amount_minor,
        "authorized_minor": payment.authorized_minor,
        "captured_minor": payment.captured_minor,
        "refunded_minor": payment.refunded_minor,
        "disputed_minor": payment.disputed_minor,
        "capture_pending_minor": payment.capture_pending_minor,
        "refund_pending_minor": payment.refund_pending_minor,
        "final_capture_pending": payment.final_capture_pending,
        "void_pending": payment.void_pending,
        "unknown_operations": payment.unknown_operations,
        "fee_minor": payment.fee_minor,
        "returned_fee_minor": payment.returned_fee_minor,
        "method_type": method.type.value,
        "method_token": method.token,
        "brand": method.brand,
        "last4": method.last4,
        "bin": method.bin,
        "method_country": method.country,
        "expiry_month": method.expiry_month,
        "expiry_year": method.expiry_year,
        "funding": method.funding,
        "wallet": method.wallet,
        "fingerprint": method.fingerprint,
        "customer_id": payment.customer_id,
        "reference": payment.reference,
        "description": payment.description,
        "metadata_": dict(payment.metadata),
        "gateway": payment.gateway,
        "gateway_reference": payment.gateway_reference,
        "decline_code": payment.decline_code,
        "decline_message": payment.decline_message,
        "next_action_url": payment.next_action_url,
        "return_url": payment.return_url,
        "risk_score": payment.risk_score,
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
        "authorized_at": payment.authorized_at,
        "captured_at": payment.captured_at,
        "authorization_expires_at": payment.authorization_expires_at,
        "next_action_expires_at": payment.next_action_expires_at,
        "version": payment.version,
    }


# What never changes after the payment is made.
FIXED_PAYMENT_COLUMNS = frozenset(
    {
        "id",
        "merchant_id",
        "capture_mode",
        "currency",
        "currency_exponent",
        "amount_minor",
        "customer_id",
        "reference",
        "description",
        "metadata_",
        "gateway",
        "return_url",
        "created_at",
    }
)


def operation_of(row: Record) -> Operation:
    """An operation from its row."""
    return Operation(
        id=row["id"],
        merchant_id=row["merchant_id"],
        payment_id=row["payment_id"],
        type=OperationType(row["type"]),
        status=OperationStatus(row["status"]),
        gateway=row["gateway"],
        amount=Money(row["amount_minor"], currency_of(row["currency"])),
        requested_at=row["requested_at"],
        capture=row["capture"],
        final=row["final"],
        confirms=row["confirms"],
        gateway_reference=row["gateway_reference"],
        response_code=row["response_code"],
        accepted_at=row["accepted_at"],
        completed_at=row["completed_at"],
        checks=row["checks"],
        next_check_at=row["next_check_at"],
    )


def operation_values(operation: Operation) -> dict[str, Any]:
    """The columns of an operation."""
    return {
        "merchant_id": operation.merchant_id,
        "id": operation.id,
        "payment_id": operation.payment_id,
        "type": operation.type.value,
        "status": operation.status.value,
        "gateway": operation.gateway,
        "amount_minor": operation.amount.minor,
        "currency": operation.amount.currency.code,
        "capture": operation.capture,
        "final": operation.final,
        "confirms": operation.confirms,
        "gateway_reference": operation.gateway_reference,
        "response_code": operation.response_code,
        "requested_at": operation.requested_at,
        "accepted_at": operation.accepted_at,
        "completed_at": operation.completed_at,
        "checks": operation.checks,
        "next_check_at": operation.next_check_at,
    }


def capture_of(row: Record) -> Capture:
    """A capture from its row."""
    return Capture(
        id=row["id"],
        merchant_id=row["merchant_id"],
        payment_id=row["payment_id"],
        operation_id=row["operation_id"],
        status=OperationStatus(row["status"]),
        amount=Money(row["amount_minor"], currency_of(row["currency"])),
        final=row["final"],
        fee_minor=row["fee_minor"],
        created_at=row["created_at"],
    )


def capture_values(capture: Capture) -> dict[str, Any]:
    """The columns of a capture."""
    return {
        "merchant_id": capture.merchant_id,
        "id": capture.id,
        "payment_id": capture.payment_id,
        "operation_id": capture.operation_id,
        "status": capture.status.value,
        "amount_minor": capture.amount.minor,
        "currency": capture.amount.currency.code,
        "final": capture.final,
        "fee_minor": capture.fee_minor,
        "created_at": capture.created_at,
    }


def refund_of(row: Record) -> Refund:
    """A refund from its row."""
    return Refund(
        id=row["id"],
        merchant_id=row["merchant_id"],
        payment_id=row["payment_id"],
        operation_id=row["operation_id"],
        status=RefundStatus(row["status"]),
        amount=Money(row["amount_minor"], currency_of(row["currency"])),
        reason=RefundReason(row["reason"]),
        failure_code=row["failure_code"],
        returned_fee_minor=row["returned_fee_minor"],
        created_at=row["created_at"],
    )


def refund_values(refund: Refund) -> dict[str, Any]:
    """The columns of a refund."""
    return {
        "merchant_id": refund.merchant_id,
        "id": refund.id,
        "payment_id": refund.payment_id,
        "operation_id": refund.operation_id,
        "status": refund.status.value,
        "amount_minor": refund.amount.minor,
        "currency": refund.amount.currency.code,
        "reason": refund.reason.value,
        "failure_code": refund.failure_code,
        "returned_fee_minor": refund.returned_fee_minor,
        "created_at": refund.created_at,
    }


def customer_of(row: Record) -> Customer:
    """A customer from its row."""
    return Customer(
        id=row["id"],
        merchant_id=row["merchant_id"],
        email=row["email"],
        name=row["name"],
        country=row["country"],
        created_at=row["created_at"],
    )
