"""Object storage in memory, and a scanner that finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.disputes.storage import UploadLink, Verdict, VerdictKind

if TYPE_CHECKING:
    from datetime import datetime

    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.file_content import FileType


class MemoryStorage:
    """Satisfies `domain.disputes.storage.ObjectStorage`; `objects` are what lies there, by key."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def upload_link(self, file: EvidenceFile) -> UploadLink:
        """A link by its key."""
        return UploadLink(url=f"memory:{file.upload_key}", expires_at=file.expires_at)

    async def download_link(self, file: EvidenceFile, expires_at: datetime) -> str:
        """An address by its key."""
        return f"memory:{file.stored_key}?until={expires_at.isoformat()}"

    async def size(self, key: str) -> int | None:
        """How many bytes lie there."""
        content = self.objects.get(key)
        return None if content is None else len(content)

    async def read(self, key: str, most_bytes: int) -> bytes:
        """What lies there."""
        return self.objects.get(key, b"")[:most_bytes]

    async def keep(self, file: EvidenceFile, content: bytes) -> None:
        """Put verified content."""
        self.objects[file.stored_key] = content

    async def delete(self, key: str) -> None:
        """Nothing lies there any more."""
        self.objects.pop(key, None)


class NoScanner:
    """Satisfies `domain.disputes.storage.VirusScanner`: all is clean."""

    async def scan(self, content: bytes, content_type: FileType) -> Verdict:
        """Clean."""
        del content, content_type
        return Verdict(kind=VerdictKind.CLEAN)
