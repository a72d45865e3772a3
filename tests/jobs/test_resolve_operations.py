"""What nobody knows is found out, by one of the workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.payments.operation import FIRST_CHECK_SECONDS
from jobs.resolve_operations import resolve_operations_job
from tests.builders.money import eur
from tests.fakes.gateway import Fault
from tests.faults.installation import query, unfinished, violations

if TYPE_CHECKING:
    from tests.jobs.conftest import Shop


async def test_asks_for_lost_answers(shop: Shop, database_url: str) -> None:
    payment = await shop.till.create()
    shop.gateway.next(Fault.ANSWER_LOST)
    await shop.till.capture(payment.id, eur(40))
    job = resolve_operations_job(shop.ports)
    assert await job.work() == 0
    shop.clock.pass_by(FIRST_CHECK_SECONDS)
    assert await job.work() == 1
    assert await unfinished(database_url) == []
    assert await violations(database_url) == []
    assert await query(database_url, "SELECT DISTINCT actor_name FROM events WHERE name = 'payment.captured'") == [
        ("jobs.resolve_operations",)
    ]


async def test_workers_at_once_ask_once(shop: Shop) -> None:
    payments = [await shop.till.create() for _ in range(8)]
    shop.gateway.next(*[Fault.ANSWER_LOST] * 8)
    for payment in payments:
        await shop.till.capture(payment.id, eur(40))
    shop.clock.pass_by(FIRST_CHECK_SECONDS)
    jobs = [resolve_operations_job(shop.ports) for _ in range(4)]
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 8
    assert len(shop.gateway.look_ups) == 8
