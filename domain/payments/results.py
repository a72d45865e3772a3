"""What the verbs give back: the objects as they are now, and whether an earlier request made them so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.errors import NotFound
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.payments.capture import Capture
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentPorts, PaymentsUnit
    from domain.payments.refund import Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentResult:
    """`replayed` says that the same key had done it before."""

    payment: Payment
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureResult:
    """A capture and its payment."""

    capture: Capture
    payment: Payment
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundResult:
    """A refund and its payment."""

    refund: Refund
    payment: Payment
    replayed: bool


async def current_payment(ports: PaymentPorts, actor: Actor, payment_id: UUID, *, replayed: bool) -> PaymentResult:
    """The payment as it is."""

    async def work(unit: PaymentsUnit) -> PaymentResult:
        return PaymentResult(payment=await unit.payments.get(payment_id), replayed=replayed)

    return await in_unit(ports.units, actor, "result", work)


async def current_capture(ports: PaymentPorts, actor: Actor, operation_id: UUID, *, replayed: bool) -> CaptureResult:
    """The capture of an operation as it is."""

    async def work(unit: PaymentsUnit) -> CaptureResult:
        operation = await unit.operations.get(operation_id)
        return CaptureResult(
            capture=await unit.captures.of_operation(operation),
            payment=await unit.payments.get(operation.payment_id),
            replayed=replayed,
        )

    return await in_unit(ports.units, actor, "result", work)


async def current_refund(ports: PaymentPorts, actor: Actor, operation_id: UUID, *, replayed: bool) -> RefundResult:
    """The refund of an operation as it is."""

    async def work(unit: PaymentsUnit) -> RefundResult:
        return await _refund_of(unit, await unit.operations.get(operation_id), replayed=replayed)

    return await in_unit(ports.units, actor, "result", work)


async def refund_or_request(
    ports: PaymentPorts, actor: Actor, operation_id: UUID, *, replayed: bool
) -> RefundResult | ApprovalRequest:
    """The refund of an operation as it is; while there is none, the request for approval that claimed the operation."""

    async def work(unit: PaymentsUnit) -> RefundResult | ApprovalRequest:
        try:
            operation = await unit.operations.get(operation_id)
        except NotFound:
            request = await unit.approvals.of_operation(operation_id)
            if request is None:
                raise
            return request
        return await _refund_of(unit, operation, replayed=replayed)

    return await in_unit(ports.units, actor, "result", work)


async def _refund_of(unit: PaymentsUnit, operation: Operation, *, replayed: bool) -> RefundResult:
    return RefundResult(
        refund=await unit.refunds.of_operation(operation),
        payment=await unit.payments.get(operation.payment_id),
        replayed=replayed,
    )
