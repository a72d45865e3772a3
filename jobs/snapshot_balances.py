"""Every minute: take snapshots of balances, so that nobody adds up the whole past."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.ledger.snapshot_balances import SnapshotBalances, snapshot_balances
from jobs.job import Job

if TYPE_CHECKING:
    from domain.ledger.ports import SnapshotPorts

_BATCH = 500


def snapshot_balances_job(ports: SnapshotPorts) -> Job:
    """Two workers at once take two true snapshots, of which one is superfluous."""
    actor = system_actor("jobs.snapshot_balances")

    async def work() -> int:
        return await snapshot_balances(ports, actor, SnapshotBalances(most_accounts=_BATCH))

    return Job(name="snapshot balances", every=timedelta(minutes=1), work=work, batch=_BATCH)
