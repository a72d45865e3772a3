"""End the requests that nobody decided in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.changing import change_request
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.ports import ApprovalPorts, ApprovalsUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireRequests:
    """At most so many at a time."""

    limit: int = 200


async def expire_requests(ports: ApprovalPorts, actor: Actor, command: ExpireRequests) -> int:
    """How many requests are expired now of those that were overdue.

    Requests do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    tried.
    """

    async def due(unit: ApprovalsUnit) -> list[UUID]:
        return await unit.approvals.overdue(ports.clock.now(), command.limit)

    def end(request: ApprovalRequest, at: datetime) -> ApprovalRequest:
        # Looked at again under its lock: somebody may have decided it meanwhile.
        return request.expire(at) if request.overdue(at) else request

    expired = 0
    errors: list[Exception] = []
    for request_id in await in_unit(ports.units, actor, "approval.find", due):
        try:
            ended = await change_request(ports, actor, request_id, "expire", end)
            expired += ended.status is ApprovalStatus.EXPIRED
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            errors.append(error)
    if errors:
        message = "some requests could not be expired"
        raise ExceptionGroup(message, errors)
    return expired
