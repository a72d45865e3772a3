"""What a merchant does not fight about is accepted by the clock, once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.disputes.category import DisputeCategory
from domain.disputes.notice import NoticeType
from domain.disputes.set_dispute_policy import SetDisputePolicy, set_dispute_policy
from domain.disputes.stage import DisputeStage
from jobs.accept_by_policy import accept_by_policy_job
from tests.builders.disputes import a_notice_of
from tests.builders.money import eur
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk


async def test_small_fraud_is_accepted_and_nothing_else(dispute_desk: DisputeDesk, database_url: str) -> None:
    policy = SetDisputePolicy(
        merchant_id=dispute_desk.desk.merchant.id,
        currency=eur(1).currency,
        accept_up_to=eur(20),
        categories=frozenset({DisputeCategory.FRAUDULENT}),
    )
    await set_dispute_policy(dispute_desk.ports, dispute_desk.actor, policy)
    for number, (amount, reason) in enumerate(((eur(20), "10.4"), (eur(21), "10.4"), (eur(5), "13.1"))):
        payment = await dispute_desk.desk.captured()
        opened = a_notice_of(
            payment,
            NoticeType.OPENED,
            DisputeStage.CHARGEBACK,
            case_reference=f"simd_{number}",
            amount=amount,
            reason_code=reason,
        )
        await dispute_desk.hear(opened)
    jobs = [accept_by_policy_job(dispute_desk.ports) for _ in range(2)]
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 1
    assert len(dispute_desk.gateway.answers) == 1
    found = await query(database_url, "SELECT case_reference, status FROM disputes ORDER BY case_reference")
    assert found == [("simd_0", "ACCEPTED"), ("simd_1", "NEEDS_RESPONSE"), ("simd_2", "NEEDS_RESPONSE")]
    assert await violations(database_url) == []
