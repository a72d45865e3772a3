"""Say when a merchant is settled and paid in a currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.unit import in_unit
from domain.settlements.opening import open_account, open_until_now
from domain.settlements.planning import plan_after

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.kernel.money import Currency
    from domain.merchants.merchant import Merchant
    from domain.settlements.ports import SettlementPorts, SettlementUnit
    from domain.settlements.schedule import Schedule
    from domain.settlements.settlement_account import SettlementAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSchedule:
    """All of the new schedule."""

    merchant_id: UUID
    currency: Currency
    schedule: Schedule


async def set_schedule(ports: SettlementPorts, actor: Actor, command: SetSchedule) -> SettlementAccount:
    """The account with the schedule, made if there was none; the settlement that is not cut off yet follows it.

    What is past its cut-off keeps its settlement date. Raises `NotFound`, `Forbidden`, `Invalid` and `Unavailable`.
    """
    actor.require(Permission.SETTLEMENTS_WRITE, command.merchant_id)

    async def work(unit: SettlementUnit) -> SettlementAccount:
        merchant = await unit.merchants.get(command.merchant_id)
        try:
            account = await unit.settlement_accounts.for_update(merchant.id, command.currency)
        except NotFound:
            account = await open_account(ports, unit, actor, merchant, command.currency, command.schedule)
        else:
            account = await _replan(ports, unit, account, merchant, command.schedule)
            data = _told(command.schedule)
            await unit.audit.record(actor, "settlements.set_schedule", "merchant", merchant.id, merchant.id, data)
        await unit.commit()
        return account

    return await in_unit(ports.units, actor, "settlements.schedule", work)


async def _replan(
    ports: SettlementPorts, unit: SettlementUnit, account: SettlementAccount, merchant: Merchant, schedule: Schedule
) -> SettlementAccount:
    at = ports.clock.now()
    # What was cut off by the former schedule stays so, also where the clock is behind.
    account = (await open_until_now(ports, unit, account, merchant)).reschedule(schedule, at)
    newest = await unit.settlements.newest(account.merchant_id, account.currency)
    if newest is not None and (newest.cut_off is None or newest.cut_off > at):
        after = at if newest.period_start is None else max(at, newest.period_start)
        former = await unit.settlements.numbered(account.merchant_id, account.currency, newest.number - 1)
        plan = plan_after(schedule, after, merchant, ports.business_days, former and former.plan)
        await unit.settlements.save(newest.reschedule(plan, at))
        account = account.replan(plan.cut_off, at)
    await unit.settlement_accounts.save(account)
    return account


def _told(schedule: Schedule) -> dict[str, JsonValue]:
    return {
        "currency": schedule.minimum_payout.currency.code,
        "frequency": schedule.frequency.value,
        "weekday": schedule.weekday,
        "day_of_month": schedule.day_of_month,
        "delay_days": schedule.delay_days,
        "cut_off_time": schedule.cut_off_time.isoformat("minutes"),
        "calendar": schedule.calendar.value,
        "minimum_payout_minor": schedule.minimum_payout.minor,
        "automatic_payouts": schedule.automatic_payouts,
        "reserve_percent": str(schedule.reserve.percent),
        "reserve_days": schedule.reserve.days,
    }
