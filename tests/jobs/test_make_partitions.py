"""There is always a partition for what comes next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jobs.make_partitions import make_partitions_job
from tests.faults.installation import query

if TYPE_CHECKING:
    from adapters.postgres.database import Database

_COUNT = "SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r'"


async def test_missing_partitions_are_made_once(database: Database, database_url: str) -> None:
    job = make_partitions_job(database)
    assert await job.work() == 0
    ((complete,),) = await query(database_url, _COUNT)
    ((last,),) = await query(
        database_url, "SELECT max(relname) FROM pg_class WHERE relname ~ '^events_[0-9]{4}q[0-9]$'"
    )
    await query(database_url, f"DROP TABLE {last}")
    made = await asyncio.gather(*(make_partitions_job(database).work() for _ in range(4)))
    assert sum(made) == 1
    assert await query(database_url, _COUNT) == [(complete,)]
