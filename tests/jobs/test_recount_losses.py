"""What a dispute says is lost twice follows its payment, by whichever of two workers comes first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.payments.gateway import OutcomeKind
from jobs.recount_losses import recount_losses_job
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.gateway import Fault
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk


async def test_the_refund_fails_after_the_dispute(dispute_desk: DisputeDesk, database_url: str) -> None:
    jobs = [recount_losses_job(dispute_desk.ports) for _ in range(2)]
    payment = await dispute_desk.desk.captured()
    dispute_desk.desk.gateway.next(Fault.REQUEST_LOST)
    await dispute_desk.desk.refund(payment, eur(80))
    await dispute_desk.opened(payment)
    assert await query(database_url, "SELECT double_loss_minor FROM disputes") == [(2000,)]
    assert await jobs[0].work() == 0
    dispute_desk.desk.gateway.next(an_outcome(OutcomeKind.FAILED))
    await dispute_desk.desk.resolve(after_seconds=60)
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 1
    assert await query(database_url, "SELECT double_loss_minor, withdrawn_minor FROM disputes") == [(0, 4000)]
    assert await query(database_url, "SELECT double_loss_minor, disputed_minor FROM payments") == [(0, 4000)]
    assert await jobs[0].work() == 0
    assert await violations(database_url) == []
