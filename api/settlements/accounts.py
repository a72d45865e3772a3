"""Settlement accounts in the graph: schedule, hold, and what comes next; and what that would hold by now."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.connection import After, Connection, First, connection
from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.fields import batched
from api.found import in_order
from api.money import Money, money, shown
from api.scalars import CurrencyCode, DecimalText
from api.settlements.enums import BankCalendar, Frequency, SettlementAccountAction
from api.settlements.reserves import ReserveHold, reserve_hold
from api.settlements.totals import SettlementSums, settlement_sums
from api.settlements.types import Settlement, settlement
from domain.identity.permission import Permission
from domain.kernel.paging import PageRequest
from domain.settlements import preview as previews
from domain.settlements import schedule as schedules
from domain.settlements import settlement_account as accounts
from domain.settlements.actions import available_account_actions

if TYPE_CHECKING:
    from api.merchants.types import Merchant

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
READ = Permission.SETTLEMENTS_READ


def _time(at: time) -> str:
    return f"{at:%H:%M}"


def _percent(rule: schedules.ReserveRule) -> DecimalText:
    return DecimalText(format(rule.percent.normalize(), "f"))


@strawberry.type(description="When an account is settled and paid.")
class SettlementSchedule:
    """Days are the merchant's own, by its time zone."""

    entity: strawberry.Private[schedules.Schedule]
    frequency: Frequency = derived("How often a settlement is cut off.", "entity.frequency")
    weekday: int | None = derived("The weekday of WEEKLY, from 1 (Monday) to 7.", "entity.weekday")
    day_of_month: int | None = derived(
        "The day of MONTHLY; the last of a month that does not have it.", "entity.day_of_month"
    )
    delay_days: int = derived(
        "How many business days after the cut-off's the settlement is closed (T+N).", "entity.delay_days"
    )
    cut_off_time: str = derived(
        "The local time of the cut-off, such as 17:30; 00:00 is the end of the day.", _time, "entity.cut_off_time"
    )
    calendar: BankCalendar = derived("Whose bank holidays count.", "entity.calendar")
    minimum_payout: Money = derived(
        "What is available below this is not paid out by the clock.", shown, "entity.minimum_payout"
    )
    automatic_payouts: bool = derived("Whether the clock makes payouts.", "entity.automatic_payouts")
    reserve_percent: DecimalText = derived(
        "What part of the captures is held back at each closing, in percent.", _percent, "entity.reserve"
    )
    reserve_days: int = derived("For how many days it is held; 0 without a reserve.", "entity.reserve.days")


def settlement_schedule(entity: schedules.Schedule) -> SettlementSchedule:
    """A schedule as the graph shows it."""
    return SettlementSchedule(entity=entity)


@strawberry.type(description="Why the clock neither closes an account's settlements nor pays them.")
class SettlementHold:
    """Until somebody releases it."""

    reason: str = attribute("Why.")
    held_at: datetime = attribute("Since when.")
    held_by: str = attribute("The name of whoever said so.")


def _hold(hold: accounts.Hold | None) -> SettlementHold | None:
    return hold and SettlementHold(reason=hold.reason, held_at=hold.held_at, held_by=hold.held_by_name)


@strawberry.type(description="Something that can be done with a settlement account, or why not.")
class AvailableSettlementAccountAction:
    """The verbs refuse by the same reasons."""

    action: SettlementAccountAction = attribute("What.")
    allowed: bool = attribute("Whether the mutation would be taken on now.")
    reason: str | None = attribute("Why not, when it is not allowed.")
    requires_approval: bool = attribute("Whether a second person has to approve it.")


async def _merchants(rows: list["SettlementAccount"], reading: Reading) -> list[MerchantOf]:
    from api.merchants.types import merchant  # noqa: PLC0415 - a merchant shows its accounts

    ids = [row.entity.merchant_id for row in rows]
    found = await reading.reads.merchants.merchants(reading.scope, set(ids))
    return in_order(found, ids, merchant, "The merchant")


async def _next(rows: list["SettlementAccount"], reading: Reading) -> list[Optional[Settlement]]:  # noqa: UP045 - an element type
    keys = [(row.entity.merchant_id, row.entity.currency.code) for row in rows]
    found = await reading.reads.settlements.oldest_open(reading.scope, keys)
    return [settlement(found[key]) if key in found else None for key in keys]


async def _reserves(
    rows: list["SettlementAccount"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[ReserveHold]]:
    reads = reading.reads.settlements
    pages = await reads.held(reading.scope, [row.entity for row in rows], PageRequest.of(first=first, after=after))
    return [connection(page, reserve_hold, reads.place) for page in pages]


async def _actions(rows: list["SettlementAccount"], reading: Reading) -> list[list[AvailableSettlementAccountAction]]:
    return [
        [
            AvailableSettlementAccountAction(
                action=one.action, allowed=one.allowed, reason=one.reason, requires_approval=one.requires_approval
            )
            for one in available_account_actions(row.entity, reading.actor)
        ]
        for row in rows
    ]


def _carried(account: accounts.SettlementAccount) -> Money:
    return money(account.carried_minor, account.currency)


@strawberry.type(description="How a merchant is settled in one currency.")
class SettlementAccount:
    """There is one for each currency in which it ever was owed something."""

    entity: strawberry.Private[accounts.SettlementAccount]
    currency: CurrencyCode = derived("The currency.", "entity.currency.code")
    schedule: SettlementSchedule = derived("When it is settled and paid.", settlement_schedule, "entity.schedule")
    hold: SettlementHold | None = derived("Why the clock does neither now, if so.", _hold, "entity.hold")
    last_cut_off: datetime | None = derived("The cut-off of its last closing.", "entity.last_cut_off")
    carried_over: Money = derived("What its last closing could not pay; zero or negative.", _carried, "entity")
    created_at: datetime = derived("Since when there is one.", "entity.created_at")
    updated_at: datetime = derived("When it last changed.", "entity.updated_at")
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant.")(_merchants)
    next_settlement: Settlement | None = batched(READ, "The settlement that is closed next.")(_next)
    reserves: Connection[ReserveHold] = batched(READ, "What is held in reserve now, oldest first.")(_reserves)
    available_actions: list[AvailableSettlementAccountAction] = batched(
        READ, "What you can do with it now, and why not the rest."
    )(_actions)


def settlement_account(entity: accounts.SettlementAccount) -> SettlementAccount:
    """An account as the graph shows it."""
    return SettlementAccount(entity=entity)


@strawberry.type(description="What the next settlement would hold if it were closed now. Nothing of it is written yet.")
class SettlementPreview:
    """By the same arithmetic as a closing."""

    entity: strawberry.Private[previews.SettlementPreview]
    settlement: Settlement = derived("The settlement that is closed next.", settlement, "entity.settlement")
    number: int = derived("Its number.", "entity.settlement.number")
    cut_off: datetime = derived("Up to when postings were added up: its cut-off, or now.", "entity.cut_off")
    settles_on: date | None = derived(
        "The day on which it is closed; none while only a person decides that.", "entity.settlement.settles_on"
    )
    totals: SettlementSums = derived(
        "What its lines would sum to, kind by kind.", settlement_sums, "entity.totals", "entity.account.currency"
    )
    net: Money = derived("What would be made available.", shown, "entity.net")
    line_count: int = derived("How many lines it would have.", "entity.line_count")


def settlement_preview(entity: previews.SettlementPreview) -> SettlementPreview:
    """A preview as the graph shows it."""
    return SettlementPreview(entity=entity)
