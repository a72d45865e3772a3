"""Deadlines are warned of once, and pass once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage
from jobs.watch_deadlines import watch_deadlines_job
from tests.builders.disputes import a_notice_of
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk

_TOLD = "SELECT data ->> 'change', data ->> 'hours' FROM events WHERE name = 'dispute.updated' ORDER BY sequence"


async def test_two_workers_warn_and_expire_once(dispute_desk: DisputeDesk, database_url: str) -> None:
    clock = dispute_desk.desk.clock
    payment = await dispute_desk.desk.captured()
    due = clock.now() + timedelta(days=10)
    await dispute_desk.hear(a_notice_of(payment, NoticeType.OPENED, DisputeStage.CHARGEBACK, respond_by=due))
    first, second = watch_deadlines_job(dispute_desk.ports), watch_deadlines_job(dispute_desk.ports)
    assert await first.work() == 0
    told: list[tuple[str | None, str | None]] = []
    for days, line in ((7, ("due_soon", "72")), (2, ("due_soon", "24")), (1, ("expired", None))):
        clock.pass_by(days * 24 * 3600 + 1)
        assert sum(await asyncio.gather(first.work(), second.work())) == 1
        told.append(line)
        assert await query(database_url, _TOLD) == told
    assert await first.work() == 0
    assert await query(database_url, "SELECT status FROM disputes") == [("EXPIRED",)]
    assert await violations(database_url) == []
