"""What was approved and left undone is done, by one of the workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.approvals.approval_request import FIRST_TRY_SECONDS, ApprovalStatus
from jobs.carry_out_requests import carry_out_requests_job
from jobs.resolve_operations import resolve_operations_job
from tests.builders.money import eur
from tests.fakes.gateway import Fault
from tests.faults.installation import approvals_of, query, unfinished, violations

if TYPE_CHECKING:
    from tests.jobs.conftest import Shop


async def test_goes_on_once_the_gateway_has_decided(shop: Shop, database_url: str) -> None:
    requests = [await shop.till.ask_to_refund((await shop.till.create(automatic=True)).id, eur(40)) for _ in range(4)]
    shop.gateway.next(*[Fault.ANSWER_LOST] * 4)
    for request in requests:
        assert (await shop.till.approve(request)).status is ApprovalStatus.APPROVED
    assert len(await unfinished(database_url)) == 8
    jobs = [carry_out_requests_job(approvals_of(shop.ports)) for _ in range(3)]
    assert await jobs[0].work() == 0
    shop.clock.pass_by(FIRST_TRY_SECONDS)
    assert await resolve_operations_job(shop.ports).work() == 4
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 4
    assert await unfinished(database_url) == []
    told = "SELECT count(*), min(actor_name) FROM events WHERE name = 'approval_request.succeeded'"
    assert await query(database_url, told) == [(4, "jobs.carry_out_requests")]
    assert len([effect for effect in shop.gateway.effects if effect.amount == eur(40)]) == 4
    assert await violations(database_url) == []
