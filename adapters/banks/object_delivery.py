"""Files for banks that are fetched from object storage, or from a folder."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import AzureStore, GCSStore, LocalStore, S3Store

from adapters.failpoints import failpoint
from domain.settlements.file_errors import DeliveryInDoubt, NotDelivered

if TYPE_CHECKING:
    from collections.abc import Callable

    from obstore.store import ClientConfig, ObjectStore, RetryConfig, S3Config

# The job tries again by itself, and tells people that it does.
_RETRIES: RetryConfig = {"max_retries": 1, "retry_timeout": timedelta(seconds=20)}
# The storage has answered, and has refused.
_REFUSALS = (PermissionDeniedError, UnauthenticatedError, FileNotFoundError)


class ObjectDelivery:
    """Satisfies `domain.settlements.file_ports.PaymentFileDelivery`: an object is created, and never replaced."""

    def __init__(self, open_store: Callable[[], ObjectStore]) -> None:
        self._open_store = open_store

    @cached_property
    def _store(self) -> ObjectStore:
        """Opened when there is a file: most processes never have one."""
        return self._open_store()

    async def deliver(self, name: str, content: bytes) -> None:
        """Leave the content under the name, unless just that lies there already.

        Raises `NotDelivered` and `DeliveryInDoubt`.
        """
        failpoint("payment_file.deliver.before")
        try:
            store = self._store
        except (BaseError, OSError) as error:
            raise NotDelivered(f"The storage cannot be opened: {_brief(error)}") from error
        try:
            await obstore.put_async(store, name, content, mode="create", use_multipart=False)
        except AlreadyExistsError:
            await self._compare(name, content)
        except _REFUSALS as error:
            raise NotDelivered(f"The storage refuses the file: {_brief(error)}") from error
        except (BaseError, OSError) as error:
            if isinstance(store, LocalStore) and not await self._lies(name):
                raise NotDelivered(f"The file cannot be written: {_brief(error)}") from error
            raise DeliveryInDoubt(f"The storage does not say whether it took the file: {_brief(error)}") from error
        failpoint("payment_file.deliver.done")

    async def _compare(self, name: str, content: bytes) -> None:
        try:
            found = await obstore.get_async(self._store, name)
            lies = bytes(await found.bytes_async())
        except (BaseError, OSError) as error:
            raise DeliveryInDoubt(f"What lies under the name cannot be read: {_brief(error)}") from error
        if lies != content:
            raise NotDelivered("Something else lies under the file's name; nothing was replaced.")

    async def _lies(self, name: str) -> bool:
        try:
            await obstore.head_async(self._store, name)
        except (BaseError, OSError):
            return False
        return True


def open_delivery(url: str, endpoint: str | None = None) -> ObjectDelivery:
    """Delivery to `file:///folder`, `s3://bucket/prefix`, `gs://` or `az://`; raise `ValueError` for any other.

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
        return ObjectDelivery(lambda: LocalStore(unquote(parts.path), mkdir=True))
    if parts.scheme == "gs":
        return ObjectDelivery(lambda: GCSStore.from_url(url, client_options=options, retry_config=_RETRIES))
    if parts.scheme == "az":
        return ObjectDelivery(lambda: AzureStore.from_url(url, client_options=options, retry_config=_RETRIES))
    if parts.scheme == "s3":
        return ObjectDelivery(
            lambda: S3Store.from_url(url, config=config, client_options=options, retry_config=_RETRIES)
        )
    raise ValueError("this is none of file, s3, gs and az")


def _brief(error: Exception) -> str:
    """The kind alone: the text of a storage's error may hold addresses and keys."""
    return type(error).__name__
