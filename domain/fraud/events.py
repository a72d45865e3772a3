"""What happens to rules and reviews, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.kernel.events import JsonValue


class FraudRuleEventType(StrEnum):
    """The names under which the events of rules travel to every sink."""

    CREATED = "fraud_rule.created"
    REVISED = "fraud_rule.revised"
    SHADOWED = "fraud_rule.shadowed"
    PUBLISHED = "fraud_rule.published"
    DISABLED = "fraud_rule.disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudRuleEvent:
    """One fact about a rule."""

    type: FraudRuleEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)


class FraudReviewEventType(StrEnum):
    """The names under which the events of reviews travel to every sink."""

    OPENED = "fraud_review.opened"
    ASSIGNED = "fraud_review.assigned"
    RELEASED = "fraud_review.released"
    ESCALATED = "fraud_review.escalated"
    SNOOZED = "fraud_review.snoozed"
    SLA_WARNING = "fraud_review.sla_warning"
    CLOSED = "fraud_review.closed"
    REOPENED = "fraud_review.reopened"
    OUTCOME_RECORDED = "fraud_review.outcome_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudReviewEvent:
    """One fact about a review; `data` holds amounts as integers of minor units, and ids as text."""

    type: FraudReviewEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)
