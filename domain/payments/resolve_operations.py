"""Ask the gateways what became of operations that have no outcome yet."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit
from domain.payments.gateway import OutcomeKind
from domain.payments.perform_operation import PerformOperation, gateway_request, perform_operation
from domain.payments.record_outcome import RecordOutcome, record_outcome

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentPorts, PaymentsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveOperations:
    """At most so many at a time."""

    limit: int = 20


async def resolve_operations(ports: PaymentPorts, actor: Actor, command: ResolveOperations) -> int:
    """How many operations were asked about; each one's next check is further away than the last.

    An operation that the gateway has never seen is sent again under its own id, so it ends one way or the other and
    still has one effect at most. Operations do not wait for each other; what went wrong with some is raised as an
    `ExceptionGroup` once all have been asked about.
    """

    async def lease(unit: PaymentsUnit) -> list[Operation]:
        leased = await unit.operations.lease_due(ports.clock.now(), command.limit)
        await unit.commit()
        return leased

    leased = await in_unit(ports.units, actor, "resolve.lease", lease)
    asked = [_resolve(ports, actor, operation) for operation in leased]
    errors: list[Exception] = []
    for ended in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(ended, Exception):
            errors.append(ended)
        elif ended is not None:
            raise ended
    if errors:
        message = "some operations could not be resolved"
        raise ExceptionGroup(message, errors)
    return len(leased)


async def _resolve(ports: PaymentPorts, actor: Actor, operation: Operation) -> None:
    async def load(unit: PaymentsUnit) -> Payment:
        return await unit.payments.get(operation.payment_id)

    # Not within the lease: a payment that cannot be loaded would undo it for all the others.
    payment = await in_unit(ports.units, actor, "resolve.load", load)
    request = gateway_request(payment, operation)
    gateway = ports.gateways.get(operation.gateway)
    outcome = await gateway.look_up(request)
    if outcome.kind is OutcomeKind.NOT_FOUND:
        if not await _still_open(ports, actor, operation):
            return
        outcome = await gateway.execute(request)
    recorded = await record_outcome(ports, actor, RecordOutcome(operation_id=operation.id, outcome=outcome))
    if recorded.follow_up is not None:
        begun = PerformOperation(payment=recorded.payment, operation=recorded.follow_up)
        await perform_operation(ports, actor, begun)


async def _still_open(ports: PaymentPorts, actor: Actor, operation: Operation) -> bool:
    """Whether nobody has concluded the operation since it was leased.

    Under the payment's lock, so that an outcome which is just being recorded without knowing of the lease is waited
    for: one that says that the request never left must not be followed by sending it.
    """

    async def work(unit: PaymentsUnit) -> bool:
        await unit.payments.for_update(operation.payment_id)
        return (await unit.operations.get(operation.id)).open

    return await in_unit(ports.units, actor, "resolve.check", work)
