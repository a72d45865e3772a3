"""Settlements, their accounts, lines, reserves and adjustments, from rows and to rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.currencies import currency_of
from adapters.postgres.settlements.tables import SUMS
from domain.approvals.party import Party
from domain.identity.actor import ActorKind
from domain.kernel.money import Money
from domain.settlements.adjustment import SettlementAdjustment
from domain.settlements.line import LineKind, SettlementLine
from domain.settlements.reserve_hold import ReserveHold
from domain.settlements.schedule import BankCalendar, Frequency, ReserveRule, Schedule
from domain.settlements.settlement import Plan, Settlement, SettlementStatus
from domain.settlements.settlement_account import Hold, SettlementAccount
from domain.settlements.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Mapping


def account_of(row: Mapping[str, Any]) -> SettlementAccount:
    """An account from its row."""
    currency = currency_of(row["currency"])
    schedule = Schedule(
        frequency=Frequency(row["frequency"]),
        weekday=row["weekday"],
        day_of_month=row["day_of_month"],
        delay_days=row["delay_days"],
        cut_off_time=row["cut_off_time"],
        calendar=BankCalendar(row["calendar"]),
        minimum_payout=Money(row["minimum_payout_minor"], currency),
        automatic_payouts=row["automatic_payouts"],
        reserve=ReserveRule(percent=row["reserve_percent"], days=row["reserve_days"]),
    )
    reason = row["hold_reason"]
    return SettlementAccount(
        merchant_id=row["merchant_id"],
        currency=currency,
        schedule=schedule,
        hold=reason and Hold(reason=reason, held_at=row["held_at"], held_by_name=row["held_by_name"]),
        next_number=row["next_number"],
        open_until=row["open_until"],
        last_cut_off=row["last_cut_off"],
        carried_minor=row["carried_minor"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
    )


def account_values(account: SettlementAccount) -> dict[str, Any]:
    """The columns of an account, but for `open_from`."""
    schedule, hold = account.schedule, account.hold
    return {
        "merchant_id": account.merchant_id,
        "currency": account.currency.code,
        "frequency": schedule.frequency.value,
        "weekday": schedule.weekday,
        "day_of_month": schedule.day_of_month,
        "delay_days": schedule.delay_days,
        "cut_off_time": schedule.cut_off_time,
        "calendar": schedule.calendar.value,
        "minimum_payout_minor": schedule.minimum_payout.minor,
        "automatic_payouts": schedule.automatic_payouts,
        "reserve_percent": schedule.reserve.percent,
        "reserve_days": schedule.reserve.days,
        "hold_reason": hold and hold.reason,
        "held_at": hold and hold.held_at,
        "held_by_name": hold and hold.held_by_name,
        "next_number": account.next_number,
        "open_until": account.open_until,
        "last_cut_off": account.last_cut_off,
        "carried_minor": account.carried_minor,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
        "version": account.version,
    }


def settlement_of(row: Mapping[str, Any]) -> Settlement:
    """A settlement from its row."""
    return Settlement(
        id=row["id"],
        merchant_id=row["merchant_id"],
        number=row["number"],
        currency=currency_of(row["currency"]),
        merchant_name=row["merchant_name"],
        status=SettlementStatus(row["status"]),
        period_start=row["period_start"],
        plan=Plan(cut_off=row["cut_off"], settles_on=row["settles_on"], closes_at=row["closes_at"]),
        totals=Totals(**{name: row[name] for name in SUMS}),
        line_count=row["line_count"],
        entry_id=row["entry_id"],
        payout_id=row["payout_id"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        paid_out_at=row["paid_out_at"],
        version=row["version"],
    )


def settlement_values(settlement: Settlement) -> dict[str, Any]:
    """The columns of a settlement."""
    plan, totals = settlement.plan, settlement.totals
    return {
        "merchant_id": settlement.merchant_id,
        "id": settlement.id,
        "number": settlement.number,
        "currency": settlement.currency.code,
        "currency_exponent": settlement.currency.exponent,
        "merchant_name": settlement.merchant_name,
        "status": settlement.status.value,
        "period_start": settlement.period_start,
        "cut_off": plan.cut_off,
        "settles_on": plan.settles_on,
        "closes_at": plan.closes_at,
        **{name: getattr(totals, name) for name in SUMS},
        "net_minor": totals.net_minor,
        "line_count": settlement.line_count,
        "entry_id": settlement.entry_id,
        "payout_id": settlement.payout_id,
        "opened_at": settlement.opened_at,
        "closed_at": settlement.closed_at,
        "paid_out_at": settlement.paid_out_at,
        "version": settlement.version,
    }


def line_of(row: Mapping[str, Any]) -> SettlementLine:
    """A line from its row."""
    return SettlementLine(
        merchant_id=row["merchant_id"],
        entry_id=row["entry_id"],
        position=row["position"],
        settlement_id=row["settlement_id"],
        kind=LineKind(row["kind"]),
        amount=Money(row["amount_minor"], currency_of(row["currency"])),
        payment_id=row["payment_id"],
        dispute_id=row["dispute_id"],
        posted_at=row["posted_at"],
    )


def line_values(line: SettlementLine) -> dict[str, Any]:
    """The columns of a line."""
    return {
        "merchant_id": line.merchant_id,
        "entry_id": line.entry_id,
        "position": line.position,
        "settlement_id": line.settlement_id,
        "kind": line.kind.value,
        "amount_minor": line.amount.minor,
        "currency": line.amount.currency.code,
        "payment_id": line.payment_id,
        "dispute_id": line.dispute_id,
        "posted_at": line.posted_at,
    }


def hold_of(row: Mapping[str, Any]) -> ReserveHold:
    """What is held, from its row."""
    return ReserveHold(
        id=row["id"],
        merchant_id=row["merchant_id"],
        settlement_id=row["settlement_id"],
        amount=Money(row["amount_minor"], currency_of(row["currency"])),
        release_on=row["release_on"],
        releases_at=row["releases_at"],
        entry_id=row["entry_id"],
        held_at=row["held_at"],
        released_at=row["released_at"],
        release_entry_id=row["release_entry_id"],
        version=row["version"],
    )


def hold_values(hold: ReserveHold) -> dict[str, Any]:
    """The columns of what is held."""
    return {
        "merchant_id": hold.merchant_id,
        "id": hold.id,
        "settlement_id": hold.settlement_id,
        "currency": hold.amount.currency.code,
        "amount_minor": hold.amount.minor,
        "release_on": hold.release_on,
        "releases_at": hold.releases_at,
        "entry_id": hold.entry_id,
        "held_at": hold.held_at,
        "released_at": hold.released_at,
        "release_entry_id": hold.release_entry_id,
        "version": hold.version,
    }


def adjustment_of(row: Mapping[str, Any]) -> SettlementAdjustment:
    """An adjustment from its row."""
    return SettlementAdjustment(
        id=row["id"],
        merchant_id=row["merchant_id"],
        amount=Money(row["amount_minor"], currency_of(row["currency"])),
        reason=row["reason"],
        requested_by=_party_of(row, "requested_by"),
        approved_by=_party_of(row, "approved_by"),
        entry_id=row["entry_id"],
        at=row["at"],
    )


def adjustment_values(adjustment: SettlementAdjustment) -> dict[str, Any]:
    """The columns of an adjustment."""
    return {
        "merchant_id": adjustment.merchant_id,
        "id": adjustment.id,
        "amount_minor": adjustment.amount.minor,
        "currency": adjustment.amount.currency.code,
        "reason": adjustment.reason,
        **_party_values(adjustment.requested_by, "requested_by"),
        **_party_values(adjustment.approved_by, "approved_by"),
        "entry_id": adjustment.entry_id,
        "at": adjustment.at,
    }


def _party_of(row: Mapping[str, Any], name: str) -> Party:
    return Party(kind=ActorKind(row[f"{name}_kind"]), id=row[f"{name}_id"], name=row[f"{name}_name"])


def _party_values(party: Party, name: str) -> dict[str, Any]:
    return {f"{name}_kind": party.kind.value, f"{name}_id": party.id, f"{name}_name": party.name}
