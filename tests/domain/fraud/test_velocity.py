"""Windows, where they begin, and what is counted in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fraud.trace import Trace, hash_of
from domain.fraud.velocity import (
    LONGEST_WINDOW,
    MOST_COUNTED,
    SHORTEST_WINDOW,
    Dimension,
    VelocityFigures,
    VelocityQuery,
    window_of,
    window_start,
)
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy
from tests.fakes.velocity import recount

BLUE, RED = new_uuid(MORNING), new_uuid(MORNING)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


def a_trace(seconds: int = 0, card: str = "fp_1", **values: Any) -> Trace:
    """A payment of 10 euros with a card at the blue merchant."""
    hashes = {Dimension.CARD: hash_of(Dimension.CARD, card), **values.pop("hashes", {})}
    defaults: dict[str, Any] = {
        "merchant_id": BLUE,
        "payment_id": new_uuid(MORNING),
        "at": after(seconds),
        "amount": eur(10),
        "hashes": hashes,
    }
    return Trace(**{**defaults, **values})


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1m", 1), ("10m", 10), ("60m", 60), ("1h", 60), ("24h", 1440), ("720h", 43_200), ("30d", 43_200)],
)
def test_a_window_is_minutes_hours_or_days(text: str, minutes: int) -> None:
    assert window_of(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        *("", "0m", "31d", "721h", "43201m", "1", "m", "1s", "1w", "01h", "-1h", "+1h", "1.5h", " 1h", "1h ", "1h\n"),
        *("1H", "1h30m", "\u0663h", "\uff11h", "999999999999999999d"),
    ],
)
def test_everything_else_is_no_window(text: str) -> None:
    with pytest.raises(Invalid, match="from 1 minute to 30 days") as refused:
        window_of(text, ("a", "b"))
    assert refused.value.path == ("a", "b")


@given(st.text(max_size=8))
def test_whatever_is_read_is_within_the_bounds(text: str) -> None:
    try:
        window = window_of(text)
    except Invalid:
        return
    assert SHORTEST_WINDOW <= window <= LONGEST_WINDOW


@given(st.sampled_from(Dimension), moments, st.timedeltas(SHORTEST_WINDOW, LONGEST_WINDOW))
def test_a_window_never_begins_later_than_it_should(dimension: Dimension, at: datetime, window: timedelta) -> None:
    start = window_start(dimension, at, window)
    early = at - window - start
    if dimension is not Dimension.MERCHANT:
        assert early == timedelta()
    elif window > timedelta(days=1):
        assert timedelta() <= early < timedelta(hours=1)
        assert (start.minute, start.second, start.microsecond) == (0, 0, 0)
    else:
        assert timedelta() <= early < timedelta(minutes=1)
        assert (start.second, start.microsecond) == (0, 0)


def test_earlier_payments_of_the_same_card_are_counted_and_this_one_is_not() -> None:
    mine = a_trace(3600)
    earlier = [a_trace(0), a_trace(1), a_trace(1, card="fp_2"), mine]
    hour = VelocityQuery(dimension=Dimension.CARD, window=timedelta(hours=1))
    assert recount(earlier, mine, hour, mine.at) == VelocityFigures(count=2, sum_minor=2000)


def test_a_window_has_its_first_moment_and_nothing_before_it() -> None:
    mine = a_trace(60)
    minute = VelocityQuery(dimension=Dimension.CARD, window=timedelta(minutes=1))
    before = a_trace(0, at=MORNING - timedelta(microseconds=1))
    assert recount([a_trace(0), before], mine, minute, mine.at).count == 1


@pytest.mark.parametrize(
    ("hours", "ago", "count"),
    [
        (2, timedelta(hours=2, seconds=29), 1),
        (2, timedelta(hours=2, seconds=31), 0),
        (24, timedelta(hours=24, seconds=31), 0),
        (25, timedelta(hours=25, minutes=29), 1),
        (25, timedelta(hours=25, minutes=31), 0),
    ],
)
def test_a_merchant_is_counted_from_the_whole_minute_or_hour(hours: int, ago: timedelta, count: int) -> None:
    mine = a_trace(0, at=MORNING + timedelta(minutes=30, seconds=30))
    query = VelocityQuery(dimension=Dimension.MERCHANT, window=timedelta(hours=hours))
    assert recount([a_trace(0, at=mine.at - ago, card="fp_2")], mine, query, mine.at).count == count


def test_other_currencies_are_counted_and_not_added() -> None:
    mine = a_trace(60)
    hour = VelocityQuery(dimension=Dimension.CARD, window=timedelta(hours=1))
    assert recount([a_trace(0, amount=jpy(500)), a_trace(0)], mine, hour, mine.at) == VelocityFigures(
        count=2, sum_minor=1000
    )


def test_different_known_values_are_counted() -> None:
    def of(email: str) -> dict[Dimension, int]:
        return {Dimension.EMAIL: hash_of(Dimension.EMAIL, email)}

    mine = a_trace(60, hashes=of("new@example.com"))
    emails = frozenset({Dimension.EMAIL, Dimension.MERCHANT, Dimension.IP})
    query = VelocityQuery(dimension=Dimension.CARD, window=timedelta(hours=1), distinct=emails)
    earlier = [
        a_trace(0, hashes=of("a@example.com")),
        a_trace(1, hashes=of("a@example.com")),
        a_trace(2, hashes=of("b@example.com"), merchant_id=RED),
        a_trace(3),
    ]
    found = recount(earlier, mine, query, mine.at)
    assert found.count == 4
    assert found.distinct == {Dimension.EMAIL: 2, Dimension.MERCHANT: 2, Dimension.IP: 0}
    assert recount(earlier, mine, query, mine.at, here=True).count == 3


def test_what_a_payment_has_not_is_not_counted() -> None:
    mine = a_trace(60)
    query = VelocityQuery(dimension=Dimension.EMAIL, window=timedelta(hours=1))
    assert recount([a_trace(0), a_trace(1)], mine, query, mine.at) == VelocityFigures()


def test_only_the_newest_are_counted_of_very_many() -> None:
    mine = a_trace(3600)
    earlier = [a_trace(0, amount=eur(999)), *(a_trace(1) for _ in range(MOST_COUNTED))]
    query = VelocityQuery(dimension=Dimension.CARD, window=timedelta(days=1))
    found = recount(earlier, mine, query, mine.at)
    assert found == VelocityFigures(count=MOST_COUNTED, sum_minor=1000 * MOST_COUNTED)
