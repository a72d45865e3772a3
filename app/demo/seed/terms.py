"""What the demo's merchants agreed to about their money: when each account is settled, and where it is paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from app.demo.seed.merchants import MERCHANTS
from domain.kernel.money import Money
from domain.settlements.account_number import AccountEntry
from domain.settlements.schedule import BankCalendar, Frequency, ReserveRule, Schedule

if TYPE_CHECKING:
    from app.demo.seed.merchants import DemoMerchant
    from domain.kernel.money import Currency

_BY_SLUG = {merchant.slug: merchant for merchant in MERCHANTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One account of a merchant: its schedule, and the bank account that it has been paid to for long."""

    merchant: DemoMerchant
    schedule: Schedule
    entry: AccountEntry

    @property
    def currency(self) -> Currency:
        """The account's."""
        return self.schedule.minimum_payout.currency


def _terms(slug: str, country: str, number: str, schedule: Schedule, bank_code: str | None = None) -> Terms:
    currency = schedule.minimum_payout.currency.code
    entry = AccountEntry(country=country, currency=currency, number=number, bank_code=bank_code)
    return Terms(merchant=_BY_SLUG[slug], schedule=schedule, entry=entry)


def _schedule(  # noqa: PLR0913 - one keyword per column of the table below
    currency: str,
    frequency: Frequency,
    delay_days: int,
    *,
    day: int | None = None,
    minimum: int = 0,
    calendar: BankCalendar = BankCalendar.TARGET2,
    cut_off: time = time(0),
    reserve: ReserveRule | None = None,
    automatic: bool = True,
) -> Schedule:
    return Schedule(
        frequency=frequency,
        weekday=day if frequency is Frequency.WEEKLY else None,
        day_of_month=day if frequency is Frequency.MONTHLY else None,
        delay_days=delay_days,
        cut_off_time=cut_off,
        calendar=calendar,
        minimum_payout=Money(minimum, currency_of(currency)),
        automatic_payouts=automatic,
        reserve=reserve or ReserveRule(),
    )


_F = Frequency
KAFFEEWERK = _terms("kaffeewerk", "DE", "DE12500105170648489890", _schedule("EUR", _F.DAILY, 2))
NORTHLINE = _terms(
    "northline",
    "US",
    "000123456789",
    _schedule(
        "USD",
        _F.WEEKLY,
        1,
        day=5,
        calendar=BankCalendar.UNITED_STATES,
        reserve=ReserveRule(percent=Decimal(5), days=30),
    ),
    "021000021",
)
HOSHIZORA = _terms("hoshizora", "GB", "GB07LOYD30963412345678", _schedule("JPY", _F.MONTHLY, 3, day=31))
HARBOUR = _terms("harbour", "GB", "GB35BARC20000000012345", _schedule("GBP", _F.WEEKLY, 3, day=1, cut_off=time(17)))
HARBOUR_EUR = _terms("harbour", "IE", "IE29AIBK93115212345678", _schedule("EUR", _F.WEEKLY, 2, day=3, minimum=100_00))
ALBORADA = _terms("alborada", "ES", "ES9121000418450200051332", _schedule("EUR", _F.WEEKLY, 2, day=2))
ALBORADA_USD = _terms("alborada", "ES", "ES5501821234840201234567", _schedule("USD", _F.MANUAL, 0, automatic=False))
ALNOOR = _terms("alnoor", "KW", "KW74NBOK0000000000001000372151", _schedule("KWD", _F.WEEKLY, 2, day=4))
TERMS = (KAFFEEWERK, NORTHLINE, HOSHIZORA, HARBOUR, HARBOUR_EUR, ALBORADA, ALBORADA_USD, ALNOOR)
# Harbour & Pine's bank closed its old account.
HARBOURS_NEXT_EUR = AccountEntry(country="GB", currency="EUR", number="GB23MIDL40010851234567")
HARBOURS_NEXT_GBP = AccountEntry(country="GB", currency="GBP", number="GB57HBUK40053011223344")
KAFFEEWERKS_NEXT = AccountEntry(country="DE", currency="EUR", number="DE38500502010123456789")
