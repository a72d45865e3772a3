"""Every minute: warn of reviews that nobody has decided, escalate them, and void what would lapse."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.fraud.watch_reviews import WatchReviews, watch_reviews
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.fraud.ports import FraudPorts

_BATCH = 100


def watch_reviews_job(ports: FraudPorts) -> Job:
    """Each review is looked at again under its payment's lock and its own, so that it is ended once."""
    actor = system_actor("jobs.watch_reviews")

    async def work() -> int:
        return await watch_reviews(ports, actor, WatchReviews(limit=_BATCH))

    return Job(name="watch reviews", every=timedelta(minutes=1), work=work, batch=_BATCH)
