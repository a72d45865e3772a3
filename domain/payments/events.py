"""What happens to a payment, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.kernel.events import JsonValue


class PaymentEventType(StrEnum):
    """The names under which the events travel to every sink."""

    CREATED = "payment.created"
    ACTION_REQUIRED = "payment.action_required"
    CONFIRMED = "payment.confirmed"
    AUTHORIZED = "payment.authorized"
    HELD_FOR_REVIEW = "payment.held_for_review"
    RELEASED_FROM_REVIEW = "payment.released_from_review"
    CAPTURE_REQUESTED = "payment.capture_requested"
    CAPTURED = "payment.captured"
    CAPTURE_FAILED = "payment.capture_failed"
    VOID_REQUESTED = "payment.void_requested"
    VOIDED = "payment.voided"
    VOID_FAILED = "payment.void_failed"
    REFUND_REQUESTED = "payment.refund_requested"
    REFUNDED = "payment.refunded"
    REFUND_FAILED = "payment.refund_failed"
    DISPUTE_FUNDS_WITHDRAWN = "payment.dispute_funds_withdrawn"
    DISPUTE_FUNDS_REINSTATED = "payment.dispute_funds_reinstated"
    DECLINED = "payment.declined"
    FAILED = "payment.failed"
    CANCELED = "payment.canceled"
    EXPIRED = "payment.expired"
    OUTCOME_UNKNOWN = "payment.outcome_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """One fact; `data` holds amounts as integers of minor units, and ids as text."""

    type: PaymentEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)
