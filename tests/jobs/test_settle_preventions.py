"""Warnings are told of the refunds that answered them, by whichever of two workers comes first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jobs.settle_preventions import settle_preventions_job
from tests.builders.disputes import a_warning_notice
from tests.fakes.gateway import Fault
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk


async def test_nobody_asks_again(dispute_desk: DisputeDesk, database_url: str) -> None:
    jobs = [settle_preventions_job(dispute_desk.ports) for _ in range(2)]
    statuses = "SELECT status FROM early_fraud_warnings"
    warning = await dispute_desk.be_warned(a_warning_notice(await dispute_desk.desk.captured()))
    assert warning is not None
    dispute_desk.desk.gateway.next(Fault.ANSWER_LOST)
    await dispute_desk.prevent(warning)
    assert await jobs[0].work() == 0
    await dispute_desk.desk.resolve(after_seconds=60)
    assert await query(database_url, statuses) == [("OPEN",)]
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) >= 1
    assert await query(database_url, statuses) == [("REFUNDED",)]
    assert await jobs[0].work() == 0
    assert await violations(database_url) == []
