"""What has run out of time ends once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jobs.expire_payments import expire_payments_job
from tests.fakes.gateway import AUTHORIZED_FOR
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.jobs.conftest import Shop


async def test_authorizations_end_once_whoever_works(shop: Shop, database_url: str) -> None:
    for _ in range(5):
        await shop.till.create()
    first, second = expire_payments_job(shop.ports), expire_payments_job(shop.ports)
    assert await first.work() == 0
    shop.clock.pass_by(int(AUTHORIZED_FOR.total_seconds()))
    assert sum(await asyncio.gather(first.work(), second.work())) == 5
    assert await query(database_url, "SELECT status, count(*) FROM payments GROUP BY 1") == [("EXPIRED", 5)]
    assert await violations(database_url) == []
