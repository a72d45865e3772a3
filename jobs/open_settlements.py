"""Every minute: whoever has something to settle has an account, and every account a settlement that is not cut off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.settlements.open_settlements import OpenSettlements, open_settlements
from jobs.job import Job

if TYPE_CHECKING:
    from domain.settlements.ports import SettlementPorts

_BATCH = 100


def open_settlements_job(ports: SettlementPorts) -> Job:
    """One worker at a time makes accounts, and an account's lock decides who opens its settlements."""
    actor = system_actor("jobs.open_settlements")

    async def work() -> int:
        return await open_settlements(ports, actor, OpenSettlements(limit=_BATCH))

    return Job(name="open settlements", every=timedelta(minutes=1), work=work, batch=_BATCH)
