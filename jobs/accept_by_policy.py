"""Every minute: accept the disputes that merchants have said they do not fight about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.accept_by_policy import AcceptByPolicy, accept_by_policy
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts

_BATCH = 50


def accept_by_policy_job(ports: DisputePorts) -> Job:
    """Each dispute is looked at again under its lock, so that it is accepted once."""
    actor = system_actor("jobs.accept_by_policy")

    async def work() -> int:
        return await accept_by_policy(ports, actor, AcceptByPolicy(limit=_BATCH))

    return Job(name="accept by policy", every=timedelta(minutes=1), work=work, batch=_BATCH)
