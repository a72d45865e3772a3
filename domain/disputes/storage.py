"""Where the content of files is kept and looked at; the domain decides what may lie there, adapters know how."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.file_content import FileType
    from domain.disputes.stage import DisputeStage


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLink:
    """How a file is sent: whoever has the link may, until it expires. The headers are part of the bargain."""

    url: str
    method: str = "PUT"
    headers: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime


class ObjectStorage(Protocol):
    """Content by key. Every method raises `Unavailable` when the storage does not answer."""

    async def upload_link(self, file: EvidenceFile) -> UploadLink:
        """A link that writes the file's `upload_key` until the file's `expires_at`, and nothing else."""
        ...

    async def download_link(self, file: EvidenceFile, expires_at: datetime) -> str:
        """An address that gives the file's `stored_key` as an attachment under its name."""
        ...

    async def size(self, key: str) -> int | None:
        """How many bytes lie there; None when nothing does."""
        ...

    async def read(self, key: str, most_bytes: int) -> bytes:
        """What lies there, so many bytes of it at most; nothing when nothing does."""
        ...

    async def keep(self, file: EvidenceFile, content: bytes) -> None:
        """Put verified content under the file's `stored_key`, all of it or nothing, also over the same content."""
        ...

    async def delete(self, key: str) -> None:
        """Nothing lies there any more; nor did it have to before."""
        ...


class VerdictKind(StrEnum):
    """What a scan found."""

    CLEAN = "CLEAN"
    INFECTED = "INFECTED"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`found` is what it found, for people; `pages` are those of a document, when it knows."""

    kind: VerdictKind
    found: str | None = None
    pages: int | None = None


class VirusScanner(Protocol):
    """Looks into content."""

    async def scan(self, content: bytes, content_type: FileType) -> Verdict:
        """What it finds; raise `Unavailable` when it cannot tell: nothing passes unseen."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUsage:
    """What takes up room: files and bytes of one stage of a dispute, and the merchant's bytes since a moment."""

    stage_files: int
    stage_bytes: int
    merchant_bytes: int


class EvidenceFiles(Protocol):
    """The files of the disputes that the unit's actor can see. The dispute is locked before a file of it."""

    async def get(self, file_id: UUID) -> EvidenceFile:
        """The file as it is; raise `NotFound`."""
        ...

    async def for_update(self, file_id: UUID) -> EvidenceFile:
        """The file, locked until the unit ends; raise `NotFound`."""
        ...

    async def of_stage(self, dispute: Dispute, stage: DisputeStage) -> list[EvidenceFile]:
        """What is awaited or stored for a stage, the oldest first."""
        ...

    async def usage(self, dispute: Dispute, since: datetime) -> FileUsage:
        """What is awaited or stored; nobody else of the merchant can add to it until the unit ends."""
        ...

    async def add(self, file: EvidenceFile) -> None:
        """A new one, before anything can be uploaded."""
        ...

    async def save(self, file: EvidenceFile) -> None:
        """A changed one; the version must follow on the one that was loaded."""
        ...

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Files whose link has expired without an upload, and those that settle; the longest overdue first."""
        ...
