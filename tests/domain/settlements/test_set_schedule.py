"""Staff say when a merchant is settled; what is not cut off yet follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import new_uuid
from domain.settlements.schedule import BankCalendar, Frequency
from domain.settlements.set_schedule import SetSchedule, set_schedule
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.builders.money import EUR, eur
from tests.builders.settlements import a_reserve, a_schedule

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk
    from tests.fakes.unit import MemoryUnits


async def test_before_anything_was_posted(settling: SettlementDesk) -> None:
    account = await settling.set_schedule(cut_off_time=time(17), calendar=BankCalendar.UNITED_STATES)
    assert account.schedule.cut_off_time == time(17)
    assert (await settling.newest()).cut_off == datetime(2026, 3, 2, 16, tzinfo=UTC)
    await settling.capture()
    assert await settling.open() == 0


async def test_every_word_of_it_is_in_the_audit_log(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.set_schedule()
    await settling.set_schedule(
        frequency=Frequency.MONTHLY, day_of_month=20, minimum_payout=eur(50), reserve=a_reserve("2.50", 10)
    )
    record = bank_units.tables.audit[-1]
    assert (record.action, record.data) == (
        "settlements.set_schedule",
        {
            "currency": "EUR",
            "frequency": "MONTHLY",
            "weekday": None,
            "day_of_month": 20,
            "delay_days": 2,
            "cut_off_time": "00:00",
            "calendar": "TARGET2",
            "minimum_payout_minor": 5000,
            "automatic_payouts": True,
            "reserve_percent": "2.50",
            "reserve_days": 10,
        },
    )
    assert (await settling.newest()).cut_off == datetime(2026, 3, 20, 23, tzinfo=UTC)


async def test_what_has_passed_while_the_clock_was_away_keeps_the_former_schedule(settling: SettlementDesk) -> None:
    await settling.capture()
    await settling.open()
    settling.clock.at += timedelta(days=2)
    await settling.set_schedule(frequency=Frequency.MANUAL)
    newest = await settling.newest()
    assert (newest.number, newest.cut_off, newest.period_start) == (3, None, datetime(2026, 3, 3, 23, tzinfo=UTC))
    assert (await settling.account()).open_until is None
    await settling.set_schedule()
    assert (await settling.newest()).cut_off == datetime(2026, 3, 4, 23, tzinfo=UTC)


async def test_a_shorter_delay_lets_nobody_overtake(settling: SettlementDesk) -> None:
    await settling.set_schedule(delay_days=20)
    await settling.capture()
    await settling.run(MORNING + timedelta(days=1))
    first = await settling.oldest()
    await settling.set_schedule(delay_days=0)
    await settling.run(MORNING + timedelta(days=2))
    newest = await settling.newest()
    assert (first.number, newest.number) == (1, 3)
    assert (first.settles_on, newest.settles_on) == (date(2026, 3, 30), date(2026, 3, 30))
    assert first.plan.closes_at == newest.plan.closes_at


async def test_who_may_not(settling: SettlementDesk) -> None:
    for actor in (an_actor(settling.merchant), a_staff_actor(StaffRole.APPROVER)):
        with pytest.raises(Forbidden):
            await settling.set_schedule(actor)
    command = SetSchedule(merchant_id=new_uuid(MORNING), currency=EUR, schedule=a_schedule())
    with pytest.raises(NotFound):
        await set_schedule(settling.ports, settling.actor, command)
