"""What a repeated request waits for: the first one's answer."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from domain.kernel.errors import NotFound
from domain.kernel.idempotency import IdempotencyInProgress
from domain.kernel.unit import in_unit
from domain.payments.operation import OperationType
from domain.payments.payment import CaptureMode

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.kernel.idempotency import KeyClaim
    from domain.payments.ports import PaymentPorts, PaymentsUnit

WAIT_MILLISECONDS = (20, 40, 80, 160, 200, 250, 250, 250, 250, 250, 250)


async def await_first_answer(ports: PaymentPorts, actor: Actor, claim: KeyClaim) -> None:
    """Return once the claim's operation has an answer of any kind, and the capture that may follow it has one too.

    Raises `IdempotencyInProgress` when the operation has none after two seconds. The capture is not waited for any
    longer: that it is under way is an answer.
    """

    async def look(unit: PaymentsUnit) -> _Progress:
        try:
            operation = await unit.operations.get(claim.operation_id)
        except NotFound:
            # The first request ended without a call, as the cancellation of a payment does, or its block.
            return _Progress.ANSWERED
        if operation.in_flight:
            return _Progress.IN_FLIGHT
        if operation.type is not OperationType.AUTHORIZE or operation.capture:
            return _Progress.ANSWERED
        payment = await unit.payments.get(operation.payment_id)
        followed = payment.capture_mode is CaptureMode.AUTOMATIC and payment.final_capture_pending
        return _Progress.CAPTURING if followed and not payment.unknown_operations else _Progress.ANSWERED

    progress = _Progress.ANSWERED
    for milliseconds in WAIT_MILLISECONDS:
        progress = await in_unit(ports.units, actor, "replay", look)
        if progress is _Progress.ANSWERED:
            return
        await ports.clock.sleep(milliseconds)
    if progress is _Progress.IN_FLIGHT:
        raise IdempotencyInProgress


class _Progress(Enum):
    """How far the first request is."""

    IN_FLIGHT = auto()
    CAPTURING = auto()
    """Answered, and the money that was set aside is being taken."""
    ANSWERED = auto()
