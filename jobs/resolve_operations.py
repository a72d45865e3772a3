"""Every second: ask the gateways what became of operations whose outcome nobody knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.payments.resolve_operations import ResolveOperations, resolve_operations
from jobs.job import Job

if TYPE_CHECKING:
    from domain.payments.ports import PaymentPorts

_BATCH = 20


def resolve_operations_job(ports: PaymentPorts) -> Job:
    """Workers lease operations from each other with SKIP LOCKED."""
    actor = system_actor("jobs.resolve_operations")

    async def work() -> int:
        return await resolve_operations(ports, actor, ResolveOperations(limit=_BATCH))

    return Job(name="resolve operations", every=timedelta(seconds=1), work=work, batch=_BATCH)
