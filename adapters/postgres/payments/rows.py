"""Rows to entities and back: the only place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.currencies import all_currencies
from adapters.postgres.hydration import hydrator, view
from domain.kernel.money import Money
from domain.payments.capture import Capture
from domain.payments.customer import Customer
from domain.payments.decline import DeclineCode
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType, Wallet
from domain.payments.operation import Operation, OperationStatus, OperationType
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from domain.payments.refund import Refund, RefundReason, RefundStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asyncpg import Record

    from adapters.postgres.hydration import Source

_CURRENCIES = {currency.code: currency for currency in all_currencies()}


def _amount(row: Record) -> Money:
    return Money(row["amount_minor"], _CURRENCIES[row["currency"]])


def _no_events(_: Record) -> tuple[()]:
    return ()


_METHODS = {member.value: member for member in PaymentMethodType}
_METHOD: Mapping[str, Source] = {
    "type": lambda row: _METHODS[row["method_type"]],
    "token": lambda row: row["method_token"],
    "country": lambda row: row["method_country"],
    "brand": CardBrand,
    "funding": CardFunding,
    "wallet": Wallet,
}

_PAYMENT: Mapping[str, Source] = {
    "status": PaymentStatus,
    "capture_mode": CaptureMode,
    "currency": _CURRENCIES,
    "decline_code": DeclineCode,
    "method": hydrator(PaymentMethod, _METHOD),
    # What has been saved is no news.
    "events": _no_events,
}
payment_of = hydrator(Payment, _PAYMENT)
"""A payment from its row."""
viewed_payment_of = view(Payment, {**_PAYMENT, "method": view(PaymentMethod, _METHOD)})
"""A payment to look at."""


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
        "double_loss_minor": payment.double_loss_minor,
        "capture_pending_minor": payment.capture_pending_minor,
        "refund_pending_minor": payment.refund_pending_minor,
        "final_capture_pending": payment.final_capture_pending,
        "void_pending": payment.void_pending,
        "unknown_operations": payment.unknown_operations,
        "fee_minor": payment.fee_minor,
        "returned_fee_minor": payment.returned_fee_minor,
        "refund_fee_minor": payment.refund_fee_minor,
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


operation_of = hydrator(Operation, {"type": OperationType, "status": OperationStatus, "amount": _amount})
"""An operation from its row."""


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
        "request_3ds": operation.request_3ds,
        "gateway_reference": operation.gateway_reference,
        "response_code": operation.response_code,
        "requested_at": operation.requested_at,
        "accepted_at": operation.accepted_at,
        "completed_at": operation.completed_at,
        "checks": operation.checks,
        "next_check_at": operation.next_check_at,
    }


capture_of = hydrator(Capture, {"status": OperationStatus, "amount": _amount})
"""A capture from its row."""


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


refund_of = hydrator(Refund, {"status": RefundStatus, "amount": _amount, "reason": RefundReason})
"""A refund from its row."""


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
        "fee_minor": refund.fee_minor,
        "created_at": refund.created_at,
    }


# The rules of texts were asked when the customer was made. They may become stricter, and old rows must still be read.
customer_of = hydrator(Customer, checked=False)
"""A customer from its row."""
