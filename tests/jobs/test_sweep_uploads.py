"""Uploads end, and what nobody needs is deleted, whoever works."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from domain.disputes.create_evidence_upload import CreateEvidenceUpload, create_evidence_upload
from domain.disputes.evidence_kind import EvidenceKind
from jobs.sweep_uploads import sweep_uploads_job
from tests.builders.files import a_dispute, a_document
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS
from tests.faults.installation import query

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence_file import EvidenceFile
    from tests.fakes.dispute_desk import DisputeDesk

CONTENT = a_document()
STATUSES = "SELECT status, count(*) FROM evidence_files GROUP BY 1 ORDER BY 1"


async def test_uploads_end_once_whoever_works(dispute_desk: DisputeDesk, database_url: str) -> None:
    desk = dispute_desk
    dispute = await _disputed(desk)
    sent, forgotten = (
        [await _declared(desk, dispute) for _ in range(3)],
        [await _declared(desk, dispute) for _ in range(3)],
    )
    desk.storage.objects = {file.upload_key: CONTENT for file in sent}
    first, second = sweep_uploads_job(desk.ports), sweep_uploads_job(desk.ports)
    assert await first.work() == 0
    desk.desk.clock.pass_by(15 * 60)
    await asyncio.gather(first.work(), second.work())
    assert await query(database_url, STATUSES) == [("EXPIRED", 3), ("STORED", 3)]
    # Through a link that once worked, and long after.
    desk.storage.objects[forgotten[0].upload_key] = CONTENT
    desk.desk.clock.pass_by(60 * 60)
    await asyncio.gather(first.work(), second.work())
    assert desk.storage.objects == {file.stored_key: CONTENT for file in sent}
    assert await first.work() == 0


async def _disputed(desk: DisputeDesk) -> Dispute:
    at = desk.desk.clock.now()
    payment = a_payment(merchant_id=desk.desk.merchant.id)
    dispute = a_dispute(merchant_id=payment.merchant_id, payment_id=payment.id, created_at=at)
    async with desk.ports.units.begin(JOBS, "test") as unit:
        await unit.payments.add(payment)
        await unit.disputes.add(dispute)
        await unit.commit()
    return dispute


async def _declared(desk: DisputeDesk, dispute: Dispute) -> EvidenceFile:
    command = CreateEvidenceUpload(
        dispute_id=dispute.id,
        kind=EvidenceKind.RECEIPT,
        file_name="receipt.pdf",
        content_type="application/pdf",
        size_bytes=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )
    return (await create_evidence_upload(desk.ports, desk.actor, command)).file
