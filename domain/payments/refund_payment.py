"""Give captured money back, in one or several parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.ids import new_uuid
from domain.payments import money_movement
from domain.payments.existing import Intent, carry_out
from domain.payments.operation import OperationType, begin_operation
from domain.payments.refund import Refund, RefundReason, RefundStatus
from domain.payments.results import RefundResult, current_refund

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentPorts, PaymentsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPayment:
    """`amount` empty means all that is left."""

    idempotency_key: str
    payment_id: UUID
    amount: Money | None = None
    reason: RefundReason = RefundReason.CUSTOMER_REQUEST


async def refund_payment(ports: PaymentPorts, actor: Actor, command: RefundPayment) -> RefundResult:
    """The refund after the gateway's first answer: succeeded, failed or still pending.

    Raises `NotFound`, `Forbidden`, `Invalid`, `PaymentStateForbids`, `RefundExceedsCaptured`,
    `IdempotencyConflict`, `IdempotencyInProgress` and `Unavailable`.
    """

    async def change(
        unit: PaymentsUnit, payment: Payment, operation_id: UUID, at: datetime
    ) -> tuple[Payment, Operation]:
        amount = command.amount or payment.money(payment.refundable_minor)
        reserved = money_movement.reserve_refund(payment, amount, at)
        operation = begin_operation(payment, operation_id, OperationType.REFUND, amount, at)
        refund = Refund(
            id=new_uuid(at),
            merchant_id=payment.merchant_id,
            payment_id=payment.id,
            operation_id=operation_id,
            status=RefundStatus.PENDING,
            amount=amount,
            reason=command.reason,
            created_at=at,
        )
        await unit.operations.add(operation)
        await unit.refunds.add(refund)
        return reserved, operation

    intent = Intent(
        name="refund",
        mutation="refundPayment",
        permission=Permission.REFUNDS_WRITE,
        payment_id=command.payment_id,
        idempotency_key=command.idempotency_key,
        command=command,
    )
    intended = await carry_out(ports, actor, intent, change)
    return await current_refund(ports, actor, intended.claim.operation_id, replayed=intended.earlier)
