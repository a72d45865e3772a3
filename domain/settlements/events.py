"""What happens to settlements and reserves, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.kernel.events import JsonValue


class SettlementEventType(StrEnum):
    """The names under which a settlement's events travel to every sink."""

    OPENED = "settlement.opened"
    RESCHEDULED = "settlement.rescheduled"
    CLOSED = "settlement.closed"
    PAID_OUT = "settlement.paid_out"


class ReserveEventType(StrEnum):
    """The same of what is held in reserve."""

    HELD = "reserve.held"
    RELEASED = "reserve.released"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementEvent:
    """One fact; `data` holds amounts as integers of minor units, and ids and moments as text."""

    type: SettlementEventType | ReserveEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)
