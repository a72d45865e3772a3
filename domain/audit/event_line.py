"""An event as it is read back, with whoever caused it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """As of `domain.kernel.events.Event`: `sequence` numbers the events of the object that it happened to, from 1."""

    id: UUID
    merchant_id: UUID
    subject_type: str
    subject_id: UUID
    sequence: int
    name: str
    occurred_at: datetime
    actor_name: str
