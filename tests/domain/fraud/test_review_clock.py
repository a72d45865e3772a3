"""The clock of a review ends before the authorization does, whatever that lasts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fraud.review_clock import ESCALATED_BEFORE, LASTS_UNKNOWN, MARGIN, WARNED_BEFORE, review_clock
from tests.builders.moments import MORNING

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("lasts", "warned", "escalated", "due"),
    [
        (7 * DAY, 7 * DAY - 54 * HOUR, 7 * DAY - 30 * HOUR, 7 * DAY - 6 * HOUR),
        (30 * DAY, 30 * DAY - 54 * HOUR, 30 * DAY - 30 * HOUR, 30 * DAY - 6 * HOUR),
        # Of little time there is a tenth left for the void, half before the warning and three quarters to escalate.
        (10 * HOUR, 4.5 * HOUR, 6.75 * HOUR, 9 * HOUR),
        (60 * HOUR, 27 * HOUR, 40.5 * HOUR, 54 * HOUR),
        (timedelta(0), timedelta(0), timedelta(0), timedelta(0)),
    ],
)
def test_of_an_authorization_that_lasts(
    lasts: timedelta, warned: timedelta, escalated: timedelta, due: timedelta
) -> None:
    clock = review_clock(MORNING, MORNING + lasts)
    assert (clock.warn_at, clock.escalate_at, clock.due_at) == (MORNING + warned, MORNING + escalated, MORNING + due)


def test_an_authorization_of_which_nobody_says_how_long_it_lasts_lasts_a_week() -> None:
    assert review_clock(MORNING, None) == review_clock(MORNING, MORNING + LASTS_UNKNOWN)


def test_one_that_has_lapsed_is_due_at_once() -> None:
    assert review_clock(MORNING, MORNING - DAY).due_at == MORNING


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)))
def test_the_moments_come_in_their_order_and_before_the_end(lasts: timedelta) -> None:
    clock = review_clock(MORNING, MORNING + lasts)
    assert MORNING <= clock.warn_at <= clock.escalate_at <= clock.due_at <= MORNING + lasts
    assert MORNING + lasts - clock.due_at <= MARGIN
    assert clock.due_at - clock.warn_at <= WARNED_BEFORE
    assert clock.due_at - clock.escalate_at <= ESCALATED_BEFORE
