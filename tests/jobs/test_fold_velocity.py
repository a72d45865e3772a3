"""Counters of merchants' payments become one row a minute, hour and day, and no count changes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.postgres.unit import PostgresUnits
from domain.fraud.sighting import Wanted
from domain.fraud.velocity import Dimension
from jobs.fold_velocity import fold_velocity_job
from tests.adapters.postgres.fraud.traffic import a_query, another_merchant, screen, screened, seen
from tests.builders.fraud import a_trace
from tests.builders.moments import MORNING
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS
from tests.faults.installation import query

if TYPE_CHECKING:
    from adapters.postgres.database import Database

QUERIES = frozenset(
    a_query(Dimension.MERCHANT, window) for window in (timedelta(hours=1), timedelta(hours=24), timedelta(days=2))
)
_ROWS = "SELECT grain, count(*), sum(payments)::int FROM fraud_volumes GROUP BY 1 ORDER BY 1"


async def test_folded_counters_are_one_row_each_and_old_minutes_go(database: Database, database_url: str) -> None:
    units = PostgresUnits(database)
    merchant = await another_merchant(units)
    trace, wanted = a_trace(merchant_id=merchant.id, at=MORNING), Wanted(here=QUERIES)
    for hours in (0, 0.5, 2, 24, 30):
        at = MORNING - timedelta(hours=hours)
        # Two connections at once have a row each.
        async with units.begin(JOBS, "test") as unit:
            await screen(unit, merchant.id, at=at)
            await screened(units, merchant.id, at=at)
            await unit.commit()
    before = await seen(units, trace, wanted)
    assert before.here[a_query(Dimension.MERCHANT, timedelta(hours=24))].count == 8
    job = fold_velocity_job(database, SettableClock(MORNING + timedelta(minutes=6)))
    assert sum(await asyncio.gather(*(job.work() for _ in range(3)))) > 0
    assert await job.work() == 0
    # The day and the hour that are not over keep both rows; of the minutes one is older than any window of a day.
    assert await query(database_url, _ROWS) == [("day", 3, 10), ("hour", 6, 10), ("minute", 4, 8)]
    assert await seen(units, trace, wanted) == before
