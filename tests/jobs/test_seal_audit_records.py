"""The audit log is sealed, by one worker at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.postgres.unit import PostgresUnits
from domain.audit.ports import SealingPorts
from jobs.seal_audit_records import seal_audit_records_job
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.jobs.conftest import Shop


async def test_each_record_is_sealed_once(shop: Shop, database_url: str) -> None:
    for _ in range(3):
        await shop.till.create()
    ports = SealingPorts(clock=shop.clock, units=PostgresUnits(shop.database))
    jobs = [seal_audit_records_job(ports) for _ in range(4)]
    sealed = sum(await asyncio.gather(*(job.work() for job in jobs)))
    sealed += await jobs[0].work()
    assert [(sealed,)] == await query(database_url, "SELECT count(*) FROM audit_records")
    assert sealed > 0
    assert await violations(database_url) == []
