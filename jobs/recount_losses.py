"""Every minute: what disputes say is lost twice follows the payment, whose refund may have failed since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.recount_losses import RecountLosses, recount_losses
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts

_BATCH = 100


def recount_losses_job(ports: DisputePorts) -> Job:
    """Each payment is locked while its disputes are told; the second worker finds them told."""
    actor = system_actor("jobs.recount_losses")

    async def work() -> int:
        return await recount_losses(ports, actor, RecountLosses(limit=_BATCH))

    return Job(name="recount losses", every=timedelta(minutes=1), work=work, batch=_BATCH)
