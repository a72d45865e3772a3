"""What happens to payouts, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.kernel.events import JsonValue


class PayoutEventType(StrEnum):
    """The names under which the events of payouts travel to every sink."""

    CREATED = "payout.created"
    APPROVED = "payout.approved"
    REJECTED = "payout.rejected"
    HELD = "payout.held"
    RELEASED = "payout.released"
    CANCELED = "payout.canceled"
    IN_TRANSIT = "payout.in_transit"
    PAID = "payout.paid"
    FAILED = "payout.failed"
    RETURNED = "payout.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutEvent:
    """One fact about a payout; `data` holds amounts as integers of minor units, and ids as text."""

    type: PayoutEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)
