"""Schedules, accounts and settlements, and what is posted to `pending`."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.ledger.account import FEES_REVENUE, PENDING, gateway_clearing
from domain.ledger.entry import Entry, EntryKind, transfer
from domain.settlements.line import LineKind, SettlementLine
from domain.settlements.reserve_hold import new_hold
from domain.settlements.schedule import BankCalendar, Frequency, ReserveRule, Schedule
from domain.settlements.settlement import Plan, Settlement, SettlementStatus
from domain.settlements.settlement_account import SettlementAccount
from tests.builders.moments import MORNING
from tests.builders.money import EUR, eur

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.settlements.reserve_hold import ReserveHold

PLAN = Plan(
    cut_off=MORNING + timedelta(hours=15), settles_on=date(2026, 3, 4), closes_at=MORNING + timedelta(days=1, hours=15)
)


def a_schedule(**values: Any) -> Schedule:
    """Every business day at the day's end, T+2, of euros."""
    defaults: dict[str, Any] = {
        "frequency": Frequency.DAILY,
        "delay_days": 2,
        "cut_off_time": time(0),
        "calendar": BankCalendar.TARGET2,
        "minimum_payout": eur(0),
        "automatic_payouts": True,
        "reserve": ReserveRule(),
    }
    return Schedule(**{**defaults, **values})


def a_reserve(percent: str = "10", days: int = 90) -> ReserveRule:
    """Ten percent for ninety days."""
    return ReserveRule(percent=Decimal(percent), days=days)


def a_settlement_account(merchant_id: UUID, **values: Any) -> SettlementAccount:
    """An account in euros whose first settlement is open."""
    defaults: dict[str, Any] = {
        "merchant_id": merchant_id,
        "currency": EUR,
        "schedule": a_schedule(),
        "next_number": 2,
        "open_until": PLAN.cut_off,
        "created_at": MORNING,
        "updated_at": MORNING,
    }
    return SettlementAccount(**{**defaults, **values})


def a_settlement(status: SettlementStatus = SettlementStatus.OPEN, **values: Any) -> Settlement:
    """The first one of an account in euros."""
    later = None if status is SettlementStatus.OPEN else MORNING + timedelta(days=2)
    paid = status is SettlementStatus.PAID_OUT
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "number": 1,
        "currency": EUR,
        "status": status,
        "plan": PLAN,
        "opened_at": MORNING,
        "closed_at": later,
        "paid_out_at": later if paid else None,
        "payout_id": new_uuid(MORNING) if paid else None,
        "version": 1,
    }
    return Settlement(**{**defaults, **values})


def a_line(settlement: Settlement, **values: Any) -> SettlementLine:
    """A captured amount of 100 euros."""
    defaults: dict[str, Any] = {
        "merchant_id": settlement.merchant_id,
        "entry_id": new_uuid(MORNING),
        "position": 1,
        "settlement_id": settlement.id,
        "kind": LineKind.CAPTURE,
        "amount": eur(100),
        "payment_id": new_uuid(MORNING),
        "posted_at": MORNING,
    }
    return SettlementLine(**{**defaults, **values})


def a_reserve_hold(settlement: Settlement, **values: Any) -> ReserveHold:
    """10 euros, for ninety days."""
    defaults: dict[str, Any] = {
        "merchant_id": settlement.merchant_id,
        "settlement_id": settlement.id,
        "amount": eur(10),
        "release_on": date(2026, 5, 31),
        "releases_at": MORNING + timedelta(days=90),
        "entry_id": new_uuid(MORNING),
        "at": MORNING,
    }
    return new_hold(**{**defaults, **values})


def a_posting(
    merchant_id: UUID, kind: EntryKind, amount: Money, at: datetime, *, fee_minor: int = 0, **values: Any
) -> Entry:
    """An entry that owes the merchant the amount, or takes it where that is negative, less a fee."""
    clearing = gateway_clearing("simulator")
    fee = transfer(PENDING, FEES_REVENUE, Money(fee_minor, amount.currency)) if fee_minor else ()
    return Entry(
        id=new_uuid(at),
        merchant_id=merchant_id,
        kind=kind,
        postings=transfer(clearing, PENDING, amount) + fee,
        posted_at=at,
        **values,
    )
