"""Say no to what somebody else asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.changing import change_request

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.ports import ApprovalPorts
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRequest:
    """`reason` is for whoever asked."""

    request_id: UUID
    reason: str


async def reject_request(ports: ApprovalPorts, actor: Actor, command: RejectRequest) -> ApprovalRequest:
    """The rejected request.

    Raises `NotFound`, `Forbidden`, `Invalid`, `TransitionNotAllowed`, `ApproverIsNoPerson`, `ApproverIsRequester` and
    `Unavailable`.
    """
    return await change_request(
        ports, actor, command.request_id, "reject", lambda request, at: request.reject(actor, at, command.reason)
    )
