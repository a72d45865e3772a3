"""The clock closes what is due: in order, each account by itself, and nothing that is on hold."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.settlements.settlement import SettlementStatus
from tests.builders.money import EUR, JPY, eur, jpy
from tests.fakes.crash import Crash

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk
    from tests.fakes.unit import MemoryUnits

# In Berlin.
WEDNESDAY = datetime(2026, 3, 3, 23, tzinfo=UTC)


async def test_not_before_the_settlement_date_begins(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.capture()
    await settling.open()
    first = await settling.oldest()
    await settling.run(WEDNESDAY - timedelta(microseconds=1))
    assert (await settling.get(first)).status is SettlementStatus.OPEN
    settling.clock.at = WEDNESDAY
    assert await settling.close_due() == 1
    closed = await settling.get(first)
    assert (closed.status, closed.closed_at, closed.plan) == (SettlementStatus.CLOSED, WEDNESDAY, first.plan)
    record = bank_units.tables.audit[-1]
    assert (record.action, record.actor_kind) == ("settlements.close", "SYSTEM")
    assert record.data == {"number": 1, "currency": "EUR", "net_minor": 10000}


async def test_no_more_than_the_limit(settling: SettlementDesk) -> None:
    await settling.capture()
    await settling.open()
    settling.clock.at = WEDNESDAY + timedelta(days=12)
    await settling.open()
    assert [await settling.close_due(limit=3) for _ in range(4)] == [3, 3, 3, 0]


async def test_one_on_hold_does_not_hold_up_the_others(settling: SettlementDesk) -> None:
    await settling.capture()
    await settling.capture(jpy(700))
    await settling.open()
    await settling.hold()
    await settling.run(WEDNESDAY)
    assert ((await settling.oldest(EUR)).number, (await settling.oldest(JPY)).number) == (1, 2)


async def test_what_goes_wrong_with_one_is_raised_at_the_end(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.capture()
    await settling.capture(jpy(700))
    await settling.open()
    settling.clock.at = WEDNESDAY
    bank_units.raise_at("settlement.close.before_commit", OSError("disk"))
    with pytest.raises(ExceptionGroup, match="could not be closed") as raised:
        await settling.close_due()
    assert raised.value.exceptions[0].__notes__[0].startswith("mer_")
    assert sorted([(await settling.oldest(EUR)).number, (await settling.oldest(JPY)).number]) == [1, 2]
    assert await settling.close_due() == 1


@pytest.mark.parametrize("point", ["settlement.close.before_commit", "settlement.close.committed"])
async def test_a_closing_that_dies_is_done_once(settling: SettlementDesk, bank_units: MemoryUnits, point: str) -> None:
    await settling.capture()
    await settling.open()
    settling.clock.at = WEDNESDAY
    bank_units.die_at(point)
    with pytest.raises(Crash):
        await settling.close_due()
    await settling.close_due()
    assert -bank_units.tables.balance_minor("available") == 10000
    assert len(bank_units.tables.settlements.lines) == 1


async def test_whoever_comes_second_finds_it_taken(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.capture(eur(3))
    await settling.open()
    settling.clock.at = WEDNESDAY
    assert sum(await asyncio.gather(*(settling.close_due() for _ in range(3)))) == 1
    assert -bank_units.tables.balance_minor("available") == 300
