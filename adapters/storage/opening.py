"""The storage that an installation's settings name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store

from adapters.storage.own_links import LocalFiles
from adapters.storage.signed_links import SignedLinks

if TYPE_CHECKING:
    from pathlib import Path

    from obstore.store import ClientConfig, RetryConfig, S3Config

    from adapters.storage.link_token import LinkTokens
    from domain.kernel.clock import Clock

SCHEMES = ("s3", "gs", "az")
# Whoever waits for an answer waits no longer than this in all; what fails is asked for again by the next request.
_RETRIES: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}


def open_storage(
    url: str | None, endpoint: str | None, *, directory: Path, tokens: LinkTokens, public_url: str, clock: Clock
) -> LocalFiles | SignedLinks:
    """Storage of a URL such as `s3://bucket/prefix`, or files below the directory when there is none.

    Keys and region come from the variables that the storage's own tools read (AWS_*, GOOGLE_*, AZURE_*). `endpoint` is
    that of a storage that is compatible with S3. Raises `ValueError` for a URL that names no storage.
    """
    if url is None:
        return LocalFiles(directory, tokens, public_url)
    options: ClientConfig = {
        "timeout": "60s",
        "connect_timeout": "5s",
        "allow_http": endpoint is not None and endpoint.startswith("http:"),
    }
    scheme = urlsplit(url).scheme
    try:
        if scheme == "gs":
            return SignedLinks(GCSStore.from_url(url, client_options=options, retry_config=_RETRIES), clock)
        if scheme == "az":
            return SignedLinks(AzureStore.from_url(url, client_options=options, retry_config=_RETRIES), clock)
        if scheme == "s3":
            # Not every storage that is compatible deletes several at once.
            config: S3Config = {"disable_bulk_delete": True}
            if endpoint is not None:
                config["endpoint"] = endpoint
            store = S3Store.from_url(url, config=config, client_options=options, retry_config=_RETRIES)
            return SignedLinks(store, clock)
    except BaseError as error:
        raise ValueError("this names no storage that can be opened") from error
    raise ValueError(f"this is none of {', '.join(SCHEMES)}")
