"""Every half minute: end uploads that nobody finished, and delete what lies in the storage without a use."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.sweep_uploads import SweepUploads, sweep_uploads
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts

_BATCH = 100


def sweep_uploads_job(ports: DisputePorts) -> Job:
    """Each file is looked at again under its lock; what two workers delete is deleted once."""
    actor = system_actor("jobs.sweep_uploads")

    async def work() -> int:
        return await sweep_uploads(ports, actor, SweepUploads(limit=_BATCH))

    return Job(name="sweep uploads", every=timedelta(seconds=30), work=work, batch=_BATCH)
