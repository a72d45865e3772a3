"""Every hour: delete sessions, tokens and the like that have expired and can do nothing any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.postgres.identity.authentication import purge_expired
from jobs.job import Job

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from domain.kernel.clock import Clock


def purge_expired_job(database: Database, clock: Clock) -> Job:
    """Whoever deletes a row second finds none."""

    async def work() -> int:
        return await purge_expired(database, clock.now())

    return Job(name="purge expired", every=timedelta(hours=1), work=work)
