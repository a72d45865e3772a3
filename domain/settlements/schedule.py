"""When a merchant's account is settled: how often, at which local time, and how many business days later it is paid."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING, Protocol

from domain.kernel.errors import Invalid
from domain.kernel.money import Money, share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from domain.kernel.money import Currency

MOST_DELAY_DAYS = 30
MOST_RESERVE_DAYS = 365
_MIDNIGHT = time(0)
_DAY = timedelta(days=1)
_MONTHS = 12
# No run of days without a business day is longer in any calendar; rolling never moves an anchor out of these.
_LONGEST_CLOSURE = timedelta(days=21)
_HUNDRED = Decimal(100)


class Frequency(StrEnum):
    """How often a settlement is cut off."""

    DAILY = "DAILY"
    """At the end of every business day."""
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    MANUAL = "MANUAL"
    """Only when somebody closes it."""


class BankCalendar(StrEnum):
    """Whose bank holidays count."""

    TARGET2 = "TARGET2"
    ARGENTINA = "ARGENTINA"
    BRAZIL = "BRAZIL"
    UNITED_STATES = "UNITED_STATES"


class BusinessDays(Protocol):
    """Knows on which days banks settle."""

    def is_business_day(self, calendar: BankCalendar, day: date) -> bool:
        """Whether the day is neither of a weekend nor a bank holiday."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveRule:
    """A rolling reserve: so much of what was captured is held back at each closing, for so many days.

    `percent` is from 0 (nothing is held) to 100, with two decimals at most; `days` count from the cut-off's date.
    Raises `Invalid`.
    """

    percent: Decimal = Decimal(0)
    days: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= _HUNDRED or self.percent != round(self.percent, 2):
            raise Invalid(("reservePercent",), "Give a percentage from 0 to 100 with two decimals at most.")
        if not 0 <= self.days <= MOST_RESERVE_DAYS or (self.percent > 0) != (self.days > 0):
            rule = f"A reserve is held for 1 to {MOST_RESERVE_DAYS} days, and 0 days without a reserve."
            raise Invalid(("reserveDays",), rule)

    def held_of(self, captured_minor: int) -> int:
        """What of captured minor units is held, rounded half-even once."""
        return share(captured_minor, self.percent / _HUNDRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When an account is settled and paid.

    `weekday` (ISO 8601, 1 is Monday) belongs to WEEKLY, `day_of_month` to MONTHLY; a day that the month does not have
    is its last. A day that is no business day gives way to the next that is one. `cut_off_time` is local; midnight is
    the day's end. `delay_days` are business days from the cut-off's date to the settlement date (T+N). What is
    available below `minimum_payout` is not paid out yet; without `automatic_payouts` nothing is, unless somebody asks.

    Raises `Invalid`.
    """

    frequency: Frequency
    weekday: int | None = None
    day_of_month: int | None = None
    delay_days: int
    cut_off_time: time
    calendar: BankCalendar
    minimum_payout: Money
    automatic_payouts: bool
    reserve: ReserveRule

    def __post_init__(self) -> None:
        _ensure_belongs("weekday", self.weekday, 7, wanted=self.frequency is Frequency.WEEKLY)
        _ensure_belongs("dayOfMonth", self.day_of_month, 31, wanted=self.frequency is Frequency.MONTHLY)
        if not 0 <= self.delay_days <= MOST_DELAY_DAYS:
            raise Invalid(("delayDays",), f"Give 0 to {MOST_DELAY_DAYS} business days.")
        if self.cut_off_time.tzinfo is not None or self.cut_off_time.second or self.cut_off_time.microsecond:
            raise Invalid(("cutOffTime",), "Give a local time of day in hours and minutes.")
        if self.minimum_payout.minor < 0:
            raise Invalid(("minimumPayout",), "A minimum is not less than zero.")

    def next_cut_off(self, after: datetime, zone: ZoneInfo, holidays: BusinessDays) -> datetime | None:
        """The first cut-off after a moment, in UTC; none of a schedule that is MANUAL."""
        if self.frequency is Frequency.MANUAL:
            return None
        earliest = after.astimezone(zone).date() - _LONGEST_CLOSURE
        moments = (self._cut_off_of(_roll(day, self.calendar, holidays), zone) for day in self._anchors(earliest))
        return next(moment for moment in moments if moment > after)

    def settlement_date(self, cut_off: datetime, zone: ZoneInfo, holidays: BusinessDays) -> date:
        """The local date, `delay_days` business days after that of the cut-off, on which its settlement is closed."""
        day = _roll(covered_date(cut_off, zone), self.calendar, holidays)
        for _ in range(self.delay_days):
            day = _roll(day + _DAY, self.calendar, holidays)
        return day

    def _anchors(self, earliest: date) -> Iterator[date]:
        if self.frequency is Frequency.MONTHLY:
            first = earliest.year * _MONTHS + earliest.month - 1
            return (self._day_of(*divmod(month, _MONTHS)) for month in count(first))
        if self.frequency is Frequency.WEEKLY:
            begin = earliest + timedelta(days=((self.weekday or 1) - earliest.isoweekday()) % 7)
            return (begin + timedelta(weeks=weeks) for weeks in count())
        return (earliest + timedelta(days=days) for days in count())

    def _day_of(self, year: int, month_from_zero: int) -> date:
        last = monthrange(year, month_from_zero + 1)[1]
        return date(year, month_from_zero + 1, min(self.day_of_month or 1, last))

    def _cut_off_of(self, day: date, zone: ZoneInfo) -> datetime:
        ends = self.cut_off_time == _MIDNIGHT
        return local_moment(day + _DAY if ends else day, self.cut_off_time, zone)


_CALENDARS = {"AR": BankCalendar.ARGENTINA, "BR": BankCalendar.BRAZIL, "US": BankCalendar.UNITED_STATES}


def default_schedule(country: str, currency: Currency) -> Schedule:
    """What an account has until somebody sets another: daily, T+2, cut off at midnight, paid by the clock, no reserve.

    The calendar is that of the merchant's country (ISO 3166-1), where there is one, and TARGET2 elsewhere.
    """
    return Schedule(
        frequency=Frequency.DAILY,
        delay_days=2,
        cut_off_time=_MIDNIGHT,
        calendar=_CALENDARS.get(country, BankCalendar.TARGET2),
        minimum_payout=Money(0, currency),
        automatic_payouts=True,
        reserve=ReserveRule(),
    )


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, of a local time.

    A time that the day has twice is the first of the two, and one that it skips is read with the offset before the gap
    (RFC 5545, section 3.3.5): a midnight that does not exist is the first moment of its day.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def covered_date(cut_off: datetime, zone: ZoneInfo) -> date:
    """The local date of the last moment before a cut-off: the T of T+N."""
    return (cut_off - timedelta(microseconds=1)).astimezone(zone).date()


def _roll(day: date, calendar: BankCalendar, holidays: BusinessDays) -> date:
    while not holidays.is_business_day(calendar, day):
        day += _DAY
    return day


def _ensure_belongs(name: str, value: int | None, most: int, *, wanted: bool) -> None:
    if wanted != (value is not None):
        raise Invalid((name,), "Give the weekday with WEEKLY, the day of the month with MONTHLY, and neither else.")
    if value is not None and not 1 <= value <= most:
        raise Invalid((name,), f"Give a day from 1 to {most}.")
