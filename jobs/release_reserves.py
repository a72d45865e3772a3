"""Every minute: what was held in reserve for long enough is owed to the merchant again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.settlements.release_reserves import ReleaseReserves, release_reserves
from jobs.job import Job

if TYPE_CHECKING:
    from domain.settlements.ports import SettlementPorts

_BATCH = 100


def release_reserves_job(ports: SettlementPorts) -> Job:
    """Each reserve is locked while it is released; the second worker finds it released."""
    actor = system_actor("jobs.release_reserves")

    async def work() -> int:
        return await release_reserves(ports, actor, ReleaseReserves(limit=_BATCH))

    return Job(name="release reserves", every=timedelta(minutes=1), work=work, batch=_BATCH)
