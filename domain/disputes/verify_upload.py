"""Look at what was uploaded: when it is what was declared it is kept, when it is not it is deleted."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.answering import mark_staged
from domain.disputes.file_clearing import clear_file
from domain.disputes.file_content import is_whole, recognise
from domain.disputes.file_errors import FileRefusal, FileRefused
from domain.disputes.file_quota import ensure_pages
from domain.disputes.storage import VerdictKind
from domain.identity.permission import Permission
from domain.kernel.errors import Unavailable
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyUpload:
    """The file."""

    file_id: UUID


async def verify_upload(ports: DisputePorts, actor: Actor, command: VerifyUpload) -> EvidenceFile:
    """The file after the look: stored, refused, or still awaited when nothing was uploaded.

    However often and by however many at once it is called, the first verdict holds. What is kept is the very content
    that was looked at: the upload link writes elsewhere, and cannot replace it.
    Raises `NotFound`, `Forbidden`, and `Unavailable` when storage or scanner do not answer.
    """

    async def load(unit: DisputesUnit) -> tuple[EvidenceFile, Dispute]:
        file = await unit.evidence_files.get(command.file_id)
        actor.require(Permission.DISPUTES_WRITE, file.merchant_id)
        return file, await unit.disputes.get(file.dispute_id)

    file, dispute = await in_unit(ports.units, actor, "file.load", load)
    if not file.awaits_upload:
        return file
    refused = None
    try:
        content = await _uploaded(ports, file)
        if content is None:
            # Nothing was sent, or somebody else has just judged it and cleared it away.
            return (await in_unit(ports.units, actor, "file.load", load))[0]
        await _examine(ports, file, dispute, content)
        await ports.storage.keep(file, content)
    except FileRefused as error:
        refused = error
        # Before the row says so. Killed here, the file awaits another upload, and expires.
        await ports.storage.delete(file.upload_key)
    judged = await _record(ports, actor, file, refused)
    # The verdict is committed. What is left now, the sweep deletes.
    with suppress(Unavailable):
        await clear_file(ports.storage, judged)
    return judged


async def _uploaded(ports: DisputePorts, file: EvidenceFile) -> bytes | None:
    """What was uploaded, never more than was declared; raise `FileRefused` for another size."""
    size = await ports.storage.size(file.upload_key)
    if size is None:
        return None
    if size != file.size_bytes:
        raise FileRefused(FileRefusal.SIZE_MISMATCH)
    return await ports.storage.read(file.upload_key, file.size_bytes)


async def _examine(ports: DisputePorts, file: EvidenceFile, dispute: Dispute, content: bytes) -> None:
    """Raise `FileRefused` for content that is not what was declared, or that nobody should open."""
    # The object may have been replaced since its size was asked for.
    if len(content) != file.size_bytes:
        raise FileRefused(FileRefusal.SIZE_MISMATCH)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise FileRefused(FileRefusal.HASH_MISMATCH)
    kind = recognise(content)
    if kind is None:
        raise FileRefused(FileRefusal.TYPE_NOT_ALLOWED)
    if kind is not file.content_type:
        raise FileRefused(FileRefusal.TYPE_MISMATCH)
    if not is_whole(content, kind):
        raise FileRefused(FileRefusal.UNREADABLE)
    verdict = await ports.scanner.scan(content, kind)
    if verdict.kind is VerdictKind.INFECTED:
        raise FileRefused(FileRefusal.INFECTED)
    if verdict.kind is VerdictKind.UNREADABLE:
        raise FileRefused(FileRefusal.UNREADABLE)
    ensure_pages(dispute.network, verdict.pages)


async def _record(ports: DisputePorts, actor: Actor, file: EvidenceFile, refused: FileRefused | None) -> EvidenceFile:
    async def record(unit: DisputesUnit) -> EvidenceFile:
        at = ports.clock.now()
        # Its lock comes first: an answer on its way has listed its files, and this one would be none of them.
        dispute = await unit.disputes.for_update(file.dispute_id)
        present = await unit.evidence_files.for_update(file.id)
        if not present.awaits_upload:
            return present
        late = dispute.answer_refusal() is not None or dispute.stage is not present.stage
        refusal = refused or (FileRefused(FileRefusal.TOO_LATE) if late else None)
        judged = present.store(at) if refusal is None else present.refuse(refusal)
        if judged.stored:
            await unit.disputes.save(mark_staged(dispute, at, empty=False))
        await unit.evidence_files.save(judged)
        said = {"dispute_id": str(dispute.id), "status": judged.status.value}
        if refusal is not None:
            said["refusal"] = refusal.reason.value
        await unit.audit.record(actor, "disputes.verify_upload", "evidence_file", file.id, file.merchant_id, said)
        await unit.commit()
        return judged

    return await in_unit(ports.units, actor, "file.verify", record)
