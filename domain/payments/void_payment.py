"""Give an authorization back before anything of it is captured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.text import optional_text
from domain.payments import authorization
from domain.payments.existing import Intent, carry_out
from domain.payments.operation import OperationType, begin_operation
from domain.payments.payment import PaymentStatus
from domain.payments.results import PaymentResult, current_payment

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentPorts, PaymentsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidPayment:
    """`reason` is free text for the timeline."""

    idempotency_key: str
    payment_id: UUID
    reason: str | None = None


async def void_payment(ports: PaymentPorts, actor: Actor, command: VoidPayment) -> PaymentResult:
    """The payment after the gateway's first answer. One that waits for the customer is canceled without a call.

    Raises `NotFound`, `Forbidden`, `Invalid`, `PaymentStateForbids`, `IdempotencyConflict`, `IdempotencyInProgress`
    and `Unavailable`.
    """
    optional_text(command.reason, ("reason",))

    async def change(
        unit: PaymentsUnit, payment: Payment, operation_id: UUID, at: datetime
    ) -> tuple[Payment, Operation | None]:
        if payment.status is PaymentStatus.REQUIRES_ACTION:
            return authorization.cancel(payment, at, command.reason), None
        reserved = authorization.reserve_void(payment, at, command.reason)
        amount = payment.money(payment.authorized_minor)
        operation = begin_operation(payment, operation_id, OperationType.VOID, amount, at)
        await unit.operations.add(operation)
        return reserved, operation

    intent = Intent(
        name="void",
        mutation="voidPayment",
        permission=Permission.PAYMENTS_WRITE,
        payment_id=command.payment_id,
        idempotency_key=command.idempotency_key,
        command=command,
    )
    intended = await carry_out(ports, actor, intent, change)
    return await current_payment(ports, actor, intended.payment.id, replayed=intended.earlier)
