"""Files of statements and a bank's inbox, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.disputes.storage import UploadLink
from domain.reconciliation.ports import InboxObject

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence
    from datetime import datetime

    from domain.reconciliation.statement_import import StatementImport

_PIECE = 1000


class MemoryBankFiles:
    """Satisfies `domain.reconciliation.ports.StatementFiles`; `objects` are what lies there, by key."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def upload_link(self, file: StatementImport) -> UploadLink:
        """A link by its key."""
        assert file.expires_at is not None
        return UploadLink(url=f"memory:{file.upload_key}", expires_at=file.expires_at)

    async def download_link(self, file: StatementImport, expires_at: datetime) -> str:
        """An address by its key."""
        return f"memory:{file.stored_key}?until={expires_at.isoformat()}"

    async def size(self, key: str) -> int | None:
        """How many bytes lie there."""
        content = self.objects.get(key)
        return None if content is None else len(content)

    async def stream(self, key: str) -> AsyncGenerator[bytes]:
        """What lies there, in small pieces."""
        content = self.objects.get(key, b"")
        for start in range(0, len(content), _PIECE):
            yield content[start : start + _PIECE]

    async def keep(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Write what comes."""
        self.objects[key] = b"".join([chunk async for chunk in chunks])

    async def delete(self, key: str) -> None:
        """Nothing lies there any more."""
        self.objects.pop(key, None)


class MemoryInbox:
    """Satisfies `domain.reconciliation.ports.StatementInbox`."""

    def __init__(self) -> None:
        self.left: dict[str, tuple[InboxObject, bytes]] = {}

    def leave(self, path: str, content: bytes, at: datetime) -> None:
        """The bank leaves a file, or another in its place."""
        tag = str(hash(content))
        self.left[path] = (InboxObject(path, tag, len(content), at), content)

    async def objects(self) -> AsyncGenerator[Sequence[InboxObject]]:
        """All that lies there, one at a time."""
        for one, _ in list(self.left.values()):
            yield [one]

    async def stream(self, path: str) -> AsyncGenerator[bytes]:
        """What lies there."""
        if path in self.left:
            yield self.left[path][1]
