"""Every day: have the partitions of the next half year, so that no row ever lands in the default one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.postgres.partitions import make_partitions
from jobs.job import Job

if TYPE_CHECKING:
    from adapters.postgres.database import Database


def make_partitions_job(database: Database) -> Job:
    """An advisory lock lets one worker at a time make them."""

    async def work() -> int:
        return await make_partitions(database)

    return Job(name="make partitions", every=timedelta(days=1), work=work)
