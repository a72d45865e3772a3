"""By the clock: tell early fraud warnings of the refunds that answered them, whoever asked and whatever died since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.settle_prevention import SettlePrevention, settle_prevention
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor
    from domain.payments.refund import Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePreventions:
    """At most so many refunds at a time."""

    limit: int = 100


async def settle_preventions(ports: DisputePorts, actor: Actor, command: SettlePreventions) -> int:
    """How many refunds were told of; each in a unit of its own.

    Whoever prevents a dispute says so to its warning once the refund has come through. Where nobody knew that yet, or
    the process died in between, this does. What went wrong with some is raised as an `ExceptionGroup` once all have
    been tried.
    """

    async def prevented(unit: DisputesUnit) -> list[Refund]:
        return await unit.dispute_queue.prevented(command.limit)

    settled = 0
    errors: list[Exception] = []
    for refund in await in_unit(ports.units, actor, "prevent.find", prevented):
        try:
            warnings = await settle_prevention(ports, actor, SettlePrevention(refund=refund))
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            errors.append(error)
        else:
            settled += any(warning.refund_id == refund.id for warning in warnings)
    if errors:
        message = "some warnings could not be settled"
        raise ExceptionGroup(message, errors)
    return settled
