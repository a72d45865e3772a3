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

    Raises `Unavailable` when the database is away for the recording: the outcome is then found by a look-up.
    """
    gateway = ports.gateways.get(command.operation.gateway)
    outcome = await gateway.execute(gateway_request(command.payment, command.operation))
    return await record_outcome(ports, actor, RecordOutcome(operation_id=command.operation.id, outcome=outcome))


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
        return_url=payment.return_url,
    )
