from __future__ import annotations

from datetime import timedelta

import pytest

from tests.domain.identity.people import SetClock
from web.limits import RateLimiter


@pytest.mark.parametrize("limit", [1, 7, 60, 300, 6000])
def test_a_minutes_allowance_at_once_and_not_one_more(limit: int) -> None:
    limiter = RateLimiter(limit, SetClock())
    assert [limiter.check("a") for _ in range(limit)] == [None] * limit
    assert limiter.check("a") is not None
    assert limiter.check("b") is None


@pytest.mark.parametrize("limit", [1, 7, 60, 300])
def test_waiting_as_long_as_told_is_enough(limit: int) -> None:
    clock = SetClock()
    limiter = RateLimiter(limit, clock)
    while (wait := limiter.check("a")) is None:
        pass
    clock.advance(timedelta(seconds=wait))
    assert limiter.check("a") is None


def test_the_rate_holds_over_time() -> None:
    clock = SetClock()
    limiter = RateLimiter(30, clock)
    allowed = 0
    for _ in range(600):
        allowed += limiter.check("a") is None
        clock.advance(timedelta(seconds=1))
    assert allowed == pytest.approx(30 + 300, abs=1)


def test_a_refused_request_costs_nothing() -> None:
    clock = SetClock()
    limiter = RateLimiter(1, clock)
    limiter.check("a")
    answers: list[int | None] = []
    for _ in range(60):
        clock.advance(timedelta(seconds=1))
        answers.append(limiter.check("a"))
    assert answers == [*range(59, 0, -1), None]


def test_a_clock_set_back_locks_nobody_out_for_long() -> None:
    clock = SetClock()
    limiter = RateLimiter(2, clock)
    limiter.check("a")
    clock.advance(timedelta(days=-1))
    wait = limiter.check("a")
    assert wait is None or wait <= 60


def test_the_number_of_keys_is_bounded() -> None:
    limiter = RateLimiter(1, SetClock(), most_keys=3)
    for number in range(100):
        limiter.check(str(number))
    assert len(limiter._full_at) == 3
    assert limiter.check("99") is not None
