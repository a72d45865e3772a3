"""Every ten minutes: make the counters of merchants' payments one row a minute, hour and day, and drop old ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.postgres.fraud.volumes import fold_volumes
from jobs.job import Job

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from domain.kernel.clock import Clock

_BATCH = 2000


def fold_velocity_job(database: Database, clock: Clock) -> Job:
    """An advisory lock lets one worker at a time fold; no count changes by it."""

    async def work() -> int:
        return await fold_volumes(database, clock.now(), _BATCH)

    return Job(name="fold velocity", every=timedelta(minutes=10), work=work, batch=_BATCH)
