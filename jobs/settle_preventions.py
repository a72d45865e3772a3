"""Every half minute: tell early fraud warnings of the refunds that answered them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.settle_preventions import SettlePreventions, settle_preventions
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts

_BATCH = 100


def settle_preventions_job(ports: DisputePorts) -> Job:
    """Warnings are locked while they are told; the second worker finds them told."""
    actor = system_actor("jobs.settle_preventions")

    async def work() -> int:
        return await settle_preventions(ports, actor, SettlePreventions(limit=_BATCH))

    return Job(name="settle preventions", every=timedelta(seconds=30), work=work, batch=_BATCH)
