"""One line of a payment's story, as it is read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue
    from domain.payments.events import PaymentEventType


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """An event with whoever caused it; `sequence` numbers the payment's events from 1."""

    id: UUID
    merchant_id: UUID
    payment_id: UUID
    sequence: int
    type: PaymentEventType
    occurred_at: datetime
    actor_kind: str
    actor_name: str
    data: Mapping[str, JsonValue]
