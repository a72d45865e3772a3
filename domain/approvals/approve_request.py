"""Say yes to what somebody else asked for, and do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.carrying_out import carry_out
from domain.approvals.changing import change_request

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.ports import ApprovalPorts
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRequest:
    """Which request."""

    request_id: UUID


async def approve_request(ports: ApprovalPorts, actor: Actor, command: ApproveRequest) -> ApprovalRequest:
    """The request after it was carried out: succeeded, failed, or approved still while that cannot be told.

    Whoever has approved it already and asks again, as after a timeout, gets it as it is: it is done once.

    Raises `NotFound`, `Forbidden`, `TransitionNotAllowed`, `RequestExpired`, `ApproverIsNoPerson`,
    `ApproverIsRequester`, `ApproverLacksRole` and `Unavailable`.
    """
    fresh = False

    def approve(request: ApprovalRequest, at: datetime) -> ApprovalRequest:
        nonlocal fresh
        fresh = not request.approved_by(actor)
        return request.approve(actor, at) if fresh else request

    approved = await change_request(ports, actor, command.request_id, "approve", approve)
    return await carry_out(ports, actor, approved) if fresh else approved
