"""Close a settlement whose account is locked: gather its lines, net them, hold the reserve, post what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.kernel.ids import new_uuid
from domain.settlements.errors import SettlementStateForbids
from domain.settlements.line import CARRIED_IN, CARRIED_OUT, LineKind, SettlementLine
from domain.settlements.planning import open_next, plan_after, plan_of_closing
from domain.settlements.postings import reserve_entry, settlement_entry
from domain.settlements.reserve_hold import new_hold
from domain.settlements.schedule import covered_date, local_moment

if TYPE_CHECKING:
    from datetime import datetime

    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from domain.settlements.ports import SettlementPorts, SettlementUnit
    from domain.settlements.settlement import Plan, Settlement
    from domain.settlements.settlement_account import SettlementAccount
    from domain.settlements.totals import Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closing:
    """Whose settlement is closed, as planned, and when."""

    account: SettlementAccount
    settlement: Settlement
    merchant: Merchant
    plan: Plan
    cut_off: datetime
    at: datetime


async def close(
    ports: SettlementPorts, unit: SettlementUnit, actor: Actor, account: SettlementAccount, settlement: Settlement
) -> Settlement:
    """The settlement closed, and the next one open if this was the newest; nothing is committed yet.

    The account is locked, and the settlement its oldest open one. Raises `SettlementStateForbids` when there is no
    moment between the last cut-off and this one.
    """
    at = ports.clock.now()
    merchant = await unit.merchants.get(account.merchant_id)
    plan = plan_of_closing(settlement, merchant, at)
    assert plan.cut_off is not None, "a closing has a cut-off"
    if account.last_cut_off is not None and plan.cut_off <= account.last_cut_off:
        message = "The settlement before was cut off just now; there is nothing between the two."
        raise SettlementStateForbids(message)
    closing = _Closing(
        account=account, settlement=settlement, merchant=merchant, plan=plan, cut_off=plan.cut_off, at=at
    )
    closed, totals = await _settle(unit, closing)
    account = account.close_one(plan.cut_off, -totals.carried_out_minor, at)
    if closed.number + 1 == account.next_number:
        following = plan_after(account.schedule, max(at, plan.cut_off), merchant, ports.business_days, plan)
        account, _ = await open_next(unit, account, closed, following, at)
    await unit.settlement_accounts.save(account)
    data = {"number": closed.number, "currency": closed.currency.code, "net_minor": totals.net_minor}
    await unit.audit.record(actor, "settlements.close", "settlement", closed.id, closed.merchant_id, data)
    return closed


async def _settle(unit: SettlementUnit, closing: _Closing) -> tuple[Settlement, Totals]:
    account, settlement, at = closing.account, closing.settlement, closing.at
    gathered = await unit.settlement_lines.gather(account, settlement, closing.cut_off)
    totals = gathered.totals.conclude(account.carried_minor, account.schedule.reserve)
    added = _carried(closing, totals)
    if totals.reserve_held_minor:
        added = (*added, await _hold_reserve(unit, closing, -totals.reserve_held_minor))
    await unit.settlement_lines.add(added)
    entry_id = new_uuid(at) if totals.net_minor else None
    if entry_id is not None:
        net = settlement.money(totals.net_minor)
        await unit.ledger.post((settlement_entry(settlement, net, entry_id, at),))
    closed = settlement.close(closing.plan, totals, gathered.count + len(added), entry_id, at, closing.merchant.name)
    return await unit.settlements.save(closed), totals


def _carried(closing: _Closing, totals: Totals) -> tuple[SettlementLine, ...]:
    settlement = closing.settlement
    carried = ((CARRIED_OUT, totals.carried_out_minor), (CARRIED_IN, totals.carried_in_minor))
    return tuple(
        SettlementLine(
            merchant_id=settlement.merchant_id,
            entry_id=settlement.id,
            position=position,
            settlement_id=settlement.id,
            kind=LineKind.CARRIED_OVER,
            amount=settlement.money(minor),
            posted_at=closing.at,
        )
        for position, minor in carried
        if minor
    )


async def _hold_reserve(unit: SettlementUnit, closing: _Closing, minor: int) -> SettlementLine:
    settlement, at, zone = closing.settlement, closing.at, ZoneInfo(closing.merchant.time_zone)
    held, entry_id = settlement.money(minor), new_uuid(at)
    await unit.ledger.post((reserve_entry(settlement, held, entry_id, at),))
    release_on = covered_date(closing.cut_off, zone) + timedelta(days=closing.account.schedule.reserve.days)
    await unit.reserve_holds.add(
        new_hold(
            merchant_id=settlement.merchant_id,
            settlement_id=settlement.id,
            amount=held,
            release_on=release_on,
            releases_at=local_moment(release_on, time(0), zone),
            entry_id=entry_id,
            at=at,
        )
    )
    return SettlementLine(
        merchant_id=settlement.merchant_id,
        entry_id=entry_id,
        position=0,
        settlement_id=settlement.id,
        kind=LineKind.RESERVE_HOLD,
        amount=settlement.money(-minor),
        posted_at=at,
    )
