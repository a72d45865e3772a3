"""Every five seconds: look what the entries of bank statements are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.reconciliation.match_entries import MatchEntries, match_entries
from jobs.job import Job

if TYPE_CHECKING:
    from domain.reconciliation.ports import ReconciliationPorts

_BATCH = 500


def match_entries_job(ports: ReconciliationPorts) -> Job:
    """Whoever looks at an entry again finds what it was found to be, so it moves a payout once."""
    actor = system_actor("jobs.match_entries")

    async def work() -> int:
        return await match_entries(ports, actor, MatchEntries(batch=_BATCH))

    return Job(name="match bank entries", every=timedelta(seconds=5), work=work, batch=_BATCH)
