"""What all storages do alike: look, read, keep and delete, with errors in the domain's words."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError

from adapters.failpoints import failpoint
from adapters.storage.disposition import attachment
from domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator

    from obstore import Attributes
    from obstore.store import ObjectStore

    from domain.disputes.evidence_file import EvidenceFile

_CHUNK_BYTES = 256 * 1024
# The least that S3 takes for a part of several.
_PART_BYTES = 8 * 1024 * 1024


@contextmanager
def translated() -> Generator[None]:
    """Say in the domain's words that the storage is away; what is not there stays `FileNotFoundError`."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise Unavailable("The file storage does not answer now; try the same request again in a moment.") from error


class StoredObjects:
    """Satisfies `domain.disputes.storage.ObjectStorage` but for the links."""

    def __init__(self, open_store: Callable[[], ObjectStore]) -> None:
        self._open_store = open_store

    @cached_property
    def _store(self) -> ObjectStore:
        """Opened when something is first asked of it: most processes never do."""
        return self._open_store()

    async def size(self, key: str) -> int | None:
        """How many bytes lie there; None when nothing does."""
        try:
            with translated():
                return (await obstore.head_async(self._store, key))["size"]
        except FileNotFoundError:
            return None

    async def read(self, key: str, most_bytes: int) -> bytes:
        """What lies there, so many bytes of it at most; nothing when nothing does."""
        content = bytearray()
        try:
            with translated():
                found = await obstore.get_async(self._store, key)
                # Not by a range, which an empty object refuses.
                async for chunk in found.stream(min_chunk_size=_CHUNK_BYTES):
                    content += chunk
                    if len(content) >= most_bytes:
                        break
        except FileNotFoundError:
            return b""
        return bytes(content[:most_bytes])

    async def stream(self, key: str) -> AsyncGenerator[bytes]:
        """What lies there, piece by piece; nothing when nothing does."""
        try:
            with translated():
                found = await obstore.get_async(self._store, key)
                async for chunk in found.stream(min_chunk_size=_CHUNK_BYTES):
                    yield bytes(chunk)
        except FileNotFoundError:
            return

    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Put what comes there, all of it or nothing: when the chunks break off, nothing new lies there."""
        failpoint("file.write.before")
        with translated():
            await obstore.put_async(
                self._store, key, chunks, use_multipart=True, chunk_size=_PART_BYTES, max_concurrency=1
            )
        failpoint("file.write.done")

    async def keep(self, file: EvidenceFile, content: bytes) -> None:
        """Put verified content under the file's `stored_key`, all of it or nothing, also over the same content."""
        failpoint("file.keep.before")
        with translated():
            await obstore.put_async(
                self._store, file.stored_key, content, attributes=self._attributes(file), use_multipart=False
            )
        failpoint("file.keep.done")

    async def delete(self, key: str) -> None:
        """Nothing lies there any more; nor did it have to before."""
        failpoint("file.delete.before")
        try:
            with translated():
                await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            pass
        failpoint("file.delete.done")

    async def keys(self) -> list[str]:
        """All that lies there: for tests and for who looks after the storage."""
        with translated():
            found = [entry["path"] async for batch in obstore.list(self._store) for entry in batch]
        return sorted(found)

    def _attributes(self, file: EvidenceFile) -> Attributes | None:
        """How the storage itself gives the object out. Signed links can say nothing of it, so the object does."""
        return {"Content-Type": file.content_type.value, "Content-Disposition": attachment(file.name)}
