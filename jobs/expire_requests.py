"""Every minute: end the requests for approval that nobody decided in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.approvals.expire_requests import ExpireRequests, expire_requests
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.approvals.ports import ApprovalPorts

_BATCH = 200


def expire_requests_job(ports: ApprovalPorts) -> Job:
    """Each request is looked at again under its lock, so two workers end it once."""
    actor = system_actor("jobs.expire_requests")

    async def work() -> int:
        return await expire_requests(ports, actor, ExpireRequests(limit=_BATCH))

    return Job(name="expire requests", every=timedelta(minutes=1), work=work, batch=_BATCH)
