"""Every ten seconds: ask the gateways for notices of disputes that did not come by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.poll_gateways import PollGateways, poll_gateways
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts


def poll_gateways_job(ports: DisputePorts) -> Job:
    """Two workers may read the same notices: the second time they change nothing."""
    actor = system_actor("jobs.poll_gateways")

    async def work() -> int:
        return await poll_gateways(ports, actor, PollGateways())

    return Job(name="poll gateways", every=timedelta(seconds=10), work=work)
