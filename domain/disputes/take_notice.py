"""Take in what a network said about a case: once however often it comes, and in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.listening import listen_or_refuse
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeNotice:
    """One notice, from a webhook or from polling."""

    notice: DisputeNotice


async def take_notice(ports: DisputePorts, actor: Actor, command: TakeNotice) -> Dispute | None:
    """The dispute after it; None when there is none.

    A repeated notice changes nothing. One about a payment that is not known waits until it is; one that contradicts
    what is known is kept with the reason, for staff. Raises `Unavailable` when the database is away.
    """
    notice = command.notice

    async def work(unit: DisputesUnit) -> Dispute | None:
        if not await unit.notices.take(notice):
            return None
        payment_id = await unit.payments.of_reference(notice.gateway, notice.payment_reference)
        heard = (
            None if payment_id is None else await listen_or_refuse(unit, actor, notice, payment_id, ports.clock.now())
        )
        await unit.commit()
        return heard

    return await in_unit(ports.units, actor, "dispute.notice", work)
