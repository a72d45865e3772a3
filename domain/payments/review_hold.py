"""Money that is authorized and held until somebody has decided about it: held, released, or given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.payments import authorization
from domain.payments.capturing import begin_full_capture
from domain.payments.errors import PaymentStateForbids
from domain.payments.events import PaymentEventType
from domain.payments.operation import OperationType, begin_operation
from domain.payments.payment import CaptureMode, PaymentStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue
    from domain.payments.gateway import Outcome
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit


def hold(payment: Payment, outcome: Outcome, at: datetime) -> Payment:
    """Authorized, and nothing of it may be captured until the review has ended."""
    return payment.change(
        at,
        PaymentEventType.HELD_FOR_REVIEW,
        _authorized(payment),
        status=payment.next_status(PaymentStatus.IN_REVIEW),
        **authorization.set_aside(payment, outcome, at),
    )


def hold_again(payment: Payment, at: datetime) -> Payment:
    """A review that had released the payment is open again; raise `PaymentStateForbids` once money was asked for."""
    if payment.status is not PaymentStatus.AUTHORIZED:
        message = f"Only an authorized payment of which nothing is captured can be held; this one is {payment.status}."
        raise PaymentStateForbids(message)
    if payment.capture_pending_minor or payment.void_pending:
        message = "A capture or a void is under way; wait for its outcome."
        raise PaymentStateForbids(message)
    return payment.change(
        at,
        PaymentEventType.HELD_FOR_REVIEW,
        _authorized(payment),
        status=payment.next_status(PaymentStatus.IN_REVIEW),
    )


async def release(
    unit: PaymentsUnit, payment: Payment, operation_id: UUID, at: datetime
) -> tuple[Payment, Operation | None]:
    """The locked payment as authorized, not yet saved; of an automatic one the capture, which is to be performed.

    Raises `PaymentStateForbids` for a payment that is not held, and for one that is being voided.
    """
    _ensure_held(payment)
    released = payment.change(
        at,
        PaymentEventType.RELEASED_FROM_REVIEW,
        _authorized(payment),
        status=payment.next_status(PaymentStatus.AUTHORIZED),
    )
    if payment.capture_mode is CaptureMode.MANUAL:
        return released, None
    return await begin_full_capture(unit, released, operation_id, at)


async def refuse(
    unit: PaymentsUnit, payment: Payment, operation_id: UUID, at: datetime, reason: str | None
) -> tuple[Payment, Operation]:
    """The locked payment, held until the void is confirmed, not yet saved; and the void, which is to be performed.

    Raises `PaymentStateForbids` for a payment that is not held, and for one that is being voided.
    """
    _ensure_held(payment)
    reserved = authorization.reserve_void(payment, at, reason)
    amount = payment.money(payment.authorized_minor)
    operation = begin_operation(payment, operation_id, OperationType.VOID, amount, at)
    await unit.operations.add(operation)
    return reserved, operation


def _ensure_held(payment: Payment) -> None:
    if payment.status is not PaymentStatus.IN_REVIEW:
        message = f"Only a payment that is held for review can be decided about; this one is {payment.status}."
        raise PaymentStateForbids(message)
    if payment.void_pending:
        message = "A void is under way; wait for its outcome."
        raise PaymentStateForbids(message)


def _authorized(payment: Payment) -> dict[str, JsonValue]:
    return {"amount_minor": payment.amount_minor, "currency": payment.currency.code}
