"""What was held is owed again on its day, once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.builders.money import eur
from tests.builders.settlements import a_reserve

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk
    from tests.fakes.unit import MemoryUnits

# Ninety days after the second of March, when it begins in Berlin.
RELEASED_AT = datetime(2026, 5, 30, 22, tzinfo=UTC)


@pytest.fixture
async def held(settling: SettlementDesk) -> SettlementDesk:
    """Ten euros are."""
    await settling.set_schedule(reserve=a_reserve("10", 90), delay_days=0)
    await settling.capture(eur(100))
    await settling.run(datetime(2026, 3, 2, 23, tzinfo=UTC))
    return settling


async def test_on_its_day_where_the_merchant_is(held: SettlementDesk, bank_units: MemoryUnits) -> None:
    (hold,) = bank_units.tables.settlements.holds.values()
    assert (hold.amount, hold.releases_at, f"{hold.release_on}") == (eur(10), RELEASED_AT, "2026-05-31")
    held.clock.at = RELEASED_AT - timedelta(microseconds=1)
    assert await held.release_due() == 0
    held.clock.at = RELEASED_AT
    assert (await held.release_due(), await held.release_due()) == (1, 0)
    released = bank_units.tables.settlements.holds[hold.id]
    assert (released.released_at, bank_units.tables.balance_minor("reserve")) == (RELEASED_AT, 0)
    entry = bank_units.tables.entries[-1]
    assert (entry.id, entry.kind.value, entry.settlement_id) == (
        released.release_entry_id,
        "RESERVE_RELEASE",
        hold.settlement_id,
    )
    assert (bank_units.tables.events[-1].name, bank_units.tables.audit[-1].action) == (
        "reserve.released",
        "reserves.release",
    )


async def test_two_workers_release_once(held: SettlementDesk, bank_units: MemoryUnits) -> None:
    held.clock.at = RELEASED_AT
    assert sum(await asyncio.gather(*(held.release_due() for _ in range(3)))) == 1
    assert bank_units.tables.balance_minor("reserve") == 0


async def test_what_goes_wrong_is_raised_with_its_id(held: SettlementDesk, bank_units: MemoryUnits) -> None:
    held.clock.at = RELEASED_AT
    bank_units.raise_at("reserve.release.before_commit", OSError("disk"))
    with pytest.raises(ExceptionGroup, match="could not be released") as raised:
        await held.release_due()
    assert raised.value.exceptions[0].__notes__[0].startswith("rsv_")
    assert await held.release_due() == 1
