"""The clock makes accounts and opens settlements ahead, one for each cut-off that has passed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.builders.ledger import an_entry
from tests.builders.merchants import a_merchant
from tests.builders.money import JPY, eur, jpy

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk
    from tests.fakes.unit import MemoryUnits


async def test_days_begin_and_end_where_the_merchant_is(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.capture()
    assert await settling.open() == 1
    first = await settling.newest()
    # Midnight in Berlin, and Wednesday begins there at eleven in the evening before.
    assert first.cut_off == datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert (first.settles_on, first.plan.closes_at) == (date(2026, 3, 4), datetime(2026, 3, 3, 23, tzinfo=UTC))
    (record,) = bank_units.tables.audit
    assert (record.action, record.data) == ("settlements.open_account", {"currency": "EUR", "frequency": "DAILY"})


async def test_one_is_always_ahead(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.capture()
    await settling.open()
    settling.clock.at += timedelta(days=8)
    assert await settling.open() == 1
    numbers = [one.number for one in bank_units.tables.settlements.settlements.values()]
    newest = await settling.newest()
    assert (numbers, newest.cut_off) == ([1, 2, 3, 4, 5, 6, 7], datetime(2026, 3, 10, 23, tzinfo=UTC))
    assert bank_units.tables.audit[-1].data == {"currency": "EUR", "numbers": [2, 7]}
    assert await settling.open() == 0


async def test_far_behind_it_goes_on_at_the_next_run(settling: SettlementDesk) -> None:
    await settling.capture()
    await settling.open()
    settling.clock.at += timedelta(days=200)
    assert (await settling.open(), (await settling.newest()).number) == (1, 101)
    assert (await settling.open(), await settling.open()) == (1, 0)
    assert (await settling.account()).open_until is not None


async def test_accounts_do_not_wait_for_each_other(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.capture(jpy(500))
    await settling.capture()
    other = a_merchant()
    bank_units.tables.merchants[other.id] = other
    await settling.post(an_entry(other.id, eur(5)))
    assert await settling.open(limit=2) == 2
    assert await settling.open(limit=2) == 1
    settling.clock.at += timedelta(days=1)
    bank_units.raise_at("settlements.open.before_commit", OSError("disk"))
    with pytest.raises(ExceptionGroup, match="could not be opened") as raised:
        await settling.open()
    assert len(raised.value.exceptions) == 1
    assert raised.value.exceptions[0].__notes__[0].startswith("mer_")
    assert await settling.open() == 1
    assert (await settling.newest(JPY)).number == 2
