"""By the clock: a refund that failed or a capture that came late makes up for what disputes say is lost twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.double_loss import shares, tell_loss
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecountLosses:
    """Of at most so many payments at a time."""

    limit: int = 100


async def recount_losses(ports: DisputePorts, actor: Actor, command: RecountLosses) -> int:
    """How many payments' disputes were told; payments know of no dispute, so theirs is to follow the payment.

    Payments do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    looked at.
    """

    async def misstated(unit: DisputesUnit) -> list[UUID]:
        return await unit.dispute_queue.misstated(command.limit)

    told = 0
    errors: list[Exception] = []
    for payment_id in await in_unit(ports.units, actor, "losses.find", misstated):
        try:
            told += await _recount(ports, actor, payment_id)
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            errors.append(error)
    if errors:
        message = "some losses could not be recounted"
        raise ExceptionGroup(message, errors)
    return told


async def _recount(ports: DisputePorts, actor: Actor, payment_id: UUID) -> bool:
    async def work(unit: DisputesUnit) -> bool:
        at = ports.clock.now()
        payment = await unit.payments.for_update(payment_id)
        ids = await unit.disputes.of_payment(payment.merchant_id, payment.id)
        disputes = [await unit.disputes.for_update(dispute_id) for dispute_id in ids]
        lost = shares(payment, disputes)
        told = [tell_loss(dispute, lost[dispute.id], at) for dispute in disputes]
        for dispute in (one for one in told if one.events):
            await unit.disputes.save(dispute)
            data = {"double_loss_minor": dispute.double_loss_minor}
            await unit.audit.record(actor, "disputes.recount", "dispute", dispute.id, dispute.merchant_id, data)
        await unit.commit()
        return any(one.events for one in told)

    return await in_unit(ports.units, actor, "losses.tell", work)
