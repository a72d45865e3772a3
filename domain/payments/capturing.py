"""The first beat of a capture, whoever wants it: reserve the amount, keep the call to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.ids import new_uuid
from domain.payments import money_movement
from domain.payments.capture import Capture
from domain.payments.operation import OperationStatus, OperationType, begin_operation

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit


async def begin_capture(
    unit: PaymentsUnit, payment: Payment, operation_id: UUID, amount: Money, at: datetime, *, final: bool
) -> tuple[Payment, Operation]:
    """The locked payment with the amount reserved, not yet saved, and the operation that is.

    Raises `PaymentStateForbids`, `CaptureExceedsAuthorization` and `Invalid`.
    """
    reserved = money_movement.reserve_capture(payment, amount, final=final, at=at)
    operation = begin_operation(payment, operation_id, OperationType.CAPTURE, amount, at, final=final)
    capture = Capture(
        id=new_uuid(at),
        merchant_id=payment.merchant_id,
        payment_id=payment.id,
        operation_id=operation_id,
        status=OperationStatus.PENDING,
        amount=amount,
        final=final,
        created_at=at,
    )
    await unit.operations.add(operation)
    await unit.captures.add(capture)
    return reserved, operation


async def begin_full_capture(
    unit: PaymentsUnit, payment: Payment, operation_id: UUID, at: datetime
) -> tuple[Payment, Operation]:
    """The same of all that is left of an automatic payment, for good."""
    amount = payment.money(payment.capturable_minor)
    return await begin_capture(unit, payment, operation_id, amount, at, final=True)
