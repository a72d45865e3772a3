"""One line of a review's story, as it is read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.events import FraudReviewEventType
    from domain.kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStoryLine:
    """An event with whoever caused it; `sequence` numbers the review's events from 1."""

    id: UUID
    merchant_id: UUID
    review_id: UUID
    sequence: int
    type: FraudReviewEventType
    occurred_at: datetime
    actor_kind: str
    actor_name: str
    data: Mapping[str, JsonValue]
