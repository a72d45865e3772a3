"""The last month that was over, by the calendar of the merchant's own zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.merchants.sales_month import last_month

ZONES = (
    "UTC", "Europe/Berlin", "America/Sao_Paulo", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu",
    "Pacific/Kiritimati", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo", "America/Asuncion",
)  # fmt: skip


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # ty: ignore[invalid-argument-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("at", "zone", "begin", "end"),
    [
        # Plain, and over New Year.
        (utc(2026, 3, 2, 9), "UTC", utc(2026, 2, 1), utc(2026, 3, 1)),
        (utc(2026, 1, 1), "UTC", utc(2025, 12, 1), utc(2026, 1, 1)),
        (utc(2025, 12, 31, 23, 59, 59), "UTC", utc(2025, 11, 1), utc(2025, 12, 1)),
        # The month begins by the merchant's clock: still February in New York, March already in Kolkata.
        (utc(2026, 3, 1, 4), "America/New_York", utc(2026, 1, 1, 5), utc(2026, 2, 1, 5)),
        (utc(2026, 2, 28, 18, 30), "Asia/Kolkata", utc(2026, 1, 31, 18, 30), utc(2026, 2, 28, 18, 30)),
        (utc(2026, 2, 28, 18, 29, 59), "Asia/Kolkata", utc(2025, 12, 31, 18, 30), utc(2026, 1, 31, 18, 30)),
        # A leap year's February.
        (utc(2028, 3, 1), "UTC", utc(2028, 2, 1), utc(2028, 3, 1)),
        (utc(2028, 2, 29, 23, 59), "UTC", utc(2028, 1, 1), utc(2028, 2, 1)),
        # The clocks of Berlin change within March and October: these months are an hour shorter and longer.
        (utc(2026, 4, 15), "Europe/Berlin", utc(2026, 2, 28, 23), utc(2026, 3, 31, 22)),
        (utc(2026, 11, 15), "Europe/Berlin", utc(2026, 9, 30, 22), utc(2026, 10, 31, 23)),
        # In Asuncion midnight of 1 October 2023 did not exist: the month began at one o'clock.
        (utc(2023, 11, 15), "America/Asuncion", utc(2023, 10, 1, 4), utc(2023, 11, 1, 3)),
    ],
)
def test_begin_and_end(at: datetime, zone: str, begin: datetime, end: datetime) -> None:
    assert last_month(at, zone) == (begin, end)


@given(st.integers(0, 30 * 365 * 86_400), st.sampled_from(ZONES))
def test_it_is_over_and_the_one_before_this(seconds: int, zone: str) -> None:
    at = utc(2010, 1, 1) + timedelta(seconds=seconds)
    begin, end = last_month(at, zone)
    assert begin < end <= at
    assert timedelta(days=27) < end - begin < timedelta(days=32)
    # Months lie next to each other, without a gap.
    assert last_month(end, zone) == (begin, end)
    assert last_month(end - timedelta(microseconds=1), zone)[1] == begin
    # What is counted by quarters of an hour is counted exactly.
    assert all(moment.timestamp() % 900 == 0 for moment in (begin, end))
    this, last = at.astimezone(ZoneInfo(zone)), (end - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    assert (this.year * 12 + this.month) - (last.year * 12 + last.month) == 1
