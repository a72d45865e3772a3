"""One line of a dispute's story, as it is read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.events import DisputeEventType
    from domain.kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """An event with whoever caused it; `sequence` numbers the dispute's events from 1."""

    id: UUID
    merchant_id: UUID
    dispute_id: UUID
    sequence: int
    type: DisputeEventType
    occurred_at: datetime
    actor_kind: str
    actor_name: str
    data: Mapping[str, JsonValue]
