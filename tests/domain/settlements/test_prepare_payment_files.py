"""Approved payouts on their way into files, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.banks.business_days import HolidayCalendars
from adapters.currencies import currency_of
from app.simulator.bank.payment_file import read_payment_file
from domain.kernel.money import Money
from domain.merchants.merchant import MerchantStatus
from domain.settlements.payment_file import PaymentFileStatus
from domain.settlements.payout import PayoutStatus
from domain.settlements.prepare_payment_files import next_business_day
from domain.settlements.schedule import BankCalendar
from tests.builders.bank_accounts import ROUTING, a_number
from tests.builders.money import eur
from tests.builders.payment_files import DOLLAR_ACCOUNT, EURO_ACCOUNT, PESO_ACCOUNT
from tests.fakes.clock import SettableClock
from tests.fakes.crash import Crash
from tests.fakes.payment_file_desk import PaymentFileDesk
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from domain.settlements.house_account import HouseAccount

USD = currency_of("USD")
AMERICAN = a_number("987654321", country="US", currency="USD", bank_code=ROUTING)


@pytest.fixture
def desk() -> PaymentFileDesk:
    clock = SettableClock()
    return PaymentFileDesk(MemoryUnits(clock), clock)


def _status(desk: PaymentFileDesk) -> set[PaymentFileStatus]:
    return {file.status for file in desk.units.tables.payment_files.files.values()}


async def test_payouts_of_all_merchants_in_a_currency_go_out_together(desk: PaymentFileDesk) -> None:
    here, there = [(await desk.merchant())[1] for _ in range(2)]
    payouts = [await desk.approved(here, eur(10)), await desk.approved(there, eur("20.50"))]
    await desk.prepare()
    file = await desk.file_of(payouts[0])
    assert await desk.file_of(payouts[1]) == file
    assert (file.status, file.house_account, file.control_sum, file.payout_count) == (
        PaymentFileStatus.PREPARED,
        "eur-main",
        eur("30.50"),
        2,
    )
    read = read_payment_file(await desk.content_of(file))
    assert read.message_id == file.message_id
    assert [(one.end_to_end_id, one.amount_minor) for one in read.transfers] == [
        (payout.end_to_end_id, payout.amount.minor) for payout in sorted(payouts, key=lambda one: one.id)
    ]
    assert {one.execution_on for one in read.transfers} == {file.execution_on} == {date(2026, 3, 3)}
    assert (await desk.payout(payouts[0])).execution_on == file.execution_on
    assert (await desk.payout(payouts[0])).status is PayoutStatus.APPROVED


async def test_each_account_of_ours_has_files_of_its_own(desk: PaymentFileDesk) -> None:
    _, euros = await desk.merchant()
    _, dollars = await desk.merchant(Money(0, USD), number=AMERICAN)
    in_euros, in_dollars = await desk.approved(euros), await desk.approved(dollars, Money(10_00, USD))
    await desk.prepare()
    assert (await desk.file_of(in_euros)).house_account == EURO_ACCOUNT.name
    assert (await desk.file_of(in_dollars)).house_account == DOLLAR_ACCOUNT.name


async def test_again_it_adds_nothing_and_large_files_are_split(desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    payouts = [await desk.approved(account) for _ in range(5)]
    await desk.prepare(most_payouts=2)
    files = {(await desk.file_of(payout)).id for payout in payouts}
    assert len(files) == 3
    assert await desk.prepare(most_payouts=2) == 0
    assert {(await desk.file_of(payout)).id for payout in payouts} == files


async def test_what_is_not_approved_any_more_never_gets_in(desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    held, canceled, wanted = [await desk.approved(account) for _ in range(3)]
    async with desk.units.begin(desk.requester, "test") as unit:
        await unit.payouts.save(held.hold(desk.requester, "Wait", desk.clock.now()))
        await unit.payouts.save(canceled.cancel(desk.requester, "No", desk.clock.now()))
        await unit.commit()
    await desk.prepare()
    assert [(await desk.payout(one)).filed for one in (held, canceled, wanted)] == [False, False, True]


async def test_a_merchant_that_is_suspended_or_held_waits(desk: PaymentFileDesk) -> None:
    suspended, first = await desk.merchant()
    held, second = await desk.merchant()
    waiting = [await desk.approved(first), await desk.approved(second)]
    async with desk.units.begin(desk.requester, "test") as unit:
        await unit.merchants.save(replace(suspended, status=MerchantStatus.SUSPENDED))
        await unit.commit()
    await desk.hold(held.id)
    await desk.prepare()
    assert [(await desk.payout(one)).filed for one in waiting] == [False, False]
    await desk.hold(held.id, release=True)
    await desk.prepare()
    assert [(await desk.payout(one)).filed for one in waiting] == [False, True]


async def test_a_currency_without_an_account_of_ours_waits(desk: PaymentFileDesk) -> None:
    _, dollars = await desk.merchant(Money(0, USD), number=AMERICAN)
    payout = await desk.approved(dollars, Money(10_00, USD))
    desk.ports = replace(desk.ports, house_accounts=(EURO_ACCOUNT, PESO_ACCOUNT))
    assert await desk.prepare() == 0
    assert not (await desk.payout(payout)).filed


async def test_what_no_file_can_hold_fails_and_keeps_nobody_back(desk: PaymentFileDesk) -> None:
    _, good = await desk.merchant()
    _, nameless = await desk.merchant(holder_name="☃☃☃")
    _, gone = await desk.merchant()
    fit, unfit, homeless = [await desk.approved(one) for one in (good, nameless, gone)]
    async with desk.units.begin(desk.requester, "test") as unit:
        await unit.bank_accounts.save(gone.remove("Closed", desk.clock.now()))
        await unit.commit()
    await desk.prepare()
    assert (await desk.file_of(fit)).payout_count == 1
    failed = [await desk.payout(one) for one in (unfit, homeless)]
    assert {one.status for one in failed} == {PayoutStatus.FAILED}
    assert [one.failure_code for one in failed] == ["BE04", "AC04"]
    assert [one.filed for one in failed] == [False, False]
    # Approved by the ledger and given back by it.
    assert desk.units.tables.balance_minor("payouts_in_transit") == -40_00


async def test_a_file_that_nobody_is_left_in_is_not_made(desk: PaymentFileDesk) -> None:
    _, nameless = await desk.merchant(holder_name="☃")
    await desk.approved(nameless)
    await desk.prepare()
    assert _status(desk) == set()


@pytest.mark.parametrize("moment", ["before_commit", "committed"])
async def test_a_crash_leaves_a_whole_file_or_none(desk: PaymentFileDesk, moment: str) -> None:
    _, account = await desk.merchant()
    payouts = [await desk.approved(account) for _ in range(2)]
    desk.units.die_at(f"payment_file.prepare.{moment}")
    with pytest.raises(Crash):
        await desk.prepare()
    assert {(await desk.payout(one)).filed for one in payouts} == {moment == "committed"}
    await desk.prepare()
    assert (await desk.file_of(payouts[0])).payout_count == 2


async def test_one_account_s_trouble_is_not_another_s(desk: PaymentFileDesk) -> None:
    class Broken:
        async def write(self, head: object, orders: object) -> bytes:
            if getattr(head, "account", None) == EURO_ACCOUNT:
                raise AssertionError("no schema")
            return b"<Document/>"

    _, euros = await desk.merchant()
    _, dollars = await desk.merchant(Money(0, USD), number=AMERICAN)
    stuck, going = await desk.approved(euros), await desk.approved(dollars, Money(10_00, USD))
    desk.ports = replace(desk.ports, format=Broken())
    with pytest.raises(ExceptionGroup) as raised:
        await desk.prepare()
    assert [error.__notes__ for error in raised.value.exceptions] == [["eur-main EUR"]]
    assert [(await desk.payout(one)).filed for one in (stuck, going)] == [False, True]


async def test_it_is_in_the_audit_log(desk: PaymentFileDesk) -> None:
    _, account = await desk.merchant()
    file = await _filed(desk, account)
    (line,) = [one for one in desk.units.tables.audit if one.action == "payment_files.prepare"]
    assert (line.subject_id, line.merchant_id, line.actor_name) == (file, None, "jobs.prepare_payment_files")
    assert line.data["control_sum"] == "40.00"


async def _filed(desk: PaymentFileDesk, account: object) -> object:
    payout = await desk.approved(account)  # pyright: ignore[reportArgumentType]
    await desk.prepare()
    return (await desk.file_of(payout)).id


@pytest.mark.parametrize(
    ("account", "at", "day"),
    [
        (EURO_ACCOUNT, "2026-03-02T09:00", "2026-03-03"),
        # A Friday; and the evening of it at our machine, which in Brussels is a Saturday.
        (EURO_ACCOUNT, "2026-03-06T09:00", "2026-03-09"),
        (EURO_ACCOUNT, "2026-03-06T23:30", "2026-03-09"),
        (EURO_ACCOUNT, "2026-03-05T23:30", "2026-03-09"),
        # Good Friday and Easter Monday.
        (EURO_ACCOUNT, "2026-04-02T09:00", "2026-04-07"),
        # Independence Day falls on a Saturday, for which the Federal Reserve does not make up.
        (DOLLAR_ACCOUNT, "2026-07-02T12:00", "2026-07-03"),
        (DOLLAR_ACCOUNT, "2026-07-04T02:00", "2026-07-06"),
        # Carnival.
        (PESO_ACCOUNT, "2026-02-13T12:00", "2026-02-18"),
    ],
)
def test_the_next_day_on_which_the_bank_works(account: HouseAccount, at: str, day: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert next_business_day(HolidayCalendars(), account, moment) == date.fromisoformat(day)


@given(st.sampled_from(BankCalendar), st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)))  # noqa: DTZ001
def test_the_day_is_always_ahead_and_never_a_holiday(calendar: BankCalendar, at: datetime) -> None:
    account, moment = replace(EURO_ACCOUNT, calendar=calendar), at.replace(tzinfo=UTC)
    today = moment.astimezone(account.zone).date()
    day = next_business_day(HolidayCalendars(), account, moment)
    assert today < day <= today + timedelta(days=11)
    assert HolidayCalendars().is_business_day(calendar, day)
