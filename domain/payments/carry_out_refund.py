"""Give captured money back after somebody else has approved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.unit import in_unit
from domain.payments.errors import PaymentStateForbids, RefundRefused, RefundUndecided
from domain.payments.existing import record_intent
from domain.payments.perform_operation import PerformOperation, perform_operation
from domain.payments.refund import RefundReason, RefundStatus
from domain.payments.refunding import begin_refund
from domain.payments.results import RefundResult, current_refund

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.payments.ports import PaymentPorts, PaymentsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutRefund:
    """The operation that the approved request had claimed."""

    operation_id: UUID


async def carry_out_refund(ports: PaymentPorts, actor: Actor, command: CarryOutRefund) -> RefundResult:
    """The refund once the gateway has given the money back. It is begun once, however often this is called.

    Raises `NotFound`, `Forbidden`, `PaymentStateForbids` (also for a request that is not approved),
    `RefundExceedsCaptured`, `RefundRefused`, `RefundUndecided` until the gateway has decided, and `Unavailable`.
    """
    operation_id = command.operation_id

    async def begin(unit: PaymentsUnit) -> PerformOperation | None:
        # Read, not taken on trust: whoever calls this moves money without the permission to.
        request = await _approved(unit, operation_id)
        payment = await unit.payments.for_update(request.subject_id)
        actor.require(Permission.APPROVALS_DECIDE, payment.merchant_id)
        if await _begun(unit, operation_id):
            return None
        reason = RefundReason(request.command["reason"])
        reserved, operation = await begin_refund(unit, payment, operation_id, request.money, reason, ports.clock.now())
        payment = await record_intent(unit, actor, "refund", reserved, operation)
        await unit.commit()
        return PerformOperation(payment=payment, operation=operation)

    begun = await in_unit(ports.units, actor, "refund.intent", begin)
    if begun is not None:
        await perform_operation(ports, actor, begun)
    result = await current_refund(ports, actor, operation_id, replayed=begun is None)
    if result.refund.status is RefundStatus.PENDING:
        raise RefundUndecided
    if result.refund.status is RefundStatus.FAILED:
        raise RefundRefused(result.refund.failure_code)
    return result


async def _approved(unit: PaymentsUnit, operation_id: UUID) -> ApprovalRequest:
    request = await unit.approvals.of_operation(operation_id)
    if request is None:
        what = "The request for approval"
        raise NotFound(what)
    if request.status is not ApprovalStatus.APPROVED:
        rule = f"Only an approved refund can be carried out; this request is {request.status}."
        raise PaymentStateForbids(rule)
    return request


async def _begun(unit: PaymentsUnit, operation_id: UUID) -> bool:
    """Whether somebody has begun it before, under the payment's lock."""
    try:
        await unit.operations.get(operation_id)
    except NotFound:
        return False
    return True
