"""Beats two and three: call the gateway with no transaction open, then record what it said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.payments.gateway import GatewayRequest
from domain.payments.record_outcome import RecordOutcome, record_outcome

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentPorts


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformOperation:
    """An operation whose intent is committed, and its payment as of then."""

    payment: Payment
    operation: Operation


async def perform_operation(ports: PaymentPorts, actor: Actor, command: PerformOperation) -> Operation:
    """The operation after its first answer, which may be that nobody knows. Raises nothing for a gateway's faults.

    What was begun with that answer, such as the capture of an automatic payment that screening let pass, is performed
    as well.

    Raises `Unavailable` when the database is away for the recording: the outcome is then found by a look-up.
    """
    gateway = ports.gateways.get(command.operation.gateway)
    outcome = await gateway.execute(gateway_request(command.payment, command.operation))
    recorded = await record_outcome(ports, actor, RecordOutcome(operation_id=command.operation.id, outcome=outcome))
    if recorded.follow_up is not None:
        begun = PerformOperation(payment=recorded.payment, operation=recorded.follow_up)
        await perform_operation(ports, actor, begun)
    return recorded.operation


def gateway_request(payment: Payment, operation: Operation) -> GatewayRequest:
    """The call of an operation: the same one however often it is sent."""
    return GatewayRequest(
        operation_id=operation.id,
        merchant_id=operation.merchant_id,
        type=operation.type,
        amount=operation.amount,
        token=payment.method.token,
        gateway_reference=payment.gateway_reference,
        capture=operation.capture,
        final=operation.final,
        confirms=operation.confirms,
        request_3ds=operation.request_3ds,
        return_url=payment.return_url,
    )
