"""The filters and inputs of settlements, as requests give them and as the domain takes them."""

import re
from datetime import time
from decimal import Decimal
from typing import TypeVar

import strawberry

from api.context import Context
from api.describing import attribute
from api.money import MoneyInput, amount_of, codes_of
from api.payments.inputs import KEY
from api.scalars import CurrencyCode, DecimalText
from api.settlements.enums import BankCalendar, Frequency, SettlementStatus
from api.spans import DateRange, DateTimeRange, DecimalRange, days, moments, scaled
from domain.kernel.errors import Invalid
from domain.kernel.money import Currency, Money
from domain.settlements import filter as filters
from domain.settlements.schedule import ReserveRule, Schedule

MERCHANT = "The merchant."
CURRENCY = "The currency."
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
Value = TypeVar("Value")


@strawberry.input(description="Which settlements. Everything given must hold; a list means any of.")
class SettlementFilter:
    """For `settlements` and `settlementTotals`."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies.", default=None)
    status: list[SettlementStatus] | None = attribute("In these statuses.", default=None)
    settles_on: DateRange | None = attribute("With a settlement date within.", default=None)
    cut_off: DateTimeRange | None = attribute("Cut off then.", default=None)
    closed_at: DateTimeRange | None = attribute("Closed then.", default=None)
    net: DecimalRange | None = attribute("With a net in major units, in whatever currency.", default=None)
    has_payout: bool | None = attribute("Whether a payout holds their net.", default=None)


@strawberry.input(description="Which settlement accounts. Everything given must hold; a list means any of.")
class SettlementAccountFilter:
    """For `settlementAccounts`."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies.", default=None)
    on_hold: bool | None = attribute("Whether they are on hold.", default=None)


@strawberry.input(description="A settlement to close before the clock does.")
class CloseSettlementInput:
    """For `closeSettlement`."""

    idempotency_key: str = attribute(KEY)
    settlement_id: strawberry.ID = attribute("The settlement; earlier ones of its account have to be closed before.")


@strawberry.input(description="Something to give to a merchant, or to take from it.")
class AdjustSettlementInput:
    """For `adjustSettlement`."""

    idempotency_key: str = attribute(KEY)
    merchant_id: strawberry.ID = attribute(MERCHANT)
    amount: MoneyInput = attribute("Above zero for what the merchant is given, below zero for what is taken from it.")
    reason: str = attribute("Why, for whoever approves it and for the merchant; at most 255 characters.")


@strawberry.input(description="When an account is settled and paid, all of it.")
class SettlementScheduleInput:
    """What is left out is as said here, whatever it was before."""

    frequency: Frequency = attribute("How often a settlement is cut off.")
    weekday: int | None = attribute("The weekday of WEEKLY, from 1 (Monday) to 7.", default=None)
    day_of_month: int | None = attribute(
        "The day of MONTHLY, from 1 to 31; the last of a month that does not have it.", default=None
    )
    delay_days: int = attribute("How many business days after the cut-off's the settlement is closed: 0 to 30.")
    cut_off_time: str | None = attribute(
        "The local time of the cut-off, such as 17:30; left out or 00:00, the end of the day.", default="00:00"
    )
    calendar: BankCalendar = attribute("Whose bank holidays count.")
    minimum_payout: MoneyInput | None = attribute(
        "What is available below this is not paid out by the clock; nothing when left out.", default=None
    )
    automatic_payouts: bool | None = attribute("Whether the clock makes payouts; it does when left out.", default=True)
    reserve_percent: DecimalText | None = attribute(
        "What part of the captures is held back at each closing, in percent; none when left out.", default=None
    )
    reserve_days: int | None = attribute("For how many days that is held, from 1 to 365.", default=None)


@strawberry.input(description="When a merchant is settled and paid in a currency.")
class SetSettlementScheduleInput:
    """For `setSettlementSchedule`."""

    merchant_id: strawberry.ID = attribute(MERCHANT)
    currency: CurrencyCode = attribute(CURRENCY)
    schedule: SettlementScheduleInput = attribute("The schedule.")


@strawberry.input(description="An account that the clock shall neither close nor pay.")
class HoldSettlementsInput:
    """For `holdSettlements`."""

    merchant_id: strawberry.ID = attribute(MERCHANT)
    currency: CurrencyCode = attribute(CURRENCY)
    reason: str = attribute("Why, for the merchant too; at most 255 characters.")


@strawberry.input(description="An account that the clock shall close and pay again.")
class ReleaseSettlementsInput:
    """For `releaseSettlements`."""

    merchant_id: strawberry.ID = attribute(MERCHANT)
    currency: CurrencyCode = attribute(CURRENCY)
    reason: str = attribute("Why; at most 255 characters.")


def wanted_settlements(given: SettlementFilter | None, context: Context) -> filters.SettlementFilter:
    """The domain's filter; raise `Invalid` that names the path. The merchants narrow the scope instead."""
    if given is None:
        return filters.SettlementFilter()
    return filters.SettlementFilter(
        currency=codes_of(given.currency, context.currency_of, "filter", "currency"),
        status=_tuple(given.status),
        settles_on=days(given.settles_on),
        cut_off=moments(given.cut_off),
        closed_at=moments(given.closed_at),
        net=scaled(given.net, "filter", "net"),
        has_payout=given.has_payout,
    )


def wanted_accounts(given: SettlementAccountFilter | None, context: Context) -> filters.SettlementAccountFilter:
    """The same of accounts."""
    if given is None:
        return filters.SettlementAccountFilter()
    currency = codes_of(given.currency, context.currency_of, "filter", "currency")
    return filters.SettlementAccountFilter(currency=currency, on_hold=given.on_hold)


def wanted_schedule(given: SetSettlementScheduleInput, context: Context) -> Schedule:
    """The domain's schedule; raise `Invalid` that names the path."""
    schedule, currency = given.schedule, context.currency_of(given.currency)
    minimum = schedule.minimum_payout
    try:
        return Schedule(
            frequency=schedule.frequency,
            weekday=schedule.weekday,
            day_of_month=schedule.day_of_month,
            delay_days=schedule.delay_days,
            cut_off_time=_hour(schedule.cut_off_time or "00:00"),
            calendar=schedule.calendar,
            minimum_payout=Money(0, currency) if minimum is None else _minimum(minimum, currency, context),
            automatic_payouts=schedule.automatic_payouts is not False,
            reserve=ReserveRule(percent=_percent(schedule.reserve_percent), days=schedule.reserve_days or 0),
        )
    except Invalid as error:
        raise error.under("schedule") from None


def _minimum(given: MoneyInput, currency: Currency, context: Context) -> Money:
    amount = amount_of(given, context.currency_of, "minimumPayout")
    if amount.currency != currency:
        raise Invalid(("minimumPayout", "currency"), f"The account is in {currency.code}.")
    return amount


def _hour(text: str) -> time:
    if not _HOUR.fullmatch(text):
        raise Invalid(("cutOffTime",), "Write the time in hours and minutes, such as 17:30.")
    return time.fromisoformat(text)


def _percent(text: str | None) -> Decimal:
    if text is None:
        return Decimal(0)
    if not _PERCENT.fullmatch(text):
        raise Invalid(("reservePercent",), 'Write the percentage in plain notation, such as "7.5".')
    return Decimal(text)


def _tuple(values: list[Value] | None) -> tuple[Value, ...] | None:
    return None if values is None else tuple(values)
