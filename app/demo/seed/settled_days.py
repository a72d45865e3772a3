"""Ninety days of settlements and payouts, by the verbs that the jobs and the people use: every figure is earned."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from app.demo.seed.arrivals import Arrivals
from app.demo.seed.banking import approve_account, ask_for_account, know_account, verify_account
from app.demo.seed.payout_plots import PayoutPlots
from app.demo.seed.terms import HARBOUR, HARBOURS_NEXT_GBP, KAFFEEWERK, KAFFEEWERKS_NEXT, TERMS
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.identity.actor import system_actor
from domain.identity.permission import StaffRole
from domain.kernel.money import Money
from domain.settlements.adjust_settlement import AdjustSettlement, adjust_settlement
from domain.settlements.close_due_settlements import CloseDueSettlements, close_due_settlements
from domain.settlements.create_due_payouts import CreateDuePayouts, create_due_payouts
from domain.settlements.deliver_payment_files import DeliverPaymentFiles, deliver_payment_files
from domain.settlements.open_settlements import OpenSettlements, open_settlements
from domain.settlements.prepare_payment_files import PreparePaymentFiles, prepare_payment_files
from domain.settlements.release_reserves import ReleaseReserves, release_reserves
from domain.settlements.set_payout_policy import SetPayoutPolicy, set_payout_policy
from domain.settlements.set_schedule import SetSchedule, set_schedule
from domain.settlements.sweep_bank_accounts import SweepBankAccounts, sweep_bank_accounts

if TYPE_CHECKING:
    from app.demo.seed.treasury import Treasury

_DAYS = 91
_ACCOUNTS_SINCE = timedelta(days=104)
TERMS_SINCE = timedelta(days=96)
"""Before the first settlement, and after the bank accounts have cooled."""
_AUTOMATIC = Money(10_000_00, currency_of("EUR"))
_SATURDAY = 5
# What begins then has ended before the last closing.
_LATEST = timedelta(minutes=100)
_EUR = currency_of("EUR")


async def tell_terms(treasury: Treasury, since: datetime) -> None:
    """Bank accounts of long ago, schedules since a moment, and up to which amount nobody is asked."""
    clock, people = treasury.clock, treasury.people
    finance, second = people.staff(StaffRole.FINANCE_OPERATIONS), people.staff(StaffRole.APPROVER)
    for number, terms in enumerate(TERMS):
        clock.at = _morning(treasury.now - _ACCOUNTS_SINCE) + timedelta(hours=3, minutes=11 * number)
        await know_account(treasury, terms.merchant, terms.entry)
    clock.at = treasury.now - _ACCOUNTS_SINCE + timedelta(days=5)
    await sweep_bank_accounts(treasury.bank_accounts, system_actor("jobs.sweep_bank_accounts"), SweepBankAccounts())
    for number, terms in enumerate(TERMS):
        clock.at = since + timedelta(minutes=7 * number)
        schedule = SetSchedule(merchant_id=terms.merchant.merchant.id, currency=terms.currency, schedule=terms.schedule)
        await set_schedule(treasury.settlements, finance, schedule)
    policy = SetPayoutPolicy(automatic_up_to=_AUTOMATIC, reason="Daily payouts of small shops need no second person.")
    request = await set_payout_policy(treasury.payouts, finance, policy)
    clock.at += timedelta(minutes=38)
    await approve_request(treasury.approvals, second, ApproveRequest(request_id=request.id))


async def tell_settled_days(treasury: Treasury) -> None:
    """All of it, up to now."""
    plots, arrivals = PayoutPlots(treasury), Arrivals(treasury)
    for days in range(_DAYS, -1, -1):
        morning = _morning(treasury.now - timedelta(days=days))
        # Neither banks nor settlement dates know of weekends.
        if morning.weekday() < _SATURDAY:
            await _tell_day(treasury, plots, arrivals, morning)
    # Nothing is left for the first minute of the demo's own jobs.
    treasury.clock.at = treasury.now - timedelta(minutes=20)
    await _close(treasury)
    await _pay(treasury)
    treasury.clock.at = treasury.now - timedelta(minutes=17)
    await plots.decide()
    await tell_latest(treasury)


async def _tell_day(treasury: Treasury, plots: PayoutPlots, arrivals: Arrivals, morning: datetime) -> None:
    """What happens at which hour of a working day; what is still to come does not happen."""
    clock = treasury.clock

    def comes(hours: float) -> bool:
        clock.at = morning + timedelta(hours=hours)
        return clock.at < treasury.now - _LATEST

    if comes(0):
        await _close(treasury)
        await plots.morning()
        await _pay(treasury)
    if comes(3):
        await plots.decide()
        await plots.afternoon()
    if comes(5):
        await prepare_payment_files(treasury.files, system_actor("jobs.prepare_payment_files"), PreparePaymentFiles())
        await deliver_payment_files(treasury.files, system_actor("jobs.deliver_payment_files"), DeliverPaymentFiles())
    if comes(9):
        await plots.at_the_bank()
        await arrivals.come(morning.date())
        await treasury.read_statements()
        await arrivals.look_into()


async def _close(treasury: Treasury) -> None:
    settlements = treasury.settlements
    await sweep_bank_accounts(treasury.bank_accounts, system_actor("jobs.sweep_bank_accounts"), SweepBankAccounts())
    await release_reserves(settlements, system_actor("jobs.release_reserves"), ReleaseReserves())
    await close_due_settlements(settlements, system_actor("jobs.close_due_settlements"), CloseDueSettlements())
    await open_settlements(settlements, system_actor("jobs.open_settlements"), OpenSettlements())


async def _pay(treasury: Treasury) -> None:
    await create_due_payouts(treasury.payouts, system_actor("jobs.create_due_payouts"), CreateDuePayouts())


async def tell_latest(treasury: Treasury) -> None:
    """What waits for somebody: a bank account to cool, another to be approved, an adjustment as well."""
    clock, people = treasury.clock, treasury.people
    finance, second = people.staff(StaffRole.FINANCE_OPERATIONS), people.staff(StaffRole.APPROVER)
    clock.at = treasury.now - timedelta(hours=30)
    cooling = await ask_for_account(treasury, HARBOUR.merchant, HARBOURS_NEXT_GBP)
    clock.at += timedelta(hours=1, minutes=7)
    await approve_account(treasury, HARBOUR.merchant, cooling)
    clock.at += timedelta(hours=2)
    await verify_account(treasury, cooling, "The bank has confirmed the holder.")
    clock.at = treasury.now - timedelta(hours=20)
    merchant_id = KAFFEEWERK.merchant.merchant.id
    for minor, reason, approved in (
        (25_00, "Goodwill for the outage of the checkout.", True),
        (-14_90, "A terminal that was not sent back.", False),
    ):
        command = AdjustSettlement(
            idempotency_key=f"adjust {minor}", merchant_id=merchant_id, amount=Money(minor, _EUR), reason=reason
        )
        request = await adjust_settlement(treasury.settlements, finance, command)
        clock.at += timedelta(minutes=70)
        if approved:
            await approve_request(treasury.approvals, second, ApproveRequest(request_id=request.id))
    clock.at = treasury.now - timedelta(hours=3, minutes=20)
    await ask_for_account(treasury, KAFFEEWERK.merchant, KAFFEEWERKS_NEXT)


def _morning(at: datetime) -> datetime:
    return datetime.combine(at.date(), time(6, 10), tzinfo=UTC)
