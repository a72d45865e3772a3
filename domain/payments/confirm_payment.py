"""Go on with a payment after the customer's action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.payments import authorization
from domain.payments.existing import Intent, carry_out
from domain.payments.operation import OperationType, begin_operation
from domain.payments.payment import CaptureMode
from domain.payments.results import PaymentResult, current_payment

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentPorts, PaymentsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPayment:
    """The customer is back from the next action."""

    idempotency_key: str
    payment_id: UUID


async def confirm_payment(ports: PaymentPorts, actor: Actor, command: ConfirmPayment) -> PaymentResult:
    """The payment after the gateway's answer; it requires the action still when the customer has not acted.

    Raises `NotFound`, `Forbidden`, `Invalid`, `PaymentStateForbids`, `IdempotencyConflict`, `IdempotencyInProgress`
    and `Unavailable`.
    """

    async def change(
        unit: PaymentsUnit, payment: Payment, operation_id: UUID, at: datetime
    ) -> tuple[Payment, Operation]:
        resumed = authorization.resume(payment, at)
        # A capture that was withheld for screening at the beginning is so still.
        captures = payment.capture_mode is CaptureMode.AUTOMATIC and (await unit.operations.first_of(payment)).capture
        operation = begin_operation(
            payment,
            operation_id,
            OperationType.AUTHORIZE,
            payment.money(payment.amount_minor),
            at,
            capture=captures,
            confirms=True,
        )
        await unit.operations.add(operation)
        return resumed, operation

    intent = Intent(
        name="confirm",
        mutation="confirmPayment",
        permission=Permission.PAYMENTS_WRITE,
        payment_id=command.payment_id,
        idempotency_key=command.idempotency_key,
        command=command,
    )
    intended = await carry_out(ports, actor, intent, change)
    return await current_payment(ports, actor, intended.payment.id, replayed=intended.earlier)
