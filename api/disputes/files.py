"""Files of evidence in the graph: declared by a mutation, sent to a link, verified, and handed out by another link."""

from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import strawberry

from api.context import Context, Reading
from api.derivation import derived
from api.describing import attribute
from api.disputes.enums import DisputeStage, EvidenceKind
from api.disputes.file_enums import FileRefusal, FileStatus
from api.errors import FileRefused, InvalidInput, InvalidState, NotFound, PermissionDenied, QuotaExceeded
from api.fields import batched, mutation
from api.node import Node, identifier
from domain.disputes import evidence_file as files
from domain.disputes.create_evidence_upload import CreateEvidenceUpload, create_evidence_upload
from domain.disputes.evidence_download import EvidenceDownload, evidence_download
from domain.disputes.remove_evidence_file import RemoveEvidenceFile, remove_evidence_file
from domain.disputes.verify_upload import VerifyUpload, verify_upload
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id


async def _download_urls(rows: list["EvidenceFile"], reading: Reading) -> list[Optional[str]]:  # noqa: UP045 - an element type
    """Links for all files of a level, written down as read."""
    shown = tuple(row.entity for row in rows if reading.scope.covers(row.entity.merchant_id))
    links = await evidence_download(reading.context.disputes, reading.actor, EvidenceDownload(files=shown))
    return [links.get(row.entity.id) for row in rows]


@strawberry.type(description="Why a file was refused.")
class EvidenceFileRefusal:
    """The reason for programs, and the words for people."""

    reason: FileRefusal = attribute("The reason.")
    message: str = attribute("What to do about it.")


def _refusal(reason: FileRefusal | None, message: str | None) -> EvidenceFileRefusal | None:
    return None if reason is None else EvidenceFileRefusal(reason=reason, message=message or "")


@strawberry.type(description="A file of evidence: PDF, JPEG or PNG.")
class EvidenceFile(Node):
    """Its size and hash are what was declared, and of a stored file what it has."""

    entity: strawberry.Private[files.EvidenceFile]
    id: strawberry.ID = identifier(Prefix.EVIDENCE)
    stage: DisputeStage = derived("The stage of the dispute whose evidence it is.", "entity.stage")
    kind: EvidenceKind = derived("What it is meant to prove.", "entity.kind")
    name: str = derived("The name that it is downloaded under.", "entity.name")
    content_type: str = derived(
        "Its media type: application/pdf, image/jpeg or image/png.", "entity.content_type.value"
    )
    size_bytes: int = derived("Its size in bytes.", "entity.size_bytes")
    sha256: str = derived("Its SHA-256, in hexadecimal.", "entity.sha256")
    status: FileStatus = derived("Where it stands.", "entity.status")
    refusal: EvidenceFileRefusal | None = derived(
        "Why it was refused, when it was.", _refusal, "entity.refusal", "entity.refusal_message"
    )
    created_at: datetime = derived("When it was declared.", "entity.created_at")
    stored_at: datetime | None = derived("When its content was verified.", "entity.stored_at")
    download_url: str | None = batched(
        Permission.DISPUTES_READ,
        "A link to its content, good for less than five minutes, for whoever has it; null unless it is stored. That you"
        " asked for it is written to the audit log.",
    )(_download_urls)


def evidence_file(entity: files.EvidenceFile) -> EvidenceFile:
    """A file as the graph shows it."""
    return EvidenceFile(entity=entity)


@strawberry.type(description="A header that an upload has to have.")
class HttpHeader:
    """Name and value."""

    name: str = attribute("The header's name, in lower case.")
    value: str = attribute("Its value.")


@strawberry.type(
    description="How the content of a file is sent: one request to this address, with the file as its body."
)
class EvidenceUpload:
    """Whoever has it may send the file."""

    url: str = attribute("The address; no other credentials are needed, so keep it to yourself.")
    method: str = attribute("The HTTP method: PUT.")
    headers: list[HttpHeader] = attribute("Headers to send with it.")
    expires_at: datetime = attribute("Until when the upload may begin.")


@strawberry.input(description="A file of evidence that is about to be uploaded.")
class CreateEvidenceUploadInput:
    """For `createEvidenceUpload`."""

    dispute_id: strawberry.ID = attribute("The dispute.")
    kind: EvidenceKind = attribute("What the file is meant to prove.")
    file_name: str = attribute("Its name; paths and what cannot be seen are taken off.")
    content_type: str = attribute("Its media type: application/pdf, image/jpeg or image/png.")
    size_bytes: int = attribute("Its exact size in bytes.")
    sha256: str = attribute("The SHA-256 of its content, as 64 hexadecimal digits.")


@strawberry.input(description="An upload that is done.")
class CompleteEvidenceUploadInput:
    """For `completeEvidenceUpload`."""

    file_id: strawberry.ID = attribute("The file.")


@strawberry.input(description="A file to take out of the evidence.")
class RemoveEvidenceFileInput:
    """For `removeEvidenceFile`."""

    file_id: strawberry.ID = attribute("The file.")


@strawberry.type(description="The file was declared; now send its content.")
class CreateEvidenceUploadPayload:
    """Of `createEvidenceUpload`."""

    file: EvidenceFile = attribute("The file, which awaits its content.")
    upload: EvidenceUpload = attribute("How to send it.")


@strawberry.type(description="The content was verified; the file is part of the evidence.")
class CompleteEvidenceUploadPayload:
    """Of `completeEvidenceUpload`."""

    file: EvidenceFile = attribute("The stored file.")


@strawberry.type(description="The file was taken out of the evidence, and its content deleted.")
class RemoveEvidenceFilePayload:
    """Of `removeEvidenceFile`."""

    file: EvidenceFile = attribute("The removed file.")


CreateEvidenceUploadResult = Annotated[
    CreateEvidenceUploadPayload
    | InvalidInput
    | NotFound
    | PermissionDenied
    | InvalidState
    | FileRefused
    | QuotaExceeded,
    strawberry.union("CreateEvidenceUploadResult", description="What `createEvidenceUpload` answers with."),
]
CompleteEvidenceUploadResult = Annotated[
    CompleteEvidenceUploadPayload | InvalidInput | NotFound | PermissionDenied | FileRefused,
    strawberry.union("CompleteEvidenceUploadResult", description="What `completeEvidenceUpload` answers with."),
]
RemoveEvidenceFileResult = Annotated[
    RemoveEvidenceFilePayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("RemoveEvidenceFileResult", description="What `removeEvidenceFile` answers with."),
]


@mutation(
    Permission.DISPUTES_WRITE,
    "Declare a file of evidence and get a link to send its content to. Files that are not as declared are refused.",
)
async def create(context: Context, input: CreateEvidenceUploadInput) -> CreateEvidenceUploadResult:  # noqa: A002 - GraphQL's word
    """Run `create_evidence_upload`."""
    command = CreateEvidenceUpload(
        dispute_id=parse_id(Prefix.DISPUTE, input.dispute_id, ("disputeId",)),
        kind=input.kind,
        file_name=input.file_name,
        content_type=input.content_type,
        size_bytes=input.size_bytes,
        sha256=input.sha256,
    )
    made = await create_evidence_upload(context.disputes, context.actor, command)
    upload = EvidenceUpload(
        url=made.link.url,
        method=made.link.method,
        headers=[HttpHeader(name=name, value=value) for name, value in made.link.headers.items()],
        expires_at=made.link.expires_at,
    )
    return CreateEvidenceUploadPayload(file=evidence_file(made.file), upload=upload)


@mutation(
    Permission.DISPUTES_WRITE,
    "Verify what was sent to an upload link. It happens by itself, too, at the latest when the evidence is submitted;"
    " asking for it tells at once whether the file is taken.",
)
async def complete(context: Context, input: CompleteEvidenceUploadInput) -> CompleteEvidenceUploadResult:  # noqa: A002
    """Run `verify_upload`."""
    file = await verify_upload(context.disputes, context.actor, VerifyUpload(file_id=_file_id(input.file_id)))
    file.ensure_stored()
    return CompleteEvidenceUploadPayload(file=evidence_file(file))


@mutation(Permission.DISPUTES_WRITE, "Take a file out of the evidence before it is submitted.")
async def remove(context: Context, input: RemoveEvidenceFileInput) -> RemoveEvidenceFileResult:  # noqa: A002
    """Run `remove_evidence_file`."""
    command = RemoveEvidenceFile(file_id=_file_id(input.file_id))
    file = await remove_evidence_file(context.disputes, context.actor, command)
    return RemoveEvidenceFilePayload(file=evidence_file(file))


def _file_id(text: str) -> UUID:
    return parse_id(Prefix.EVIDENCE, text, ("fileId",))


@strawberry.type
class FileMutations:
    """The fields that files of evidence add to Mutation."""

    create_evidence_upload = create
    complete_evidence_upload = complete
    remove_evidence_file = remove
