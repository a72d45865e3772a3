"""Give captured money back, in one or several parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.asking import ask_for_approval
from domain.approvals.proposal import Proposal
from domain.identity.permission import Permission
from domain.payments.existing import Intent, carry_out
from domain.payments.refund import RefundReason
from domain.payments.refunding import begin_refund
from domain.payments.results import RefundResult, refund_or_request

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
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


async def refund_payment(ports: PaymentPorts, actor: Actor, command: RefundPayment) -> RefundResult | ApprovalRequest:
    """The refund after the gateway's first answer: succeeded, failed or still pending.

    Where a policy of the merchant wants the amount approved, no money moves: the answer is the request for approval,
    also for the same key again, until there is a refund.

    Raises `NotFound`, `Forbidden`, `Invalid`, `PaymentStateForbids`, `RefundExceedsCaptured`,
    `IdempotencyConflict`, `IdempotencyInProgress` and `Unavailable`.
    """

    async def change(
        unit: PaymentsUnit, payment: Payment, operation_id: UUID, at: datetime
    ) -> tuple[Payment, Operation | None]:
        amount = command.amount or payment.money(payment.refundable_minor)
        payment.ensure_refundable(amount)
        proposal = _proposal(payment, operation_id, amount, command.reason)
        if await ask_for_approval(unit, actor, proposal, at) is not None:
            return payment, None
        return await begin_refund(unit, payment, operation_id, amount, command.reason, at)

    intent = Intent(
        name="refund",
        mutation="refundPayment",
        permission=Permission.REFUNDS_WRITE,
        payment_id=command.payment_id,
        idempotency_key=command.idempotency_key,
        command=command,
    )
    intended = await carry_out(ports, actor, intent, change)
    return await refund_or_request(ports, actor, intended.claim.operation_id, replayed=intended.earlier)


def _proposal(payment: Payment, operation_id: UUID, amount: Money, reason: RefundReason) -> Proposal:
    return Proposal(
        merchant_id=payment.merchant_id,
        action=ApprovalAction.REFUND_PAYMENT,
        amount=amount,
        subject_type="payment",
        subject_id=payment.id,
        operation_id=operation_id,
        command={"reason": reason.value},
    )
