"""What lists of reviews, rules, entries and backtests can be narrowed to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.review import FraudReview, ReviewOutcome, ReviewStatus
    from domain.fraud.rule import RuleAction, RuleStatus
    from domain.kernel.span import Span


class ReviewSla(StrEnum):
    """How much of its time a waiting review has left."""

    ON_TIME = "ON_TIME"
    WARNED = "WARNED"
    ESCALATED = "ESCALATED"
    OVERDUE = "OVERDUE"
    """It should have been voided already."""


def sla_of(review: FraudReview, now: datetime) -> ReviewSla | None:
    """How much of its time a review has left; None for one that is decided."""
    if not review.waiting:
        return None
    if now >= review.due_at:
        return ReviewSla.OVERDUE
    if review.escalated_at is not None or now >= review.escalate_at:
        return ReviewSla.ESCALATED
    return ReviewSla.WARNED if review.warned or now >= review.warn_at else ReviewSla.ON_TIME


class ReviewOrder(StrEnum):
    """How a list of reviews is sorted."""

    DUE_AT_ASC = "DUE_AT_ASC"
    OPENED_AT_DESC = "OPENED_AT_DESC"
    OPENED_AT_ASC = "OPENED_AT_ASC"
    AMOUNT_DESC = "AMOUNT_DESC"
    AMOUNT_ASC = "AMOUNT_ASC"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilter:
    """Empty fields do not narrow; `now` is what `sla` and `snoozed` are measured by.

    `unassigned` are those that anybody may claim, escalated ones included. `amount` is in ten-thousandths of the major
    unit.
    """

    merchant_ids: tuple[UUID, ...] | None = None
    status: tuple[ReviewStatus, ...] | None = None
    assignee_ids: tuple[UUID, ...] | None = None
    unassigned: bool | None = None
    snoozed: bool | None = None
    sla: tuple[ReviewSla, ...] | None = None
    outcome: tuple[ReviewOutcome, ...] | None = None
    rule_ids: tuple[UUID, ...] | None = None
    currency: tuple[str, ...] | None = None
    amount: Span[int] | None = None
    due_at: Span[datetime] | None = None
    opened_at: Span[datetime] | None = None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """Which reviews somebody wants the next of; `merchant_ids` are those where the claimer may decide (None: all)."""

    merchant_ids: tuple[UUID, ...] | None = None
    currency: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFilter:
    """Empty fields do not narrow. `platform`: only rules over all merchants, or only merchants' own."""

    merchant_ids: tuple[UUID, ...] | None = None
    platform: bool | None = None
    status: tuple[RuleStatus, ...] | None = None
    action: tuple[RuleAction, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntryFilter:
    """The entries of one author's list; `expired` shows those that count no more, or only those that do."""

    merchant_id: UUID
    list_name: str
    value: str | None = None
    expired: bool | None = None
    now: datetime
