"""Every minute: warn of disputes that are due soon, and close those that nobody answered in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.watch_deadlines import WatchDeadlines, watch_deadlines
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts

_BATCH = 100


def watch_deadlines_job(ports: DisputePorts) -> Job:
    """Each dispute is looked at again under its lock, so that it is warned of once."""
    actor = system_actor("jobs.watch_deadlines")

    async def work() -> int:
        return await watch_deadlines(ports, actor, WatchDeadlines(limit=_BATCH))

    return Job(name="watch deadlines", every=timedelta(minutes=1), work=work, batch=_BATCH)
