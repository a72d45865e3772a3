"""Go on with what was approved and is not done: its approver's process died, or it could not be told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.carrying_out import carry_out
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.ports import ApprovalPorts, ApprovalsUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutRequests:
    """At most so many at a time."""

    limit: int = 20


async def carry_out_requests(ports: ApprovalPorts, actor: Actor, command: CarryOutRequests) -> int:
    """How many requests were gone on with; the next time for one that is not done is further away than the last.

    Requests do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    tried.
    """

    async def lease(unit: ApprovalsUnit) -> list[ApprovalRequest]:
        leased = await unit.approvals.lease_due(ports.clock.now(), command.limit)
        await unit.commit()
        return leased

    leased = await in_unit(ports.units, actor, "approval.lease", lease)
    errors: list[Exception] = []
    for ended in await asyncio.gather(
        *(carry_out(ports, actor, request) for request in leased), return_exceptions=True
    ):
        if isinstance(ended, Exception):
            errors.append(ended)
        elif isinstance(ended, BaseException):
            raise ended
    if errors:
        message = "some requests could not be carried out"
        raise ExceptionGroup(message, errors)
    return len(leased)
