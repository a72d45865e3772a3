"""Counter a stage with the evidence that is staged for it: once, and for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.beginning import Answer, DisputeResult, begin, current_dispute, keep_response
from domain.disputes.deliver_response import DeliverResponse, deliver_response
from domain.disputes.errors import DisputeStateForbids, EvidenceEmpty
from domain.disputes.evidence import Evidence, ListedFile
from domain.disputes.evidence_file import EvidenceFile, FileStatus
from domain.disputes.file_errors import FileRefusal
from domain.disputes.gateway import ResponseKind
from domain.disputes.verify_upload import VerifyUpload, verify_upload
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitEvidence:
    """Which dispute's; what is staged for its present stage goes."""

    idempotency_key: str
    dispute_id: UUID


async def submit_evidence(ports: DisputePorts, actor: Actor, command: SubmitEvidence) -> DisputeResult:
    """The dispute after the gateway's first answer: under review, or with the evidence still on its way.

    Raises `NotFound`, `Forbidden`, `Invalid`, `DisputeStateForbids` (also for a file that was announced and never
    uploaded), `EvidenceEmpty`, `FileRefused`, `IdempotencyConflict`, `IdempotencyInProgress` and `Unavailable`.
    """
    await _verify_files(ports, actor, command.dispute_id)

    async def change(unit: DisputesUnit, dispute: Dispute, response_id: UUID, at: datetime) -> DisputeResponse:
        dispute.ensure_answerable()
        evidence = await _listed(unit, dispute, at)
        await unit.evidence.save(evidence)
        sha256 = evidence.content_sha256
        return await keep_response(unit, actor, dispute, response_id, ResponseKind.COUNTER, at, sha256=sha256)

    answer = Answer(
        name="submit",
        mutation="submitDisputeEvidence",
        dispute_id=command.dispute_id,
        idempotency_key=command.idempotency_key,
        command=command,
    )
    begun = await begin(ports, actor, answer, change)
    if begun.response is not None:
        await deliver_response(ports, actor, DeliverResponse(response=begun.response))
    result = await current_dispute(ports, actor, command.dispute_id, begun.response_id, replayed=begun.earlier)
    # Only acceptances are ever approved.
    assert isinstance(result, DisputeResult)
    return result


async def _verify_files(ports: DisputePorts, actor: Actor, dispute_id: UUID) -> None:
    """Files that went straight to the object storage have been looked at by nobody yet; raise `FileRefused`.

    What the merchant thinks is part of the answer must not be left out of it without a word.
    """

    async def awaited(unit: DisputesUnit) -> list[EvidenceFile]:
        dispute = await unit.disputes.get(dispute_id)
        files = await unit.evidence_files.of_stage(dispute, dispute.stage)
        return [file for file in files if file.status is FileStatus.AWAITING_UPLOAD]

    for file in await in_unit(ports.units, actor, "submit.files", awaited):
        verified = await verify_upload(ports, actor, VerifyUpload(file_id=file.id))
        # One that came too late did so because the dispute cannot be answered any more, which is said in its place.
        if verified.refusal not in {None, FileRefusal.TOO_LATE}:
            verified.ensure_stored()


async def _listed(unit: DisputesUnit, dispute: Dispute, at: datetime) -> Evidence:
    files = await unit.evidence_files.of_stage(dispute, dispute.stage)
    if missing := next((file for file in files if file.status is FileStatus.AWAITING_UPLOAD), None):
        rule = f"The file {missing.name} was announced and is not uploaded; upload it, or remove it, and submit again."
        raise DisputeStateForbids(rule)
    stored = tuple(_listing(file) for file in files if file.status is FileStatus.STORED)
    evidence = await unit.evidence.of_stage(dispute, dispute.stage)
    if evidence is None:
        if not stored:
            raise EvidenceEmpty
        evidence = Evidence(merchant_id=dispute.merchant_id, dispute_id=dispute.id, stage=dispute.stage, updated_at=at)
    return evidence.list_files(stored, at)


def _listing(file: EvidenceFile) -> ListedFile:
    return ListedFile(
        id=file.id,
        kind=file.kind,
        name=file.name,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
    )
