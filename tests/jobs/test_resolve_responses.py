"""What became of an answer is found out, by one of the workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import FIRST_CHECK_SECONDS
from jobs.resolve_responses import resolve_responses_job
from tests.builders.disputes import a_notice_of
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk


async def test_asks_for_lost_answers_and_sends_those_that_never_came(
    dispute_desk: DisputeDesk, database_url: str
) -> None:
    for taken in (True, False):
        payment = await dispute_desk.desk.captured()
        dispute = await dispute_desk.hear(
            a_notice_of(payment, NoticeType.OPENED, DisputeStage.CHARGEBACK, case_reference=f"simd_{taken}")
        )
        assert dispute is not None
        await dispute_desk.stage(dispute, {EvidenceKind.RECEIPT: "Order 1, one bicycle."})
        dispute_desk.gateway.fail_next(OutcomeKind.UNKNOWN, taken=taken)
        pending = await dispute_desk.submit(dispute)
        assert (pending.dispute.status, pending.dispute.response_pending) == (DisputeStatus.EVIDENCE_STAGED, True)
    jobs = [resolve_responses_job(dispute_desk.ports) for _ in range(2)]
    dispute_desk.desk.clock.pass_by(FIRST_CHECK_SECONDS)
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 2
    assert len(dispute_desk.gateway.answers) == 2
    assert await query(database_url, "SELECT DISTINCT status, response_pending FROM disputes") == [
        ("UNDER_REVIEW", False)
    ]
    assert await query(database_url, "SELECT DISTINCT status FROM dispute_evidence") == [("SUBMITTED",)]
    assert await violations(database_url) == []
