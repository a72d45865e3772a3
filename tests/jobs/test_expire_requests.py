"""What nobody decided in time ends once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.approvals.approval_request import LIFETIME
from jobs.expire_requests import expire_requests_job
from tests.builders.money import eur
from tests.faults.installation import approvals_of, query, violations

if TYPE_CHECKING:
    from tests.jobs.conftest import Shop


async def test_requests_end_once_whoever_works(shop: Shop, database_url: str) -> None:
    for _ in range(3):
        await shop.till.ask_to_refund((await shop.till.create(automatic=True)).id, eur(40))
    jobs = [expire_requests_job(approvals_of(shop.ports)) for _ in range(2)]
    assert await jobs[0].work() == 0
    shop.clock.pass_by(int(LIFETIME.total_seconds()))
    await asyncio.gather(*(job.work() for job in jobs))
    assert await query(database_url, "SELECT status, count(*) FROM approval_requests GROUP BY 1") == [("EXPIRED", 3)]
    told = "SELECT count(*), min(actor_name) FROM events WHERE name = 'approval_request.expired'"
    assert await query(database_url, told) == [(3, "jobs.expire_requests")]
    assert await violations(database_url) == []
