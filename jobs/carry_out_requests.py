"""Every ten seconds: go on with what was approved and is not done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.approvals.carry_out_requests import CarryOutRequests, carry_out_requests
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.approvals.ports import ApprovalPorts

_BATCH = 20


def carry_out_requests_job(ports: ApprovalPorts) -> Job:
    """Workers lease requests from each other with SKIP LOCKED."""
    actor = system_actor("jobs.carry_out_requests")

    async def work() -> int:
        return await carry_out_requests(ports, actor, CarryOutRequests(limit=_BATCH))

    return Job(name="carry out requests", every=timedelta(seconds=10), work=work, batch=_BATCH)
