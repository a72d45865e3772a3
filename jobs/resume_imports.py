"""Every two seconds: read files of bank statements that wait, or whose worker fell silent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.reconciliation.resume_imports import ResumeImports, resume_imports
from jobs.job import Job

if TYPE_CHECKING:
    from domain.reconciliation.ports import ReconciliationPorts

_FILES = 10


def resume_imports_job(ports: ReconciliationPorts) -> Job:
    """Workers lease files from each other; each batch of entries is stored once, whoever reads."""
    actor = system_actor("jobs.resume_imports")

    async def work() -> int:
        return await resume_imports(ports, actor, ResumeImports(limit=_FILES))

    return Job(name="read bank statements", every=timedelta(seconds=2), work=work, batch=_FILES)
