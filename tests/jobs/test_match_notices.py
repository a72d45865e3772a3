"""Notices and warnings that came before their payments are matched once those are known."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.disputes.early_fraud_warning import FraudType, WarningNotice
from domain.disputes.network import Network
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage
from jobs.match_notices import match_notices_job
from tests.builders.disputes import a_notice
from tests.builders.money import eur
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk


async def test_they_wait_for_their_payment(dispute_desk: DisputeDesk, database_url: str) -> None:
    payment = await dispute_desk.desk.captured()
    reference = payment.gateway_reference
    assert reference is not None
    # As if the gateway's answer to the authorization were still on its way.
    await query(database_url, "UPDATE payments SET gateway_reference = NULL RETURNING id")
    notices = [
        a_notice(type_, DisputeStage.CHARGEBACK, minutes=minutes, payment_reference=reference)
        for minutes, type_ in enumerate((NoticeType.LOST, NoticeType.OPENED))
    ]
    assert [await dispute_desk.hear(notice) for notice in notices] == [None, None]
    warning = WarningNotice(
        gateway="simulator",
        notice_id="ntc_warning",
        payment_reference=reference,
        network=Network.VISA,
        fraud_type=FraudType.STOLEN_CARD,
        amount=eur(40),
        reported_at=notices[0].occurred_at,
    )
    assert await dispute_desk.be_warned(warning) is None
    jobs = [match_notices_job(dispute_desk.ports) for _ in range(2)]
    assert [await job.work() for job in jobs] == [0, 0]
    assert await query(database_url, "SELECT count(*) FROM disputes") == [(0,)]
    await query(database_url, f"UPDATE payments SET gateway_reference = '{reference}' RETURNING id")
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 3
    assert await jobs[0].work() == 0
    assert await query(database_url, "SELECT status, withdrawn_minor FROM disputes") == [("LOST", 4000)]
    assert await query(database_url, "SELECT status FROM early_fraud_warnings") == [("DISPUTED",)]
    assert await query(database_url, "SELECT DISTINCT state FROM dispute_notices") == [("APPLIED",)]
    assert await violations(database_url) == []
