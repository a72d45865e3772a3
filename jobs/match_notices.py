"""Every half minute: look again for the payments of notices and warnings that came before anybody knew them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.match_notices import MatchNotices, match_notices
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts

_BATCH = 100


def match_notices_job(ports: DisputePorts) -> Job:
    """Each notice is locked while it is matched; the second worker finds it matched."""
    actor = system_actor("jobs.match_notices")

    async def work() -> int:
        return await match_notices(ports, actor, MatchNotices(limit=_BATCH))

    return Job(name="match notices", every=timedelta(seconds=30), work=work, batch=_BATCH)
