"""What happens to a request for approval, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.kernel.events import JsonValue


class ApprovalEventType(StrEnum):
    """The names under which the events travel to every sink."""

    CREATED = "approval_request.created"
    APPROVED = "approval_request.approved"
    REJECTED = "approval_request.rejected"
    CANCELED = "approval_request.canceled"
    EXPIRED = "approval_request.expired"
    SUCCEEDED = "approval_request.succeeded"
    FAILED = "approval_request.failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalEvent:
    """One fact; `data` holds amounts as integers of minor units, and ids as text."""

    type: ApprovalEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)
