"""Every minute: what is past its cut-off is closed on its settlement date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.settlements.close_due_settlements import CloseDueSettlements, close_due_settlements
from jobs.job import Job

if TYPE_CHECKING:
    from domain.settlements.ports import SettlementPorts

_BATCH = 50


def close_due_settlements_job(ports: SettlementPorts) -> Job:
    """An account's lock decides which worker closes its settlements; the others go on with other accounts."""
    actor = system_actor("jobs.close_due_settlements")

    async def work() -> int:
        return await close_due_settlements(ports, actor, CloseDueSettlements(limit=_BATCH))

    return Job(name="close due settlements", every=timedelta(minutes=1), work=work, batch=_BATCH)
