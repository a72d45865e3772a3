"""What happens to disputes and warnings, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.kernel.events import JsonValue


class DisputeEventType(StrEnum):
    """The names under which a dispute's events travel to every sink."""

    CREATED = "dispute.created"
    UPDATED = "dispute.updated"
    EVIDENCE_SUBMITTED = "dispute.evidence_submitted"
    FUNDS_WITHDRAWN = "dispute.funds_withdrawn"
    FUNDS_REINSTATED = "dispute.funds_reinstated"
    CLOSED = "dispute.closed"


class WarningEventType(StrEnum):
    """The same of early fraud warnings."""

    CREATED = "early_fraud_warning.created"
    UPDATED = "early_fraud_warning.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeEvent:
    """One fact; `data` holds amounts as integers of minor units, and ids as text.

    Of an update, `data["change"]` says what changed.
    """

    type: DisputeEventType | WarningEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)
