"""The whole transition table, pair by pair, and what a row must never say."""

from __future__ import annotations

from typing import Any

import pytest

from domain.fraud.events import FraudReviewEventType
from domain.fraud.review import TRANSITIONS, WAITING, DeclineReason, FraudReview, ReviewStatus
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed, advance, finals
from tests.builders.fraud_reviews import a_review
from tests.builders.moments import MORNING, after
from tests.builders.money import eur

# From the status at the left to the one above; the rows and columns stand in the order of the enumeration.
TABLE = """
          OPEN ASSIGNED ESCALATED APPROVED DECLINED
OPEN      .    x        x         x        x
ASSIGNED  x    x        x         x        x
ESCALATED .    x        x         x        x
APPROVED  x    .        .         .        .
DECLINED  x    .        .         .        .
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
PAIRS = [
    (ReviewStatus(row[0]), target, mark == "x")
    for row in ROWS
    for target, mark in zip(ReviewStatus, row[1:], strict=True)
]
S = ReviewStatus


def test_the_table_is_whole() -> None:
    assert len(PAIRS) == len(ReviewStatus) ** 2 == 25
    assert set(TRANSITIONS) == set(ReviewStatus)


@pytest.mark.parametrize(("present", "target", "allowed"), PAIRS)
def test_every_pair(present: ReviewStatus, target: ReviewStatus, *, allowed: bool) -> None:
    if allowed:
        assert advance(TRANSITIONS, "fraud review", present, target) is target
    else:
        with pytest.raises(TransitionNotAllowed, match=f"A fraud review that is {present} cannot become {target}"):
            advance(TRANSITIONS, "fraud review", present, target)


def test_no_decision_is_final_as_long_as_money_allows_another() -> None:
    assert not finals(TRANSITIONS)
    assert {status for status in S if not a_review(status).waiting} == set(S) - WAITING == {S.APPROVED, S.DECLINED}


def test_what_is_held_is_money() -> None:
    assert a_review().amount == eur(100)


@pytest.mark.parametrize("status", S)
def test_every_status_can_be_built(status: ReviewStatus) -> None:
    assert a_review(status).status is status


@pytest.mark.parametrize(
    ("status", "values"),
    [
        (S.OPEN, {"amount_minor": 0}),
        (S.OPEN, {"assignee_id": new_uuid(MORNING)}),
        (S.OPEN, {"decided_at": MORNING, "decided_by_name": "Ada"}),
        (S.OPEN, {"decline_reason": DeclineReason.OTHER}),
        (S.ASSIGNED, {"assignee_id": None}),
        (S.ESCALATED, {"escalated_at": None}),
        (S.ESCALATED, {"snoozed_until": after(60)}),
        (S.APPROVED, {"decided_at": None}),
        (S.APPROVED, {"decided_by_name": None}),
        (S.APPROVED, {"decline_reason": DeclineReason.OTHER}),
        (S.APPROVED, {"snoozed_until": after(60)}),
        (S.DECLINED, {"decline_reason": None}),
    ],
)
def test_a_row_that_breaks_an_invariant_is_never_acted_upon(status: ReviewStatus, values: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="breaks an invariant"):
        a_review(status, **values)


def test_a_change_is_one_more_event_and_leaves_the_first_value_alone() -> None:
    review = a_review()
    changed: FraudReview = review.change(after(5), FraudReviewEventType.SLA_WARNING, {"x": 1}, warned=True)
    assert (changed.version, changed.updated_at, changed.warned) == (2, after(5), True)
    assert [(event.type, event.data) for event in changed.events] == [(FraudReviewEventType.SLA_WARNING, {"x": 1})]
    assert (review.version, review.events, review.warned) == (1, (), False)
