"""How much of its time a review has left."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.fraud.filter import ReviewSla, sla_of
from domain.fraud.review import WAITING, ReviewStatus
from tests.builders.fraud_reviews import DUE_AT, ESCALATE_AT, WARN_AT, a_review
from tests.builders.moments import MORNING

BEFORE = timedelta(microseconds=-1)


@pytest.mark.parametrize(
    ("now", "sla"),
    [
        (MORNING, ReviewSla.ON_TIME),
        (WARN_AT + BEFORE, ReviewSla.ON_TIME),
        (WARN_AT, ReviewSla.WARNED),
        (ESCALATE_AT + BEFORE, ReviewSla.WARNED),
        (ESCALATE_AT, ReviewSla.ESCALATED),
        (DUE_AT + BEFORE, ReviewSla.ESCALATED),
        (DUE_AT, ReviewSla.OVERDUE),
    ],
)
def test_by_the_clock(now: datetime, sla: ReviewSla) -> None:
    assert sla_of(a_review(), now) is sla


def test_what_was_said_already_counts_before_its_time() -> None:
    assert sla_of(a_review(warned=True), MORNING) is ReviewSla.WARNED
    assert sla_of(a_review(escalated_at=MORNING), MORNING) is ReviewSla.ESCALATED
    assert sla_of(a_review(escalated_at=MORNING), DUE_AT) is ReviewSla.OVERDUE


@pytest.mark.parametrize("status", sorted(set(ReviewStatus) - WAITING))
def test_a_decided_one_has_no_time_to_lose(status: ReviewStatus) -> None:
    assert sla_of(a_review(status), DUE_AT) is None
