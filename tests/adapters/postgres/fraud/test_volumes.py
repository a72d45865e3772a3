"""Merchants' counters: exact under load, and the same however they are folded."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.postgres.fraud.volumes import fold_volumes
from domain.fraud.sighting import Wanted
from domain.fraud.velocity import Dimension
from tests.adapters.postgres.fraud.traffic import a_query, another_merchant, screen, screened, seen
from tests.builders.fraud import a_trace
from tests.builders.moments import MORNING
from tests.builders.money import eur, jpy
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from uuid import UUID

    import asyncpg

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

WINDOWS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=24), timedelta(hours=25), timedelta(days=30))
QUERIES = frozenset(a_query(Dimension.MERCHANT, window) for window in WINDOWS)
_ROWS = "SELECT grain, count(*) AS rows, sum(payments)::int AS payments FROM fraud_volumes GROUP BY 1 ORDER BY 1"


async def counted(units: PostgresUnits, merchant_id: UUID) -> dict[timedelta, tuple[int, int]]:
    trace = a_trace(merchant_id=merchant_id, at=MORNING)
    found = await seen(units, trace, Wanted(here=QUERIES))
    return {query.window: (figures.count, figures.sum_minor) for query, figures in found.here.items()}


async def test_eight_workers_count_two_hundred_each_exactly(units: PostgresUnits, merchant: Merchant) -> None:
    """Of two merchants, in four transactions each: rows that wait for each other crosswise would end in deadlocks."""
    other = await another_merchant(units)

    async def work(worker: int) -> None:
        for _ in range(4):
            async with units.begin(JOBS, "test") as unit:
                for place in range(50):
                    own = (merchant, other)[(place + worker) % 2]
                    await screen(unit, own.id, amount=eur(1), at=MORNING, card=None, email=None)
                await unit.commit()

    await asyncio.gather(*(work(worker) for worker in range(8)))
    for one in (merchant, other):
        assert await counted(units, one.id) == dict.fromkeys(WINDOWS, (800, 80_000))


async def test_what_is_rolled_back_is_not_counted(units: PostgresUnits, merchant: Merchant) -> None:
    async with units.begin(JOBS, "test") as unit:
        await screen(unit, merchant.id, at=MORNING)
    await screened(units, merchant.id, at=MORNING, amount=jpy(500))
    assert await counted(units, merchant.id) == dict.fromkeys(WINDOWS, (1, 0))


async def test_connections_that_count_do_not_wait_for_each_other(units: PostgresUnits, merchant: Merchant) -> None:
    async with units.begin(JOBS, "test") as unit:
        await screen(unit, merchant.id, at=MORNING)
        async with asyncio.timeout(5):
            await screened(units, merchant.id, at=MORNING)
        await unit.commit()
    assert await counted(units, merchant.id) == dict.fromkeys(WINDOWS, (2, 20_000))


async def test_folding_in_the_middle_of_payments_changes_no_count(
    units: PostgresUnits, merchant: Merchant, database: Database, owner: asyncpg.Connection
) -> None:
    """Two workers fold all the while, and whoever counts sees every payment that was committed, and none twice."""
    chance = random.Random(7)
    ages = [timedelta(minutes=chance.randrange(0, 70), seconds=chance.randrange(60)) for _ in range(160)]
    done = asyncio.Event()
    committed: Counter[str] = Counter()

    async def work(own: list[timedelta]) -> None:
        for age in own:
            await screened(units, merchant.id, amount=eur(1), at=MORNING - age, card=None, email=None)
            committed["payments"] += 1

    async def fold() -> None:
        while not done.is_set():
            await fold_volumes(database, MORNING + timedelta(minutes=chance.randrange(0, 70)), 7)

    async def watch() -> None:
        while not done.is_set():
            before = committed["payments"]
            count, total = (await counted(units, merchant.id))[timedelta(hours=24)]
            assert before <= count <= committed["payments"] + 4
            assert total == 100 * count

    beside = [asyncio.create_task(one) for one in (fold(), fold(), watch())]
    await asyncio.gather(*(work(ages[worker::4]) for worker in range(4)))
    done.set()
    await asyncio.gather(*beside)
    assert (await counted(units, merchant.id))[timedelta(hours=24)] == (160, 16_000)
    assert {row["payments"] for row in await owner.fetch(_ROWS)} == {160}


async def test_a_merchant_sees_its_own_counters_alone(units: PostgresUnits, merchant: Merchant) -> None:
    other = await another_merchant(units)
    await screened(units, other.id, at=MORNING)
    assert await counted(units, merchant.id) == dict.fromkeys(WINDOWS, (0, 0))
