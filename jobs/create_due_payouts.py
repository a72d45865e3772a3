"""Every minute: what is available is paid out wherever a schedule wants that."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.settlements.create_due_payouts import CreateDuePayouts, create_due_payouts
from jobs.job import Job

if TYPE_CHECKING:
    from domain.settlements.payout_ports import PayoutPorts


def create_due_payouts_job(ports: PayoutPorts) -> Job:
    """Each account is locked while its payout begins; the second worker finds nothing left."""
    actor = system_actor("jobs.create_due_payouts")

    async def work() -> int:
        return await create_due_payouts(ports, actor, CreateDuePayouts())

    return Job(name="create due payouts", every=timedelta(minutes=1), work=work)
