"""What may be done with a request now, by whom it is asked, and why not when it may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.errors import DomainError

if TYPE_CHECKING:
    from datetime import datetime

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor


class RequestAction(StrEnum):
    """A mutation on one request."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableRequestAction:
    """`reason` says why it is not allowed."""

    action: RequestAction
    reason: str | None

    @property
    def allowed(self) -> bool:
        """Whether the mutation would be taken on."""
        return self.reason is None


def available_request_actions(request: ApprovalRequest, actor: Actor, at: datetime) -> list[AvailableRequestAction]:
    """All actions in a fixed order; the verbs refuse by the very same reasons."""
    return [
        AvailableRequestAction(action=action, reason=_refusal(action, request, actor, at)) for action in RequestAction
    ]


def _refusal(action: RequestAction, request: ApprovalRequest, actor: Actor, at: datetime) -> str | None:
    # A request is a value: what tries a transition changes nothing, and hears what the verb would hear.
    try:
        if action is RequestAction.APPROVE:
            request.approve(actor, at)
        elif action is RequestAction.REJECT:
            request.reject(actor, at, "-")
        else:
            request.cancel(actor, at)
    except DomainError as error:
        return error.message
    return None
