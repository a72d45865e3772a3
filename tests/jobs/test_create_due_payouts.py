"""What is available is paid out once, by whichever of two workers is there first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jobs.create_due_payouts import create_due_payouts_job
from tests.builders.money import eur
from tests.fakes.payout_desk import PayoutDesk
from tests.faults.installation import query

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk


async def test_two_workers_pay_once(settlement_desk: SettlementDesk, database_url: str) -> None:
    desk = PayoutDesk(settlement_desk.units, settlement_desk.merchant, settlement_desk.clock)
    await desk.bank_account()
    await desk.settled(eur(100))
    jobs = [create_due_payouts_job(desk.ports) for _ in range(2)]
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 1
    told = "SELECT amount_minor, status, requested_by_name FROM payouts"
    assert await query(database_url, told) == [(100_00, "AWAITING_APPROVAL", "jobs.create_due_payouts")]
    assert [await job.work() for job in jobs] == [0, 0]


async def test_it_looks_every_minute(settlement_desk: SettlementDesk) -> None:
    desk = PayoutDesk(settlement_desk.units, settlement_desk.merchant, settlement_desk.clock)
    job = create_due_payouts_job(desk.ports)
    assert (job.batch, job.every.total_seconds()) == (None, 60)
