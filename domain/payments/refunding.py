"""The first beat of a refund, whether it is asked for or was approved: reserve the amount, keep the call to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.ids import new_uuid
from domain.payments import money_movement
from domain.payments.operation import OperationType, begin_operation
from domain.payments.refund import Refund, RefundReason, RefundStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit


async def begin_refund(
    unit: PaymentsUnit, payment: Payment, operation_id: UUID, amount: Money, reason: RefundReason, at: datetime
) -> tuple[Payment, Operation]:
    """The locked payment with the amount reserved, not yet saved, and the operation that is.

    Raises `PaymentStateForbids`, `RefundExceedsCaptured` and `Invalid`.
    """
    reserved = money_movement.reserve_refund(payment, amount, at)
    operation = begin_operation(payment, operation_id, OperationType.REFUND, amount, at)
    refund = Refund(
        id=new_uuid(at),
        merchant_id=payment.merchant_id,
        payment_id=payment.id,
        operation_id=operation_id,
        status=RefundStatus.PENDING,
        amount=amount,
        reason=reason,
        created_at=at,
    )
    await unit.operations.add(operation)
    await unit.refunds.add(refund)
    return reserved, operation
