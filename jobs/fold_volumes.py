"""Every minute: add up what merchants have captured, so that tiers of fees find last month's volume."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.merchants.fold_volumes import FoldVolumes, fold_volumes
from jobs.job import Job

if TYPE_CHECKING:
    from domain.merchants.ports import VolumePorts


def fold_volumes_job(ports: VolumePorts) -> Job:
    """One worker folds, and the others leave it to that one."""
    actor = system_actor("jobs.fold_volumes")

    async def work() -> int:
        return await fold_volumes(ports, actor, FoldVolumes())

    return Job(name="fold volumes", every=timedelta(minutes=1), work=work)
