"""Make a dispute somebody's to work on, or nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.answering import assign
from domain.identity.permission import Permission
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignDispute:
    """`assignee_id` is a person's id; None lets go of it."""

    dispute_id: UUID
    assignee_id: UUID | None


async def assign_dispute(ports: DisputePorts, actor: Actor, command: AssignDispute) -> Dispute:
    """The dispute with its assignee.

    Raises `NotFound` (also for a person who cannot see the dispute), and `Forbidden`.
    """

    async def work(unit: DisputesUnit) -> Dispute:
        dispute = await unit.disputes.for_update(command.dispute_id)
        actor.require(Permission.DISPUTES_WRITE, dispute.merchant_id)
        if command.assignee_id is not None:
            await unit.colleagues.ensure(command.assignee_id, dispute.merchant_id)
        assigned = await unit.disputes.save(assign(dispute, command.assignee_id, ports.clock.now()))
        data = {"assignee_id": command.assignee_id and str(command.assignee_id)}
        await unit.audit.record(actor, "disputes.assign", "dispute", dispute.id, dispute.merchant_id, data)
        await unit.commit()
        return assigned

    return await in_unit(ports.units, actor, "dispute.assign", work)
