"""What was captured is folded, by one worker, and the books stay true."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.postgres.unit import PostgresUnits
from domain.identity.actor import system_actor
from domain.kernel.clock import SystemClock
from domain.merchants.ports import VolumePorts
from jobs.fold_volumes import fold_volumes_job
from tests.builders.ledger import an_entry
from tests.builders.money import eur
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.jobs.conftest import Shop


async def test_workers_at_once_fold_each_capture_once(shop: Shop, database_url: str) -> None:
    units, clock = PostgresUnits(shop.database), SystemClock()
    job = fold_volumes_job(VolumePorts(clock=clock, units=units))
    assert await job.work() == 0
    at = clock.now()
    for _ in range(3):
        async with units.begin(system_actor("test"), "test") as unit:
            await unit.ledger.post((an_entry(shop.till.merchant_id, eur(1), posted_at=at),))
            await unit.commit()
        assert sum(await asyncio.gather(job.work(), job.work())) == 1
    assert await query(database_url, "SELECT sum(captured_minor)::integer FROM merchant_volumes") == [(300,)]
    assert await violations(database_url) == []
