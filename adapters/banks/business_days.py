"""Bank holidays from a maintained library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import holidays
from holidays.constants import BANK, OPTIONAL, PUBLIC

from domain.settlements.schedule import BankCalendar

if TYPE_CHECKING:
    from datetime import date

_SATURDAY = 6
# Brazil's banks also close on these days, which are optional for everybody else (Resolução CMN 4.880/2020, art. 2).
_BRAZIL_BANKS = ("Carnival", "Corpus Christi")


class HolidayCalendars:
    """Satisfies `domain.settlements.schedule.BusinessDays`; a year is looked up at its first day."""

    def __init__(self) -> None:
        self._calendars: dict[BankCalendar, holidays.HolidayBase] = {
            BankCalendar.TARGET2: holidays.financial_holidays("XECB"),
            # The Federal Reserve, which makes up for a Sunday and not for a Saturday.
            BankCalendar.UNITED_STATES: holidays.financial_holidays("XFED"),
            BankCalendar.ARGENTINA: holidays.country_holidays("AR", categories=(PUBLIC, BANK)),
            BankCalendar.BRAZIL: holidays.country_holidays("BR"),
        }
        self._optional = holidays.country_holidays("BR", categories=(OPTIONAL,), language="en_US")

    def is_business_day(self, calendar: BankCalendar, day: date) -> bool:
        """Whether the day is neither of a weekend nor a bank holiday."""
        if day.isoweekday() >= _SATURDAY or day in self._calendars[calendar]:
            return False
        return calendar is not BankCalendar.BRAZIL or self._optional.get(day) not in _BRAZIL_BANKS
