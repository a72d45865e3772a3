"""Take back what one asked for oneself."""

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
class CancelRequest:
    """`reason` is for whoever was to decide."""

    request_id: UUID
    reason: str | None = None


async def cancel_request(ports: ApprovalPorts, actor: Actor, command: CancelRequest) -> ApprovalRequest:
    """The canceled request.

    Raises `NotFound`, `Forbidden`, `Invalid`, `TransitionNotAllowed`, `CancelerIsNotRequester` and `Unavailable`.
    """
    return await change_request(
        ports, actor, command.request_id, "cancel", lambda request, at: request.cancel(actor, at, command.reason)
    )
