"""Bank holidays as the banks publish them, and what follows for settlements."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.banks.business_days import HolidayCalendars
from domain.settlements.schedule import BankCalendar
from tests.builders.settlements import a_schedule

DAYS = HolidayCalendars()
TARGET2, ARGENTINA, BRAZIL, UNITED_STATES = BankCalendar


@pytest.mark.parametrize(
    ("calendar", "day", "open_"),
    [
        # TARGET2 closes on six days beside weekends, and on no national holiday.
        (TARGET2, "2026-01-01", False),
        (TARGET2, "2026-04-03", False),
        (TARGET2, "2026-04-06", False),
        (TARGET2, "2026-05-01", False),
        (TARGET2, "2025-12-25", False),
        (TARGET2, "2025-12-26", False),
        (TARGET2, "2026-05-14", True),
        (TARGET2, "2025-10-03", True),
        (TARGET2, "2024-02-29", True),
        (TARGET2, "2026-03-07", False),
        (ARGENTINA, "2026-02-16", False),
        (ARGENTINA, "2026-02-17", False),
        (ARGENTINA, "2026-05-25", False),
        (ARGENTINA, "2026-11-06", False),
        (ARGENTINA, "2026-04-06", True),
        (BRAZIL, "2026-02-16", False),
        (BRAZIL, "2026-02-17", False),
        # On Ash Wednesday banks open at noon, and settle.
        (BRAZIL, "2026-02-18", True),
        (BRAZIL, "2026-06-04", False),
        (BRAZIL, "2026-11-20", False),
        (BRAZIL, "2026-12-24", True),
        (UNITED_STATES, "2026-11-26", False),
        (UNITED_STATES, "2026-06-19", False),
        # What falls on a Saturday is not made up for, what falls on a Sunday is.
        (UNITED_STATES, "2026-07-03", True),
        (UNITED_STATES, "2021-12-31", True),
        (UNITED_STATES, "2022-12-26", False),
        (UNITED_STATES, "2027-07-05", False),
    ],
)
def test_the_days_of_banks(calendar: BankCalendar, day: str, open_: bool) -> None:  # noqa: FBT001 - a table
    assert DAYS.is_business_day(calendar, date.fromisoformat(day)) is open_


@pytest.mark.parametrize(
    ("calendar", "zone", "after", "cut_off", "settles_on"),
    [
        (TARGET2, "Europe/Berlin", "2026-04-02 09:00", "2026-04-03", "2026-04-08"),
        (TARGET2, "Europe/Berlin", "2026-04-30 09:00", "2026-05-01", "2026-05-05"),
        (BRAZIL, "America/Sao_Paulo", "2026-02-13 09:00", "2026-02-14", "2026-02-19"),
        (ARGENTINA, "America/Argentina/Buenos_Aires", "2026-02-13 09:00", "2026-02-14", "2026-02-19"),
        (UNITED_STATES, "America/New_York", "2026-11-25 09:00", "2026-11-26", "2026-11-30"),
    ],
)
def test_two_business_days_later(calendar: BankCalendar, zone: str, after: str, cut_off: str, settles_on: str) -> None:
    schedule, local = a_schedule(calendar=calendar), ZoneInfo(zone)
    found = schedule.next_cut_off(datetime.fromisoformat(after).replace(tzinfo=local), local, DAYS)
    assert found is not None
    assert found.astimezone(local).strftime("%Y-%m-%d %H:%M") == f"{cut_off} 00:00"
    assert schedule.settlement_date(found, local, DAYS) == date.fromisoformat(settles_on)
