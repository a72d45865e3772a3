"""When the next settlement of an account is cut off and closed, and the row that waits for it."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.settlements.schedule import local_moment
from domain.settlements.settlement import Plan, new_settlement

if TYPE_CHECKING:
    from datetime import datetime

    from domain.merchants.merchant import Merchant
    from domain.settlements.ports import SettlementUnit
    from domain.settlements.schedule import BusinessDays, Schedule
    from domain.settlements.settlement import Settlement
    from domain.settlements.settlement_account import SettlementAccount


def plan_after(
    schedule: Schedule, after: datetime, merchant: Merchant, holidays: BusinessDays, former: Plan | None = None
) -> Plan:
    """The plan of the first cut-off after a moment; one that settles no earlier than the `former` settlement."""
    zone = ZoneInfo(merchant.time_zone)
    cut_off = schedule.next_cut_off(after, zone, holidays)
    if cut_off is None:
        return Plan()
    settles_on = schedule.settlement_date(cut_off, zone, holidays)
    if former is not None and former.settles_on is not None:
        settles_on = max(settles_on, former.settles_on)
    closes_at = max(cut_off, local_moment(settles_on, time(0), zone))
    return Plan(cut_off=cut_off, settles_on=settles_on, closes_at=closes_at)


def plan_of_closing(settlement: Settlement, merchant: Merchant, at: datetime) -> Plan:
    """What a closing now makes of the plan: the same by the clock, and now for what somebody closes earlier."""
    plan = settlement.plan
    if plan.closes_at is not None and plan.closes_at <= at:
        return plan
    local = at.astimezone(ZoneInfo(merchant.time_zone)).date()
    return Plan(cut_off=settlement.effective_cut_off(at), settles_on=local, closes_at=at)


async def open_next(
    unit: SettlementUnit, account: SettlementAccount, former: Settlement | None, plan: Plan, at: datetime
) -> tuple[SettlementAccount, Settlement]:
    """One settlement more is open; the account is locked, and not saved yet."""
    opened = await unit.settlements.add(
        new_settlement(
            merchant_id=account.merchant_id,
            currency=account.currency,
            number=account.next_number,
            period_start=former and former.cut_off,
            plan=plan,
            at=at,
        )
    )
    return account.open_one(plan.cut_off, at), opened
