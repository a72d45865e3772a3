"""Every ten seconds: take the files that the bank has left, and forget uploads that never came."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.reconciliation.watch_statements import WatchStatements, watch_statements
from jobs.job import Job

if TYPE_CHECKING:
    from domain.reconciliation.ports import ReconciliationPorts


def watch_statements_job(ports: ReconciliationPorts) -> Job:
    """A file is known by its path and tag, so that each is taken once."""
    actor = system_actor("jobs.watch_statements")

    async def work() -> int:
        return await watch_statements(ports, actor, WatchStatements())

    return Job(name="watch for bank statements", every=timedelta(seconds=10), work=work)
