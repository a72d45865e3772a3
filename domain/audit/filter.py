"""Which audit records a list is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Everything given must hold; a tuple means any of."""

    action: tuple[str, ...] | None = None
    actor_id: UUID | None = None
    subject_id: UUID | None = None
    occurred_at: Span[datetime] | None = None
