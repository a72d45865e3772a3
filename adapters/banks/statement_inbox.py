"""The prefix of a storage, or the folder, where a bank leaves its statements."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import AzureStore, GCSStore, LocalStore, S3Store

from adapters.storage.objects import translated
from domain.reconciliation.ports import InboxObject

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from obstore.store import ClientConfig, ObjectStore, RetryConfig, S3Config

_CHUNK_BYTES = 256 * 1024
_LISTED_AT_ONCE = 500
_RETRIES: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}


class ObjectInbox:
    """Satisfies `domain.reconciliation.ports.StatementInbox`; it only ever reads."""

    def __init__(self, open_store: Callable[[], ObjectStore]) -> None:
        self._open_store = open_store

    @cached_property
    def _store(self) -> ObjectStore:
        return self._open_store()

    async def objects(self) -> AsyncGenerator[Sequence[InboxObject]]:
        """All files of statements that lie there, some at a time; others are left alone."""
        with translated():
            async for listed in obstore.list(self._store, chunk_size=_LISTED_AT_ONCE):
                yield [
                    InboxObject(one["path"], _tag(one["e_tag"], one["size"]), one["size"], one["last_modified"])
                    for one in listed
                    if one["path"].lower().endswith(".xml") and one["size"]
                ]

    async def stream(self, path: str) -> AsyncGenerator[bytes]:
        """What lies there, piece by piece; nothing when nothing does."""
        try:
            with translated():
                found = await obstore.get_async(self._store, path)
                async for chunk in found.stream(min_chunk_size=_CHUNK_BYTES):
                    yield bytes(chunk)
        except FileNotFoundError:
            return


def open_inbox(url: str, endpoint: str | None = None) -> ObjectInbox:
    """The inbox at `file:///folder`, `s3://bucket/prefix`, `gs://` or `az://`; raise `ValueError` for any other.

    Keys and region come from the variables that the storage's own tools read (AWS_*, GOOGLE_*, AZURE_*). `endpoint` is
    that of a storage that is compatible with S3.
    """
    parts = urlsplit(url)
    options: ClientConfig = {
        "timeout": "60s",
        "connect_timeout": "5s",
        "allow_http": endpoint is not None and endpoint.startswith("http:"),
    }
    config: S3Config = {} if endpoint is None else {"endpoint": endpoint}
    if parts.scheme == "file":
        return ObjectInbox(lambda: LocalStore(unquote(parts.path), mkdir=True))
    if parts.scheme == "gs":
        return ObjectInbox(lambda: GCSStore.from_url(url, client_options=options, retry_config=_RETRIES))
    if parts.scheme == "az":
        return ObjectInbox(lambda: AzureStore.from_url(url, client_options=options, retry_config=_RETRIES))
    if parts.scheme == "s3":
        return ObjectInbox(lambda: S3Store.from_url(url, config=config, client_options=options, retry_config=_RETRIES))
    raise ValueError("this is none of file, s3, gs and az")


def _tag(tag: str | None, size: int) -> str:
    """The storage's own tag of the content, which a local folder makes of time and size."""
    return tag or str(size)
