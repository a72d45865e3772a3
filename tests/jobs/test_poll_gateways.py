"""Notices that never came by themselves are asked for, and read once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.disputes.gateway import Notices
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage
from jobs.poll_gateways import poll_gateways_job
from tests.builders.disputes import a_notice_of
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk


async def test_two_workers_read_the_same_page(dispute_desk: DisputeDesk, database_url: str) -> None:
    payment = await dispute_desk.desk.captured()
    opened = a_notice_of(payment, NoticeType.OPENED, DisputeStage.CHARGEBACK)
    dispute_desk.gateway.page = Notices(disputes=(opened,), warnings=(), cursor="1", more=False)
    jobs = [poll_gateways_job(dispute_desk.ports) for _ in range(2)]
    await asyncio.gather(*(job.work() for job in jobs))
    assert await jobs[0].work() == 0
    assert await query(database_url, "SELECT stage, status, version FROM disputes") == [
        ("CHARGEBACK", "NEEDS_RESPONSE", 2)
    ]
    assert await query(database_url, "SELECT gateway, cursor FROM gateway_cursors") == [("simulator", "1")]
    assert await violations(database_url) == []
