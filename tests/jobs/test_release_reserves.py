"""What was held for long enough is released once, whichever of two workers comes first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jobs.release_reserves import release_reserves_job
from tests.builders.settlements import a_reserve
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk


async def test_two_workers_release_once(settlement_desk: SettlementDesk, database_url: str) -> None:
    jobs = [release_reserves_job(settlement_desk.ports) for _ in range(2)]
    await settlement_desk.set_schedule(reserve=a_reserve("10", 3))
    await settlement_desk.capture()
    settlement_desk.clock.pass_by(10 * 24 * 3600)
    await settlement_desk.open()
    await settlement_desk.close_due()
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 1
    balance = "SELECT sum(amount_minor)::integer FROM ledger_postings WHERE account = 'reserve'"
    assert await query(database_url, balance) == [(0,)]
    assert await query(database_url, "SELECT released_at IS NOT NULL, version FROM reserve_holds") == [(True, 2)]
    assert await violations(database_url) == []
