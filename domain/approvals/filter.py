"""Which requests for approval a list is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_action import ApprovalAction
    from domain.approvals.approval_request import ApprovalStatus
    from domain.kernel.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequestFilter:
    """Everything given must hold; a tuple means any of. `amount` is in ten-thousandths of the major unit."""

    status: tuple[ApprovalStatus, ...] | None = None
    action: tuple[ApprovalAction, ...] | None = None
    subject_id: UUID | None = None
    requested_by: UUID | None = None
    currency: tuple[str, ...] | None = None
    amount: Span[int] | None = None
    requested_at: Span[datetime] | None = None
