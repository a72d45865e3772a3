"""What follows an approval: do it with no transaction open, then record what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.changing import change_request
from domain.kernel.errors import DomainError, Unavailable

if TYPE_CHECKING:
    from datetime import datetime

    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.ports import ApprovalPorts
    from domain.identity.actor import Actor


async def carry_out(ports: ApprovalPorts, actor: Actor, request: ApprovalRequest) -> ApprovalRequest:
    """The approved request afterwards: done, failed for good, or approved still when a job has to go on with it.

    Only who has just approved it, or has leased it, may do this.
    Raises `Unavailable` when the database is away for the recording: a job records it then.
    """
    failure: str | None = None
    try:
        await ports.actions.perform(actor, request)
    except Unavailable:
        return request
    except DomainError as error:
        failure = error.message

    def conclude(current: ApprovalRequest, at: datetime) -> ApprovalRequest:
        if current.status is not ApprovalStatus.APPROVED:
            # Somebody else has carried it out at the same time, under the same operation.
            return current
        if failure is not None and current.tries != request.tries:
            # A job has taken over since, and may get done what we could not.
            return current
        return current.succeed(at) if failure is None else current.fail(at, failure)

    name = "succeed" if failure is None else "fail"
    return await change_request(ports, actor, request.id, name, conclude)
