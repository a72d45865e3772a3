"""Files on real PostgreSQL: limits hold when many come at once, and the table refuses what the domain would."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from adapters.postgres.disputes.file_reads import EvidenceFileReads
from domain.disputes.create_evidence_upload import CreateEvidenceUpload, create_evidence_upload
from domain.disputes.evidence_file import FileStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.file_errors import QuotaExceeded
from domain.disputes.file_quota import QUOTA
from domain.disputes.network import Network
from domain.disputes.remove_evidence_file import RemoveEvidenceFile, remove_evidence_file
from domain.disputes.sweep_uploads import SweepUploads, sweep_uploads
from domain.disputes.verify_upload import VerifyUpload, verify_upload
from domain.identity.actor import Scope
from tests.builders.files import a_dispute, a_document, an_evidence_file
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from domain.disputes.create_evidence_upload import EvidenceUpload
    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence_file import EvidenceFile
    from tests.fakes.dispute_desk import DisputeDesk

    Owner = asyncpg.Connection
CONTENT = a_document()


async def disputed(desk: DisputeDesk, **values: Any) -> Dispute:
    """One more dispute of the merchant."""
    payment = a_payment(merchant_id=desk.desk.merchant.id)
    dispute = a_dispute(merchant_id=payment.merchant_id, payment_id=payment.id, **values)
    async with desk.ports.units.begin(JOBS, "test") as unit:
        await unit.payments.add(payment)
        await unit.disputes.add(dispute)
        await unit.commit()
    return dispute


async def declare(desk: DisputeDesk, dispute: Dispute, size_bytes: int = len(CONTENT)) -> EvidenceUpload:
    command = CreateEvidenceUpload(
        dispute_id=dispute.id,
        kind=EvidenceKind.RECEIPT,
        file_name="receipt.pdf",
        content_type="application/pdf",
        size_bytes=size_bytes,
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )
    return await create_evidence_upload(desk.ports, desk.actor, command)


async def sent(desk: DisputeDesk, dispute: Dispute) -> EvidenceFile:
    file = (await declare(desk, dispute)).file
    desk.storage.objects[file.upload_key] = CONTENT
    return file


async def test_uploads_declared_at_once_stay_within_the_answer(desk: DisputeDesk, owner: Owner) -> None:
    dispute = await disputed(desk, network=Network.AMEX)
    results = await asyncio.gather(*(declare(desk, dispute) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(result, QuotaExceeded) for result in results) == 15
    assert await owner.fetchval("SELECT count(*) FROM evidence_files") == 5


async def test_uploads_declared_at_once_for_several_disputes_stay_within_the_merchants_quota(
    desk: DisputeDesk, owner: Owner
) -> None:
    """Each dispute has a lock of its own; the quota is what they share."""
    disputes = [await disputed(desk, network=Network.MASTERCARD) for _ in range(10)]
    full = an_evidence_file(disputes[0], size_bytes=QUOTA.merchant_bytes - 5 * 10_000_000)
    async with desk.ports.units.begin(JOBS, "test") as unit:
        await unit.evidence_files.add(full)
        await unit.commit()
    attempts = [declare(desk, dispute, 10_000_000) for dispute in disputes[1:]]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(result, QuotaExceeded) for result in results) == 4
    assert await owner.fetchval("SELECT sum(size_bytes) FROM evidence_files") == QUOTA.merchant_bytes


async def test_verified_by_many_at_once(desk: DisputeDesk, owner: Owner) -> None:
    file = await sent(desk, await disputed(desk))
    command = VerifyUpload(file_id=file.id)
    files = await asyncio.gather(*(verify_upload(desk.ports, desk.actor, command) for _ in range(8)))
    assert {file.status for file in files} == {FileStatus.STORED}
    assert desk.storage.objects == {file.stored_key: CONTENT}
    assert await owner.fetchval("SELECT count(*) FROM audit_records WHERE action = 'disputes.verify_upload'") == 1
    assert await owner.fetchval("SELECT status FROM disputes") == "EVIDENCE_STAGED"


async def test_removed_while_it_is_verified(desk: DisputeDesk, owner: Owner) -> None:
    dispute = await disputed(desk)
    for _ in range(10):
        file = await sent(desk, dispute)
        await asyncio.gather(
            verify_upload(desk.ports, desk.actor, VerifyUpload(file_id=file.id)),
            remove_evidence_file(desk.ports, desk.actor, RemoveEvidenceFile(file_id=file.id)),
        )
        assert await owner.fetchval("SELECT status FROM evidence_files WHERE id = $1", file.id) == "REMOVED"
    assert await owner.fetchval("SELECT status FROM disputes") == "NEEDS_RESPONSE"
    desk.desk.clock.pass_by(2 * 60 * 60)
    assert await sweep_uploads(desk.ports, JOBS, SweepUploads()) == 10
    assert desk.storage.objects == {}
    assert await owner.fetchval("SELECT count(*) FROM evidence_files WHERE settled_at IS NULL") == 0


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("status = 'LOST'", "ck_evidence_files_status"),
        ("status = 'STORED'", "ck_evidence_files_stored"),
        ("status = 'REFUSED'", "ck_evidence_files_refused"),
        ("refusal = 'INFECTED', refusal_message = 'No.'", "ck_evidence_files_refused"),
        ("status = 'REFUSED', refusal = 'INFECTED'", "ck_evidence_files_refused"),
        ("settled_at = now()", "ck_evidence_files_settled"),
        ("size_bytes = 0", "ck_evidence_files_size"),
        ("sha256 = 'abc'", "ck_evidence_files_sha256"),
        ("sha256 = upper(sha256)", "ck_evidence_files_sha256"),
        ("key = '../../' || key", "ck_evidence_files_key"),
        ("name = 'a/b.pdf'", "ck_evidence_files_name"),
        ("name = E'a\\nb.pdf'", "ck_evidence_files_name"),
        ("name = 'a\\b.pdf'", "ck_evidence_files_name"),
        ("name = ''", "ck_evidence_files_name"),
        ("content_type = 'text/html'", "ck_evidence_files_content_type"),
        ("stage = 'LATER'", "ck_evidence_files_stage"),
    ],
)
async def test_broken_rows_are_refused(desk: DisputeDesk, owner: Owner, change: str, constraint: str) -> None:
    await declare(desk, await disputed(desk))
    with pytest.raises(asyncpg.CheckViolationError, match=constraint):
        await owner.execute(f"UPDATE evidence_files SET {change}")


@pytest.mark.parametrize("column", ["name", "sha256", "size_bytes", "key", "dispute_id", "stage", "expires_at"])
async def test_what_was_declared_cannot_be_changed(desk: DisputeDesk, database: Database, column: str) -> None:
    await declare(desk, await disputed(desk))
    async with database.connection(Scope(None)) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"UPDATE evidence_files SET {column} = {column}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM evidence_files")


async def test_a_file_of_submitted_evidence_stays(desk: DisputeDesk, owner: Owner) -> None:
    dispute = await disputed(desk)
    file = await sent(desk, dispute)
    other = await sent(desk, dispute)
    for each in (file, other):
        await verify_upload(desk.ports, desk.actor, VerifyUpload(file_id=each.id))
    await owner.execute(
        "INSERT INTO dispute_evidence"
        " (merchant_id, dispute_id, stage, status, texts, files, sha256, submitted_at, updated_at)"
        " VALUES ($1, $2, 'CHARGEBACK', 'SUBMITTED', '{}', $3::text::jsonb, repeat('a', 64), now(), now())",
        file.merchant_id,
        dispute.id,
        f'[{{"id": "{file.id}", "name": "receipt.pdf"}}]',
    )
    # Also when the domain has it wrong.
    with pytest.raises(asyncpg.CheckViolationError, match="submitted evidence never changes"):
        await owner.execute("UPDATE evidence_files SET status = 'REMOVED' WHERE id = $1", file.id)
    await owner.execute("UPDATE evidence_files SET settled_at = now() WHERE id = $1", file.id)
    await owner.execute("UPDATE evidence_files SET status = 'REMOVED' WHERE id = $1", other.id)


async def test_reads_are_scoped(desk: DisputeDesk, database: Database) -> None:
    dispute, other = await disputed(desk), await disputed(desk)
    file = await sent(desk, dispute)
    refused = await verify_upload(desk.ports, desk.actor, VerifyUpload(file_id=file.id))
    second = (await declare(desk, dispute)).file
    gone = await sent(desk, dispute)
    await remove_evidence_file(desk.ports, desk.actor, RemoveEvidenceFile(file_id=gone.id))
    # By their ids, whose time stands still here.
    shown = sorted((refused, second), key=lambda one: one.id)
    reads = EvidenceFileReads(database)
    for scope in (Scope(None), Scope(frozenset({dispute.merchant_id}))):
        assert await reads.evidence_files_of(scope, [other, dispute]) == [[], shown]
        found = await reads.evidence_files(scope, [file.id, gone.id, other.id])
        assert set(found) == {file.id, gone.id}
    for scope in (Scope(frozenset()), Scope(frozenset({other.id}))):
        assert await reads.evidence_files_of(scope, [dispute]) == [[]]
        assert await reads.evidence_files(scope, [file.id]) == {}
