"""Whoever is owed something has an account with an open settlement, whichever of two workers comes first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jobs.open_settlements import open_settlements_job
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk


async def test_two_workers_make_one_account(settlement_desk: SettlementDesk, database_url: str) -> None:
    jobs = [open_settlements_job(settlement_desk.ports) for _ in range(2)]
    assert await jobs[0].work() == 0
    await settlement_desk.capture()
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 1
    assert await query(database_url, "SELECT number, status FROM settlements") == [(1, "OPEN")]
    settlement_desk.clock.pass_by(10 * 24 * 3600)
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 1
    ahead = "SELECT count(*) FILTER (WHERE cut_off > $1) FROM settlements"
    assert await query(database_url, ahead, settlement_desk.clock.now()) == [(1,)]
    assert await jobs[0].work() == 0
    assert await violations(database_url) == []
