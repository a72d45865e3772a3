"""Volumes are exact at every moment: what is folded and what is not always make the sum, also while others write."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest

from adapters.postgres.merchants.volume_store import KEPT
from domain.kernel.money import Money
from tests.builders.ledger import an_entry
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR, eur
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

BEGIN, END = MORNING - timedelta(days=40), MORNING + timedelta(days=1)


async def capture(units: PostgresUnits, merchant: Merchant, *minors: int, at: datetime = MORNING) -> None:
    async with units.begin(JOBS, "test") as unit:
        await unit.ledger.post(tuple(an_entry(merchant.id, Money(minor, EUR), posted_at=at) for minor in minors))
        await unit.commit()


async def fold(units: PostgresUnits, at: datetime = MORNING) -> int:
    async with units.begin(JOBS, "test") as unit:
        folded = await unit.volumes.fold(at)
        await unit.commit()
        return folded


async def sold(units: PostgresUnits, merchant: Merchant) -> int:
    async with units.begin(JOBS, "test") as unit:
        return await unit.fee_plans.sold_minor(merchant.id, "EUR", BEGIN, END)


async def test_quarters_of_an_hour(units: PostgresUnits, merchant: Merchant, owner: asyncpg.Connection) -> None:
    for seconds, minor in ((0, 1), (899, 2), (900, 4), (-1, 8)):
        await capture(units, merchant, minor, at=after(seconds))
    assert await fold(units) == 3
    rows = await owner.fetch("SELECT quarter, captured_minor FROM merchant_volumes ORDER BY 1")
    assert [tuple(row) for row in rows] == [(after(-900), 8), (after(0), 3), (after(900), 4)]
    assert await fold(units) == 0
    await capture(units, merchant, 16, at=after(1))
    assert await fold(units) == 1
    assert await owner.fetchval("SELECT captured_minor FROM merchant_volumes WHERE quarter = $1", MORNING) == 19
    assert await sold(units, merchant) == 31


async def test_a_writer_that_is_not_done_yet_is_not_forgotten(units: PostgresUnits, merchant: Merchant) -> None:
    async with units.begin(JOBS, "slow") as unit:
        await unit.ledger.post((an_entry(merchant.id, eur(7)),))
        await capture(units, merchant, 100)
        await fold(units)
        assert await sold(units, merchant) == 100
        await unit.commit()
    assert await sold(units, merchant) == 800
    await fold(units)
    assert await sold(units, merchant) == 800


async def test_one_folds_at_a_time(units: PostgresUnits, merchant: Merchant) -> None:
    await capture(units, merchant, 5)
    async with units.begin(JOBS, "test") as unit:
        assert await unit.volumes.fold(MORNING) == 1
        assert await fold(units) == 0
        await unit.commit()
    assert (await fold(units), await sold(units, merchant)) == (0, 5)


async def test_what_is_folded_and_rolled_back_is_folded_again(units: PostgresUnits, merchant: Merchant) -> None:
    await capture(units, merchant, 5)
    async with units.begin(JOBS, "test") as unit:
        assert await unit.volumes.fold(MORNING) == 1
    assert (await fold(units), await sold(units, merchant)) == (1, 5)


async def test_what_is_long_ago_goes(units: PostgresUnits, merchant: Merchant, owner: asyncpg.Connection) -> None:
    await capture(units, merchant, 5, at=MORNING - KEPT - timedelta(hours=1))
    assert await fold(units) == 0
    await capture(units, merchant, 5)
    assert await fold(units) == 1
    assert await fold(units, MORNING + KEPT + timedelta(hours=1)) == 0
    assert await owner.fetchval("SELECT count(*) FROM merchant_volumes") == 0


async def test_while_others_write_the_sum_only_grows(units: PostgresUnits, merchant: Merchant) -> None:
    done = asyncio.Event()
    dice = random.Random(7)

    async def write() -> int:
        total = 0
        for _ in range(15):
            minors = [dice.randint(1, 99) for _ in range(5)]
            await capture(units, merchant, *minors, at=after(dice.randint(-10_000, 10_000)))
            total += sum(minors)
        return total

    async def folds() -> None:
        while not done.is_set():
            await fold(units)

    async def read() -> list[int]:
        seen: list[int] = []
        while not done.is_set():
            seen.append(await sold(units, merchant))
        return seen

    background = [asyncio.create_task(folds()) for _ in range(2)]
    reader = asyncio.create_task(read())
    totals = await asyncio.gather(*(write() for _ in range(3)))
    done.set()
    await asyncio.gather(*background)
    seen = await reader
    assert seen == sorted(seen)
    await fold(units)
    assert await sold(units, merchant) == sum(totals)


async def test_what_no_quarter_is(merchant: Merchant, owner: asyncpg.Connection) -> None:
    insert = "INSERT INTO merchant_volumes (merchant_id, currency, quarter, captured_minor) VALUES ($1, 'EUR', $2, $3)"
    for at, minor in ((after(1), 1), (MORNING, -1)):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(insert, merchant.id, at, minor)
