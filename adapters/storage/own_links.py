"""A storage on this machine, which cannot sign links: they lead to our own routes."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import obstore
from obstore.store import LocalStore

from adapters.failpoints import failpoint
from adapters.storage.objects import StoredObjects, translated
from domain.disputes.storage import UploadLink

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime
    from pathlib import Path

    from obstore import Attributes
    from obstore.store import ObjectStore

    from adapters.storage.link_token import LinkTokens
    from domain.disputes.evidence_file import EvidenceFile

_CHUNK_BYTES = 1024 * 1024


class OwnLinks(StoredObjects):
    """Satisfies `domain.disputes.storage.ObjectStorage`, and what the routes of files need."""

    def __init__(self, open_store: Callable[[], ObjectStore], tokens: LinkTokens, public_url: str) -> None:
        super().__init__(open_store)
        self._tokens = tokens
        self._public_url = public_url

    async def upload_link(self, file: EvidenceFile) -> UploadLink:
        """A link that writes the file's `upload_key` until the file's `expires_at`, and nothing else."""
        return UploadLink(
            url=f"{self._public_url}/files/uploads/{self._tokens.upload(file)}",
            headers={"content-type": file.content_type.value},
            expires_at=file.expires_at,
        )

    async def download_link(self, file: EvidenceFile, expires_at: datetime) -> str:
        """An address that gives the file's `stored_key` as an attachment under its name."""
        return f"{self._public_url}/files/{self._tokens.download(file, expires_at)}"

    async def receive(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Write what comes, all of it or nothing: when the chunks break off, nothing lies there."""
        failpoint("file.receive.before")
        with translated():
            # Little of it at a time in memory, however many send at once.
            await obstore.put_async(
                self._store, key, chunks, use_multipart=True, chunk_size=_CHUNK_BYTES, max_concurrency=1
            )
        failpoint("file.receive.done")


class LocalFiles(OwnLinks):
    """The same on a local disk, which takes no attributes and forgets what it was not told to write at once."""

    def __init__(self, directory: Path, tokens: LinkTokens, public_url: str) -> None:
        def open_store() -> LocalStore:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            return LocalStore(directory)

        super().__init__(open_store, tokens, public_url)
        self._directory = directory

    async def keep(self, file: EvidenceFile, content: bytes) -> None:
        """As any storage; on the disk by the time that the row is."""
        await super().keep(file, content)
        with translated():
            await asyncio.to_thread(_flush, self._directory / file.stored_key)

    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """As any storage; on the disk by the time that the row is."""
        await super().write(key, chunks)
        with translated():
            await asyncio.to_thread(_flush, self._directory / key)

    async def delete(self, key: str) -> None:
        """Also what an upload was writing when the process was killed: `key#1`, which nobody ever lists."""
        await super().delete(key)
        path = self._directory / key
        for left in path.parent.glob(f"{path.name}#*"):
            left.unlink(missing_ok=True)

    def _attributes(self, file: EvidenceFile) -> Attributes | None:
        del file


def _flush(path: Path) -> None:
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
