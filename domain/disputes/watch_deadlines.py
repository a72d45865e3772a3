"""By the clock: warn that the time to answer is running out, and close what nobody answered in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes import answering
from domain.disputes.deadline import Deadline
from domain.disputes.stage import ANSWERABLE
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDeadlines:
    """At most so many at a time."""

    limit: int = 100


async def watch_deadlines(ports: DisputePorts, actor: Actor, command: WatchDeadlines) -> int:
    """How many disputes were warned of or expired; each in a unit of its own, and once whoever else watches.

    Disputes do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    looked at.
    """

    async def due(unit: DisputesUnit) -> list[UUID]:
        return await unit.dispute_queue.due(ports.clock.now(), command.limit)

    changed = 0
    errors: list[Exception] = []
    for dispute_id in await in_unit(ports.units, actor, "deadline.due", due):
        try:
            changed += await _watch(ports, actor, dispute_id)
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            errors.append(error)
    if errors:
        message = "some deadlines could not be watched"
        raise ExceptionGroup(message, errors)
    return changed


async def _watch(ports: DisputePorts, actor: Actor, dispute_id: UUID) -> bool:
    async def work(unit: DisputesUnit) -> bool:
        dispute = await unit.disputes.for_update(dispute_id)
        watched = _after(dispute, ports.clock.now())
        if watched is dispute:
            return False
        await unit.disputes.save(watched)
        data = {"status": watched.status.value, "warned_hours": watched.warned_hours}
        await unit.audit.record(actor, "disputes.deadline", "dispute", dispute.id, dispute.merchant_id, data)
        await unit.commit()
        return True

    return await in_unit(ports.units, actor, "deadline.watch", work)


def _after(dispute: Dispute, at: datetime) -> Dispute:
    # An answer that is on its way may still be in time: its outcome says so.
    if dispute.status not in ANSWERABLE or dispute.respond_by is None or dispute.response_pending:
        return dispute
    deadline = Deadline(moment=dispute.respond_by, zone=dispute.time_zone)
    if deadline.has_passed(at):
        return answering.expire(dispute, at)
    hours = deadline.warning_due(at, () if dispute.warned_hours is None else {dispute.warned_hours})
    return dispute if hours is None else answering.warn(dispute, hours, at)
