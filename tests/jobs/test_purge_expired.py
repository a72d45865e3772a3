"""What has expired goes, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.kernel.clock import SystemClock
from jobs.purge_expired import purge_expired_job
from tests.fakes.clock import SettableClock
from tests.faults.installation import query

if TYPE_CHECKING:
    from adapters.postgres.database import Database


async def test_expired_rows_go(database: Database, database_url: str) -> None:
    clock = SettableClock(SystemClock().now())
    for hours in (-1, 1):
        await query(
            database_url,
            "INSERT INTO used_assertions (digest, expires_at) VALUES (sha256($1::text::bytea), $2)",
            str(hours),
            clock.now() + timedelta(hours=hours),
        )
    job = purge_expired_job(database, clock)
    assert [await job.work(), await job.work()] == [1, 0]
    assert await query(database_url, "SELECT count(*) FROM used_assertions") == [(1,)]
