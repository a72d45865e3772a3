"""Cut-offs fall on business days in the merchant's own time, also where its clocks go forward, back or month by month."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.settlements.schedule import (
    BankCalendar,
    Frequency,
    ReserveRule,
    Schedule,
    covered_date,
    default_schedule,
    local_moment,
)
from tests.builders.money import EUR, eur
from tests.builders.settlements import a_reserve, a_schedule

if TYPE_CHECKING:
    from collections.abc import Iterable

BERLIN, NEW_YORK, SAO_PAULO = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "America/Sao_Paulo"))
ZONES = st.sampled_from(
    [BERLIN, NEW_YORK, SAO_PAULO, *(ZoneInfo(name) for name in ("UTC", "Pacific/Apia", "Asia/Kolkata", "Africa/Cairo"))]
)
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30, 59]))
SCHEDULES = st.one_of(
    st.builds(a_schedule, cut_off_time=TIMES, delay_days=st.integers(0, 30)),
    st.builds(a_schedule, frequency=st.just(Frequency.WEEKLY), weekday=st.integers(1, 7), cut_off_time=TIMES),
    st.builds(a_schedule, frequency=st.just(Frequency.MONTHLY), day_of_month=st.integers(1, 31), cut_off_time=TIMES),
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - see timezones


class Closed:
    """A stand-in calendar: weekends, and these days."""

    def __init__(self, days: Iterable[date] = ()) -> None:
        self._days = frozenset(days)

    def is_business_day(self, calendar: BankCalendar, day: date) -> bool:
        return day.isoweekday() <= 5 and day not in self._days


def first(schedule: Schedule, after: str, zone: ZoneInfo = BERLIN, closed: Iterable[date] = ()) -> str:
    """The first cut-off after a local time, as a local time."""
    moment = datetime.fromisoformat(after).replace(tzinfo=zone)
    found = schedule.next_cut_off(moment, zone, Closed(closed))
    assert found is not None
    return found.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def weekly(weekday: int, **values: Any) -> Schedule:
    return a_schedule(frequency=Frequency.WEEKLY, weekday=weekday, **values)


def monthly(day: int, **values: Any) -> Schedule:
    return a_schedule(frequency=Frequency.MONTHLY, day_of_month=day, **values)


@pytest.mark.parametrize(
    ("schedule", "after", "cut_off"),
    [
        # Midnight is the end of the day, so Friday ends on Saturday, and the weekend with Monday.
        (a_schedule(), "2026-03-02 09:00", "2026-03-03 00:00"),
        (a_schedule(), "2026-03-03 00:00", "2026-03-04 00:00"),
        (a_schedule(), "2026-03-06 09:00", "2026-03-07 00:00"),
        (a_schedule(), "2026-03-07 00:00", "2026-03-10 00:00"),
        (a_schedule(cut_off_time=time(17, 30)), "2026-03-06 17:29", "2026-03-06 17:30"),
        (a_schedule(cut_off_time=time(17, 30)), "2026-03-06 17:30", "2026-03-09 17:30"),
        (weekly(5), "2026-03-02 09:00", "2026-03-07 00:00"),
        (weekly(5), "2026-03-07 00:00", "2026-03-14 00:00"),
        # A Sunday's gives way to Monday.
        (weekly(7, cut_off_time=time(12)), "2026-03-02 13:00", "2026-03-09 12:00"),
        (monthly(15), "2026-03-02 09:00", "2026-03-17 00:00"),
        # Months end when they do: 30 April is a Thursday, 31 May a Sunday.
        (monthly(31), "2026-04-02 09:00", "2026-05-01 00:00"),
        (monthly(31), "2026-05-01 00:00", "2026-06-02 00:00"),
        # 29 February is there in leap years only: a Thursday in 2024, in 2026 the 28th is a Saturday.
        (monthly(29), "2024-02-01 00:00", "2024-03-01 00:00"),
        (monthly(29), "2026-02-01 00:00", "2026-03-03 00:00"),
        (monthly(30), "2025-12-31 00:00", "2026-01-31 00:00"),
    ],
)
def test_the_next_cut_off(schedule: Schedule, after: str, cut_off: str) -> None:
    assert first(schedule, after) == cut_off


def test_a_holiday_gives_way_to_the_next_business_day() -> None:
    easter = [date(2026, 4, 3), date(2026, 4, 6)]
    assert first(a_schedule(), "2026-04-02 12:00", closed=easter) == "2026-04-03 00:00"
    assert first(a_schedule(), "2026-04-03 12:00", closed=easter) == "2026-04-08 00:00"
    assert first(weekly(5), "2026-04-01 12:00", closed=easter) == "2026-04-08 00:00"
    # That week's cut-off is not forgotten for it, nor that of the next.
    assert first(weekly(5), "2026-04-08 00:00", closed=easter) == "2026-04-11 00:00"
    assert first(monthly(3), "2026-04-04 12:00", closed=easter) == "2026-04-08 00:00"


@pytest.mark.parametrize(
    ("zone", "at", "after", "utc"),
    [
        # Clocks go forward: 02:30 is read with the offset before the gap, and comes out as 03:30.
        (BERLIN, time(2, 30), "2024-03-30 12:00", "2024-04-01 00:30"),
        (NEW_YORK, time(17), "2026-03-06 17:00", "2026-03-09 21:00"),
        (NEW_YORK, time(17), "2026-03-05 17:00", "2026-03-06 22:00"),
        # Clocks go back in the night to the second of November.
        (NEW_YORK, time(0), "2025-10-31 12:00", "2025-11-01 04:00"),
        (NEW_YORK, time(0), "2025-11-01 12:00", "2025-11-04 05:00"),
        # In São Paulo the fourth of November 2018 began at one, and the eighteenth of February with a second 23 o'clock.
        (SAO_PAULO, time(0), "2018-11-01 12:00", "2018-11-02 03:00"),
        (SAO_PAULO, time(0), "2018-11-03 12:00", "2018-11-06 02:00"),
        (SAO_PAULO, time(0), "2018-02-15 12:00", "2018-02-16 02:00"),
        (SAO_PAULO, time(0), "2018-02-17 12:00", "2018-02-20 03:00"),
    ],
)
def test_clocks_that_change(zone: ZoneInfo, at: time, after: str, utc: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=zone)
    cut_off = a_schedule(cut_off_time=at).next_cut_off(moment, zone, Closed())
    assert cut_off is not None
    assert cut_off.strftime("%Y-%m-%d %H:%M") == utc


def test_a_local_time_that_there_is_twice_or_not_at_all() -> None:
    assert local_moment(date(2018, 11, 4), time(0), SAO_PAULO).astimezone(SAO_PAULO).hour == 1
    first_of_two = local_moment(date(2025, 11, 2), time(1, 30), NEW_YORK)
    assert first_of_two == datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
    assert local_moment(date(2024, 3, 31), time(2, 30), BERLIN) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("delay", "cut_off", "settles_on"),
    [
        (0, "2026-03-03 00:00", "2026-03-02"),
        (1, "2026-03-03 00:00", "2026-03-03"),
        (2, "2026-03-06 17:00", "2026-03-10"),
        # Somebody closed it on a Saturday.
        (0, "2026-03-07 12:00", "2026-03-09"),
        (1, "2026-03-07 12:00", "2026-03-10"),
        # 28 February 2024, a Wednesday, and the leap day after it.
        (1, "2024-02-29 00:00", "2024-02-29"),
        (2, "2024-02-29 00:00", "2024-03-01"),
    ],
)
def test_the_settlement_date(delay: int, cut_off: str, settles_on: str) -> None:
    moment = datetime.fromisoformat(cut_off).replace(tzinfo=BERLIN)
    schedule = a_schedule(delay_days=delay)
    assert schedule.settlement_date(moment, BERLIN, Closed()) == date.fromisoformat(settles_on)


def test_a_manual_schedule_has_no_cut_off() -> None:
    manual = a_schedule(frequency=Frequency.MANUAL)
    assert manual.next_cut_off(datetime(2026, 3, 2, tzinfo=UTC), BERLIN, Closed()) is None


@given(schedule=SCHEDULES, after=MOMENTS, zone=ZONES)
def test_cut_offs_grow_and_fall_on_business_days(schedule: Schedule, after: datetime, zone: ZoneInfo) -> None:
    closed = Closed([(after + timedelta(days=days)).date() for days in (1, 2, 5)])
    moments = [after]
    for _ in range(5):
        following = schedule.next_cut_off(moments[-1], zone, closed)
        assert following is not None
        moments.append(following)
    assert all(earlier < later for earlier, later in pairwise(moments))
    for cut_off in moments[1:]:
        settles_on = schedule.settlement_date(cut_off, zone, closed)
        assert closed.is_business_day(schedule.calendar, settles_on)
        assert settles_on >= covered_date(cut_off, zone)
        skipped = [
            covered_date(cut_off, zone) + timedelta(days=days)
            for days in range((settles_on - covered_date(cut_off, zone)).days)
        ]
        assert sum(closed.is_business_day(schedule.calendar, day) for day in skipped) == schedule.delay_days


@given(after=MOMENTS, zone=ZONES)
def test_no_business_day_goes_without_its_cut_off(after: datetime, zone: ZoneInfo) -> None:
    schedule, closed = a_schedule(cut_off_time=time(0)), Closed()
    following = schedule.next_cut_off(after, zone, closed)
    assert following is not None
    begin, end = covered_date(after, zone), covered_date(following, zone)
    between = [begin + timedelta(days=days) for days in range(1, (end - begin).days)]
    assert not any(closed.is_business_day(schedule.calendar, day) for day in between)


@pytest.mark.parametrize(
    "values",
    [
        {"frequency": Frequency.WEEKLY},
        {"frequency": Frequency.DAILY, "weekday": 1},
        {"frequency": Frequency.WEEKLY, "weekday": 0},
        {"frequency": Frequency.WEEKLY, "weekday": 8},
        {"frequency": Frequency.MONTHLY},
        {"frequency": Frequency.MONTHLY, "day_of_month": 32},
        {"frequency": Frequency.MONTHLY, "day_of_month": 1, "weekday": 1},
        {"delay_days": -1},
        {"delay_days": 31},
        {"cut_off_time": time(12, 0, 1)},
        {"cut_off_time": time(12, tzinfo=UTC)},
        {"minimum_payout": eur("-0.01")},
    ],
)
def test_what_is_no_schedule(values: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        a_schedule(**values)


@pytest.mark.parametrize(
    ("percent", "days"), [("-1", 1), ("100.01", 1), ("1.005", 1), ("10", 0), ("0", 1), ("10", 366)]
)
def test_what_is_no_reserve(percent: str, days: int) -> None:
    with pytest.raises(Invalid):
        ReserveRule(percent=Decimal(percent), days=days)


def test_a_reserve_is_rounded_half_even_once() -> None:
    assert [a_reserve("12.5").held_of(minor) for minor in (0, 4, 12, 20, 100)] == [0, 0, 2, 2, 12]
    assert ReserveRule().held_of(10**15) == 0


@pytest.mark.parametrize(
    ("country", "calendar"),
    [
        ("AR", BankCalendar.ARGENTINA),
        ("BR", BankCalendar.BRAZIL),
        ("US", BankCalendar.UNITED_STATES),
        ("DE", BankCalendar.TARGET2),
        ("JP", BankCalendar.TARGET2),
    ],
)
def test_what_an_account_has_until_somebody_sets_another(country: str, calendar: BankCalendar) -> None:
    assert default_schedule(country, EUR) == a_schedule(calendar=calendar)
