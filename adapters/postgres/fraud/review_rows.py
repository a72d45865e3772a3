"""Rows to fraud reviews and back: the only place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.currencies import all_currencies
from adapters.postgres.hydration import hydrator
from domain.fraud.events import FraudReviewEventType
from domain.fraud.review import DeclineReason, FraudReview, ReviewOutcome, ReviewStatus
from domain.fraud.review_note import Audience, ReviewNote
from domain.fraud.story import ReviewStoryLine
from domain.identity.actor import Realm

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

_CURRENCIES = {currency.code: currency for currency in all_currencies()}


def _no_events(_: Record) -> tuple[()]:
    return ()


def _rule_ids(row: Record) -> tuple[UUID, ...]:
    return tuple(row["rule_ids"])


def _mentions(row: Record) -> tuple[UUID, ...]:
    return tuple(row["mentions"])


review_of = hydrator(
    FraudReview,
    {
        "status": ReviewStatus,
        "currency": _CURRENCIES,
        "rule_ids": _rule_ids,
        "decline_reason": DeclineReason,
        "outcome": ReviewOutcome,
        "events": _no_events,
    },
)
"""A review from its row."""

_NOT_COLUMNS = frozenset({"events"})


def review_values(review: FraudReview) -> dict[str, Any]:
    """The columns of a review."""
    plain = {name: getattr(review, name) for name in FraudReview.__slots__ if name not in _NOT_COLUMNS}
    return {
        **plain,
        "status": review.status.value,
        "currency": review.currency.code,
        "currency_exponent": review.currency.exponent,
        "rule_ids": list(review.rule_ids),
        "decline_reason": review.decline_reason and review.decline_reason.value,
        "outcome": review.outcome and review.outcome.value,
    }


note_of = hydrator(ReviewNote, {"audience": Audience, "mentions": _mentions, "author_realm": Realm}, checked=False)
"""A note from its row."""


def note_values(note: ReviewNote) -> dict[str, Any]:
    """The columns of a note."""
    return {
        **{name: getattr(note, name) for name in ReviewNote.__slots__},
        "audience": note.audience.value,
        "mentions": list(note.mentions),
        "author_realm": note.author_realm.value,
    }


def story_line_of(row: Record) -> ReviewStoryLine:
    """A line of the story from its event's row."""
    return ReviewStoryLine(
        id=row["id"],
        merchant_id=row["merchant_id"],
        review_id=row["subject_id"],
        sequence=row["sequence"],
        type=FraudReviewEventType(row["name"]),
        occurred_at=row["occurred_at"],
        actor_kind=row["actor_kind"],
        actor_name=row["actor_name"],
        data=row["data"],
    )
