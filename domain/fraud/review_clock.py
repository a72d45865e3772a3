"""When a review has to be decided: before the authorization that it holds lapses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LASTS_UNKNOWN = timedelta(days=7)
"""How long an authorization is taken to last when its gateway does not say: the least that networks grant to cards."""
MARGIN = timedelta(hours=6)
ESCALATED_BEFORE = timedelta(hours=24)
WARNED_BEFORE = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClock:
    """At `warn_at` the reviewers are warned, at `escalate_at` it is escalated, at `due_at` the payment is voided."""

    warn_at: datetime
    escalate_at: datetime
    due_at: datetime


def review_clock(opened_at: datetime, expires_at: datetime | None) -> ReviewClock:
    """The clock of a review whose authorization lapses at `expires_at`.

    The margin is six hours, and a tenth of the time there is when that is less. The warning comes two days before the
    void and the escalation one day, and in the middle and after three quarters of the time when there is less.
    """
    lasts = max((expires_at or opened_at + LASTS_UNKNOWN) - opened_at, timedelta(0))
    time = lasts - min(MARGIN, lasts / 10)
    due_at = opened_at + time
    return ReviewClock(
        warn_at=due_at - min(WARNED_BEFORE, time / 2),
        escalate_at=due_at - min(ESCALATED_BEFORE, time / 4),
        due_at=due_at,
    )
