"""What is due is closed once, whichever of two workers comes first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jobs.close_due_settlements import close_due_settlements_job
from tests.builders.money import jpy
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk


async def test_two_workers_close_each_once(settlement_desk: SettlementDesk, database_url: str) -> None:
    jobs = [close_due_settlements_job(settlement_desk.ports) for _ in range(2)]
    await settlement_desk.capture()
    await settlement_desk.capture(jpy(500))
    await settlement_desk.open()
    assert await jobs[0].work() == 0
    settlement_desk.clock.pass_by(10 * 24 * 3600)
    await settlement_desk.open()
    await asyncio.gather(*(job.work() for job in jobs))
    # One of them may have passed over an account that the other had.
    await jobs[0].work()
    found = await query(
        database_url,
        "SELECT currency, sum(net_minor)::integer, bool_and(closed_at IS NOT NULL) FROM settlements"
        " WHERE closes_at <= $1 GROUP BY 1 ORDER BY 1",
        settlement_desk.clock.now(),
    )
    assert found == [("EUR", 10000, True), ("JPY", 500, True)]
    assert await violations(database_url) == []
