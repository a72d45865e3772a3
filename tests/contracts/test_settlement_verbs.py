"""The verbs of settlements, in memory and on PostgreSQL: gathered once, netted, carried over, held and released."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.kernel.idempotency import IdempotencyConflict
from domain.kernel.ids import new_uuid
from domain.ledger.entry import EntryKind
from domain.settlements.carry_out_adjustment import CarryOutAdjustment, carry_out_adjustment
from domain.settlements.errors import SettlementStateForbids
from domain.settlements.schedule import Frequency
from domain.settlements.settlement import SettlementStatus
from tests.builders.moments import MORNING
from tests.builders.money import EUR, JPY, KWD, eur, jpy, kwd
from tests.builders.settlements import a_posting, a_reserve
from tests.contracts.house import House, names
from tests.fakes.clock import SettableClock
from tests.fakes.settlement_desk import SettlementDesk

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant

CLOSED = SettlementStatus.CLOSED
# MORNING is Monday the second of March; the merchant's days are of UTC.
TUESDAY, WEDNESDAY, THURSDAY = (datetime(2026, 3, day, tzinfo=UTC) for day in (3, 4, 5))


@pytest.fixture
def desk(house: House, merchant: Merchant) -> SettlementDesk:
    return SettlementDesk(house.units, merchant, SettableClock())


async def balances(house: House) -> dict[str, int]:
    """Credits less debits of the merchant's accounts, and of what we earn."""
    sums = {"pending": 0, "available": 0, "reserve": 0, "fees_revenue": 0}
    for _, account, _, minor in await house.postings():
        if account in sums:
            sums[account] -= minor
    return sums


async def test_an_account_begins_with_its_first_posting(desk: SettlementDesk, house: House) -> None:
    assert await desk.open() == 0
    await desk.capture()
    assert await desk.open() == 1
    assert await desk.open() == 0
    account, first = await desk.account(), await desk.newest()
    assert (account.next_number, account.open_until, account.schedule.delay_days) == (2, TUESDAY, 2)
    assert (first.number, first.cut_off, first.settles_on) == (1, TUESDAY, date(2026, 3, 4))
    assert (first.plan.closes_at, first.period_start) == (WEDNESDAY, None)
    assert names(await house.events(first.id)) == ["settlement.opened"]
    assert [record.action for record in await house.records()] == ["settlements.open_account"]


async def test_days_go_by_and_each_is_settled_on_its_date(desk: SettlementDesk, house: House) -> None:
    await desk.capture(fee_minor=175)
    await desk.open()
    first = await desk.newest()
    await desk.run(TUESDAY)
    second = await desk.newest()
    assert (second.number, second.period_start, second.cut_off) == (2, TUESDAY, WEDNESDAY)
    await desk.refund(eur(30), at=TUESDAY + timedelta(seconds=1))
    await desk.run(WEDNESDAY)
    first = await desk.get(first)
    assert (first.status, first.closed_at, first.net) == (CLOSED, WEDNESDAY, eur("98.25"))
    assert (first.totals.captures_minor, first.totals.fees_minor, first.line_count) == (10000, -175, 2)
    assert names(await house.events(first.id)) == ["settlement.opened", "settlement.closed"]
    assert await balances(house) == {"pending": -3000, "available": 9825, "reserve": 0, "fees_revenue": 175}
    assert await desk.close_due() == 0


async def test_a_cut_off_is_inclusive(desk: SettlementDesk) -> None:
    await desk.capture(eur(1), at=TUESDAY)
    await desk.capture(eur(2), at=TUESDAY + timedelta(microseconds=1))
    await desk.open()
    first = await desk.newest()
    await desk.run(THURSDAY)
    assert ((await desk.get(first)).net, (await desk.account()).last_cut_off) == (eur(1), WEDNESDAY)


async def test_a_day_without_postings_is_settled_with_nothing(desk: SettlementDesk, house: House) -> None:
    await desk.capture(at=MORNING)
    await desk.open()
    await desk.run(TUESDAY)
    second = await desk.newest()
    await desk.run(THURSDAY)
    second = await desk.get(second)
    assert (second.status, second.net, second.line_count, second.entry_id) == (CLOSED, eur(0), 0, None)
    assert (await balances(house))["available"] == 10000


async def test_what_is_negative_is_carried_over_until_it_is_made_up_for(desk: SettlementDesk, house: House) -> None:
    await desk.refund(eur(70))
    await desk.open()
    first = await desk.newest()
    await desk.run(TUESDAY)
    second = await desk.newest()
    await desk.capture(eur(30), at=TUESDAY + timedelta(hours=1))
    await desk.run(WEDNESDAY)
    third = await desk.newest()
    await desk.capture(eur(50), at=WEDNESDAY + timedelta(hours=1))
    await desk.run(WEDNESDAY + timedelta(days=5))
    first, second, third = [await desk.get(one) for one in (first, second, third)]
    assert (first.totals.refunds_minor, first.totals.carried_out_minor, first.net) == (-7000, 7000, eur(0))
    assert (second.totals.carried_in_minor, second.totals.captures_minor, second.net) == (-7000, 3000, eur(0))
    assert (second.totals.carried_out_minor, second.line_count) == (4000, 3)
    assert (third.totals.carried_in_minor, third.totals.captures_minor, third.net) == (-4000, 5000, eur(10))
    assert (await balances(house)) == {"pending": 0, "available": 1000, "reserve": 0, "fees_revenue": 0}
    assert (await desk.account()).carried_minor == 0


async def test_a_reserve_is_held_and_released_into_the_settlement_of_its_day(
    desk: SettlementDesk, house: House
) -> None:
    await desk.set_schedule(reserve=a_reserve("10", 3), delay_days=0)
    first = await desk.newest()
    await desk.capture(eur(100), fee_minor=200)
    await desk.run(TUESDAY)
    first = await desk.get(first)
    assert (first.totals.reserve_held_minor, first.net, first.line_count) == (-1000, eur(88), 3)
    assert await balances(house) == {"pending": 0, "available": 8800, "reserve": 1000, "fees_revenue": 200}
    await desk.run(THURSDAY - timedelta(seconds=1))
    assert (await balances(house))["reserve"] == 1000
    await desk.run(THURSDAY + timedelta(seconds=1))
    assert await balances(house) == {"pending": 1000, "available": 8800, "reserve": 0, "fees_revenue": 200}
    assert await desk.release_due() == 0
    fourth = await desk.newest()
    await desk.run(THURSDAY + timedelta(days=1))
    fourth = await desk.get(fourth)
    assert (fourth.totals.reserve_released_minor, fourth.net) == (1000, eur(10))


async def test_no_more_is_held_than_there_is(desk: SettlementDesk, house: House) -> None:
    await desk.set_schedule(reserve=a_reserve("50", 3), delay_days=0)
    first = await desk.newest()
    await desk.capture(eur(100))
    await desk.refund(eur(80))
    await desk.run(TUESDAY)
    first = await desk.get(first)
    assert (first.totals.reserve_held_minor, first.net, first.entry_id) == (-2000, eur(0), None)
    assert await balances(house) == {"pending": 0, "available": 0, "reserve": 2000, "fees_revenue": 0}


async def test_currencies_have_settlements_of_their_own(desk: SettlementDesk) -> None:
    await desk.capture(jpy(1500), fee_minor=23)
    await desk.capture(kwd("1.250"), fee_minor=1)
    await desk.capture(eur(3))
    assert await desk.open() == 3
    firsts = [await desk.newest(currency) for currency in (JPY, KWD, EUR)]
    await desk.run(WEDNESDAY)
    assert [(await desk.get(one)).net for one in firsts] == [jpy(1477), kwd("1.249"), eur(3)]


async def test_what_was_captured_before_a_cut_off_and_kept_after_its_closing_is_in_the_next(
    desk: SettlementDesk,
) -> None:
    await desk.capture(eur(1))
    await desk.set_schedule(delay_days=0)
    first = await desk.newest()
    await desk.run(TUESDAY)
    second = await desk.newest()
    await desk.capture(eur(2), at=MORNING)
    await desk.capture(eur(4), at=TUESDAY)
    await desk.run(WEDNESDAY)
    assert [(await desk.get(one)).net for one in (first, second)] == [eur(1), eur(6)]


async def test_staff_close_before_the_cut_off(desk: SettlementDesk) -> None:
    await desk.capture(eur(1))
    await desk.open()
    desk.clock.pass_by(60)
    closed = await desk.close(await desk.oldest(), idempotency_key="once")
    now = desk.clock.now()
    assert (closed.status, closed.cut_off, closed.settles_on, closed.net) == (CLOSED, now, date(2026, 3, 2), eur(1))
    following = await desk.newest()
    assert (following.number, following.period_start, following.cut_off) == (2, now, TUESDAY)
    again = await desk.close(closed, idempotency_key="once")
    assert (again, await desk.newest()) == (closed, following)
    assert await desk.close(closed) == closed
    with pytest.raises(IdempotencyConflict):
        await desk.close(following, idempotency_key="once")
    with pytest.raises(SettlementStateForbids, match="nothing between"):
        await desk.close(following)


async def test_earlier_settlements_are_closed_first(desk: SettlementDesk) -> None:
    await desk.capture(eur(1))
    await desk.open()
    await desk.run(TUESDAY)
    newest = await desk.newest()
    with pytest.raises(SettlementStateForbids, match="Settlement 1 of this account is still open"):
        await desk.close(newest)
    oldest = await desk.close(await desk.oldest())
    assert (oldest.cut_off, oldest.plan.closes_at) == (TUESDAY, desk.clock.now())
    desk.clock.pass_by(1)
    assert (await desk.close(newest)).net == eur(0)


async def test_a_manual_account_waits_for_somebody(desk: SettlementDesk) -> None:
    account = await desk.set_schedule(frequency=Frequency.MANUAL)
    assert (account.open_until, (await desk.newest()).cut_off) == (None, None)
    await desk.capture(eur(5))
    await desk.run(MORNING + timedelta(days=60))
    closed = await desk.close(await desk.oldest())
    assert (closed.net, closed.cut_off) == (eur(5), desk.clock.now())
    assert ((await desk.newest()).number, (await desk.newest()).cut_off) == (2, None)


async def test_another_schedule_moves_what_is_not_cut_off_yet(desk: SettlementDesk, house: House) -> None:
    await desk.capture()
    await desk.open()
    await desk.run(TUESDAY)
    past, coming = await desk.oldest(), await desk.newest()
    account = await desk.set_schedule(frequency=Frequency.WEEKLY, weekday=5, delay_days=0)
    friday = datetime(2026, 3, 7, tzinfo=UTC)
    assert (account.open_until, (await desk.newest()).cut_off) == (friday, friday)
    assert (await desk.newest()).settles_on == date(2026, 3, 6)
    assert await desk.get(past) == past
    assert names(await house.events(coming.id)) == ["settlement.opened", "settlement.rescheduled"]
    await desk.set_schedule(frequency=Frequency.WEEKLY, weekday=5, delay_days=0)
    assert len(await house.events(coming.id)) == 2


async def test_a_worker_that_was_away_makes_up_for_every_day(desk: SettlementDesk) -> None:
    await desk.capture()
    await desk.open()
    await desk.run(MORNING + timedelta(days=7))
    newest = await desk.newest()
    assert (newest.number, newest.cut_off) == (6, datetime(2026, 3, 10, tzinfo=UTC))
    assert ((await desk.oldest()).number, (await desk.account()).last_cut_off) == (5, datetime(2026, 3, 6, tzinfo=UTC))


async def test_two_workers_close_once(desk: SettlementDesk, house: House) -> None:
    await desk.capture()
    await desk.open()
    settlement = await desk.oldest()
    desk.clock.at = WEDNESDAY
    await desk.open()
    done = await asyncio.gather(*(desk.close_due() for _ in range(4)))
    assert sum(done) == 1
    assert names(await house.events(settlement.id)) == ["settlement.opened", "settlement.closed"]
    assert (await balances(house))["available"] == 10000


async def test_two_people_close_once(desk: SettlementDesk, house: House) -> None:
    await desk.capture()
    await desk.open()
    settlement = await desk.oldest()
    desk.clock.pass_by(1)
    closed = await asyncio.gather(*(desk.close(settlement) for _ in range(3)))
    assert {one.version for one in closed} == {2}
    assert (await balances(house))["available"] == 10000


async def test_the_clock_closes_nothing_on_hold(desk: SettlementDesk) -> None:
    await desk.capture()
    await desk.open()
    await desk.hold()
    await desk.run(THURSDAY)
    assert ((await desk.oldest()).number, (await desk.newest()).number) == (1, 4)
    await desk.release()
    assert await desk.close_due() == 2


async def test_an_adjustment_that_was_approved_is_posted_once(desk: SettlementDesk, house: House) -> None:
    await desk.open()
    given = await desk.adjust(eur(7))
    taken = await desk.adjust(eur("-2.50"))
    assert {given.status, taken.status} == {ApprovalStatus.SUCCEEDED}
    command = CarryOutAdjustment(operation_id=given.operation_id)
    again = await asyncio.gather(*(carry_out_adjustment(desk.ports, desk.approver, command) for _ in range(2)))
    assert {one.amount for one in again} == {eur(7)}
    assert await balances(house) == {"pending": 450, "available": 0, "reserve": 0, "fees_revenue": -450}
    await desk.open()
    first = await desk.newest()
    await desk.run(WEDNESDAY)
    assert (await desk.get(first)).totals.adjustments_minor == 450


async def test_every_kind_of_posting_is_a_line_of_its_kind(desk: SettlementDesk, merchant: Merchant) -> None:
    amounts = {
        EntryKind.CAPTURE: (eur(1000), 100),
        EntryKind.REFUND: (eur(-200), -20),
        EntryKind.REFUND_RETURNED: (eur(50), 5),
        EntryKind.DISPUTE: (eur(-90), 1500),
        EntryKind.DISPUTE_REVERSAL: (eur(60), 0),
    }
    for kind, (amount, fee) in amounts.items():
        entry = a_posting(merchant.id, kind, amount, desk.clock.now(), fee_minor=fee, payment_id=new_uuid(MORNING))
        await desk.post(entry)
    await desk.open()
    first = await desk.newest()
    await desk.run(WEDNESDAY)
    totals = (await desk.get(first)).totals
    assert (totals.captures_minor, totals.refunds_minor, totals.fees_minor) == (100000, -15000, -85)
    assert (totals.disputes_minor, totals.dispute_fees_minor, totals.dispute_reversals_minor) == (-9000, -1500, 6000)
