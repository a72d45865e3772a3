"""Every second: ask the gateways what became of answers to disputes whose outcome nobody knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.resolve_responses import ResolveResponses, resolve_responses
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts

_BATCH = 10


def resolve_responses_job(ports: DisputePorts) -> Job:
    """Workers lease answers from each other with SKIP LOCKED."""
    actor = system_actor("jobs.resolve_responses")

    async def work() -> int:
        return await resolve_responses(ports, actor, ResolveResponses(limit=_BATCH))

    return Job(name="resolve responses", every=timedelta(seconds=1), work=work, batch=_BATCH)
