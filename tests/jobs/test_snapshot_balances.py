"""Snapshots are true."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.postgres.unit import PostgresUnits
from domain.identity.actor import system_actor
from domain.ledger.ports import SnapshotPorts
from jobs.snapshot_balances import snapshot_balances_job
from tests.builders.ledger import an_entry
from tests.builders.money import eur
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.jobs.conftest import Shop


async def test_accounts_with_many_postings_get_one(shop: Shop, database_url: str) -> None:
    units = PostgresUnits(shop.database)
    job = snapshot_balances_job(SnapshotPorts(units=units))
    assert await job.work() == 0
    for _ in range(2):
        async with units.begin(system_actor("test"), "test") as unit:
            await unit.ledger.post(tuple(an_entry(shop.till.merchant_id, eur(1)) for _ in range(500)))
            await unit.commit()
        assert await job.work() == 2
        assert await job.work() == 0
    balances = await query(database_url, "SELECT balance_minor::integer FROM ledger_snapshots ORDER BY 1")
    assert balances == [(-100_000,), (-50_000,), (50_000,), (100_000,)]
    assert await violations(database_url) == []


async def test_workers_at_once_take_each_once(shop: Shop, database_url: str) -> None:
    units = PostgresUnits(shop.database)
    async with units.begin(system_actor("test"), "test") as unit:
        await unit.ledger.post(tuple(an_entry(shop.till.merchant_id, eur(1)) for _ in range(500)))
        await unit.commit()
    job = snapshot_balances_job(SnapshotPorts(units=units))
    async with units.begin(system_actor("test"), "test") as unit:
        assert await unit.snapshots.advance(500) == 2
        # It sees the same past, so it wants to take the very same snapshots, and has to wait for ours.
        other = asyncio.ensure_future(job.work())
        while not await query(database_url, "SELECT FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110 - PostgreSQL tells no one
            await asyncio.sleep(0.01)
        await unit.commit()
    assert await other == 0
    assert await violations(database_url) == []
