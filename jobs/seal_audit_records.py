"""Every five seconds: seal what the audit log has gained."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.audit.seal_records import MOST_RECORDS, SealRecords, seal_records
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.audit.ports import SealingPorts


def seal_audit_records_job(ports: SealingPorts) -> Job:
    """An advisory lock makes one worker the sealer; the others find nothing to do."""
    actor = system_actor("jobs.seal_audit_records")

    async def work() -> int:
        return await seal_records(ports, actor, SealRecords())

    return Job(name="seal audit records", every=timedelta(seconds=5), work=work, batch=MOST_RECORDS)
