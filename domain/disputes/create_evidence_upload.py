"""Declare a file of evidence, and get the link to upload it to."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.evidence_file import UPLOAD_LINK_LASTS, EvidenceFile, hexadecimal_sha256
from domain.disputes.file_content import FileType
from domain.disputes.file_errors import FileRefusal, FileRefused
from domain.disputes.file_name import clean_name
from domain.disputes.file_quota import QUOTA, ensure_room, ensure_size
from domain.identity.permission import Permission
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.evidence_kind import EvidenceKind
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.storage import UploadLink
    from domain.identity.actor import Actor

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEvidenceUpload:
    """What the merchant says of the file; `sha256` is in hexadecimal."""

    dispute_id: UUID
    kind: EvidenceKind
    file_name: str
    content_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceUpload:
    """The file, and how to send it."""

    file: EvidenceFile
    link: UploadLink


async def create_evidence_upload(ports: DisputePorts, actor: Actor, command: CreateEvidenceUpload) -> EvidenceUpload:
    """The file, which awaits its upload from now on.

    The dispute's lock comes first, so that requests at once cannot pass a limit together.
    Raises `NotFound`, `Forbidden`, `Invalid`, `DisputeStateForbids`, `FileRefused`, `QuotaExceeded` and `Unavailable`.
    """
    content_type = _file_type(command.content_type)
    name, sha256 = clean_name(command.file_name, content_type), hexadecimal_sha256(command.sha256)

    async def declare(unit: DisputesUnit) -> EvidenceFile:
        at = ports.clock.now()
        dispute = await unit.disputes.for_update(command.dispute_id)
        actor.require(Permission.DISPUTES_WRITE, dispute.merchant_id)
        dispute.ensure_answerable()
        ensure_size(dispute.network, content_type, command.size_bytes)
        usage = await unit.evidence_files.usage(dispute, at - QUOTA.window)
        ensure_room(dispute.network, usage, command.size_bytes)
        file = EvidenceFile(
            id=new_uuid(at),
            merchant_id=dispute.merchant_id,
            dispute_id=dispute.id,
            stage=dispute.stage,
            kind=command.kind,
            name=name,
            content_type=content_type,
            size_bytes=command.size_bytes,
            sha256=sha256,
            key=secrets.token_urlsafe(_KEY_BYTES),
            created_by=actor.id,
            created_at=at,
            expires_at=at + UPLOAD_LINK_LASTS,
        )
        await unit.evidence_files.add(file)
        said = {"dispute_id": str(dispute.id), "kind": file.kind.value, "size_bytes": file.size_bytes, "sha256": sha256}
        await unit.audit.record(
            actor, "disputes.create_evidence_upload", "evidence_file", file.id, file.merchant_id, said
        )
        await unit.commit()
        return file

    file = await in_unit(ports.units, actor, "file.create", declare)
    return EvidenceUpload(file=file, link=await ports.storage.upload_link(file))


def _file_type(declared: str) -> FileType:
    try:
        return FileType(declared.strip().lower())
    except ValueError:
        raise FileRefused(FileRefusal.TYPE_NOT_ALLOWED, path=("contentType",)) from None
