"""What a repeated request waits for: the first one's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.errors import NotFound
from domain.kernel.idempotency import IdempotencyInProgress
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.kernel.idempotency import KeyClaim
    from domain.payments.ports import PaymentPorts, PaymentsUnit

WAIT_MILLISECONDS = (20, 40, 80, 160, 200, 250, 250, 250, 250, 250, 250)


async def await_first_answer(ports: PaymentPorts, actor: Actor, claim: KeyClaim) -> None:
    """Return once the claim's operation has an answer of any kind.

    Raises `IdempotencyInProgress` when there is none after two seconds.
    """
    operation_id = claim.operation_id

    async def in_flight(unit: PaymentsUnit) -> bool:
        try:
            return (await unit.operations.get(operation_id)).in_flight
        except NotFound:
            # The first request ended without a call, as the cancellation of a payment does.
            return False

    for milliseconds in WAIT_MILLISECONDS:
        if not await in_unit(ports.units, actor, "replay", in_flight):
            return
        await ports.clock.sleep(milliseconds)
    raise IdempotencyInProgress
