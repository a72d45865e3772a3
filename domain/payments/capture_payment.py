"""Capture authorized money, in one or several parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.payments.capturing import begin_capture
from domain.payments.existing import Intent, carry_out
from domain.payments.results import CaptureResult, current_capture

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentPorts, PaymentsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePayment:
    """`amount` empty means all that is left; `final` releases what the capture leaves over."""

    idempotency_key: str
    payment_id: UUID
    amount: Money | None = None
    final: bool = True


async def capture_payment(ports: PaymentPorts, actor: Actor, command: CapturePayment) -> CaptureResult:
    """The capture after the gateway's first answer: succeeded, failed or unknown.

    Raises `NotFound`, `Forbidden`, `Invalid`, `PaymentStateForbids`, `CaptureExceedsAuthorization`,
    `IdempotencyConflict`, `IdempotencyInProgress` and `Unavailable`.
    """

    async def change(
        unit: PaymentsUnit, payment: Payment, operation_id: UUID, at: datetime
    ) -> tuple[Payment, Operation]:
        amount = command.amount or payment.money(payment.capturable_minor)
        return await begin_capture(unit, payment, operation_id, amount, at, final=command.final)

    intent = Intent(
        name="capture",
        mutation="capturePayment",
        permission=Permission.PAYMENTS_WRITE,
        payment_id=command.payment_id,
        idempotency_key=command.idempotency_key,
        command=command,
    )
    intended = await carry_out(ports, actor, intent, change)
    return await current_capture(ports, actor, intended.claim.operation_id, replayed=intended.earlier)
