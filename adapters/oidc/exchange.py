"""HTTP with a provider: one deadline for all of an answer, a bound on its size, no redirects."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import httpx2
import orjson

from adapters.oidc.errors import Check, ProviderRefused, ProviderUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

MOST_BYTES = 512 * 1024
_SERVER_ERROR = 500
_TOO_MANY = 429
_OK = 200
_OF_THE_FORM = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Reads an answer up to a bound; above it the exchange fails, however the length was announced.

    A transport and not a check afterwards, because Authlib's client reads the whole body before anybody can look at it.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport | None = None, most_bytes: int = MOST_BYTES) -> None:
        self._inner = inner or httpx2.AsyncHTTPTransport(retries=0)
        self._most_bytes = most_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send, and read what fits."""
        # Compressed answers could be small on the way and huge in memory.
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        try:
            body = bytearray()
            async for chunk in cast("httpx2.AsyncByteStream", response.stream):
                body += chunk
                if len(body) > self._most_bytes:
                    message = f"the answer has more than {self._most_bytes} bytes"
                    raise httpx2.DecodingError(message, request=request)
        finally:
            await response.aclose()
        # What is compressed all the same is not JSON, and the headers about the body's form are no longer true.
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in _OF_THE_FORM]
        return httpx2.Response(response.status_code, headers=headers, content=bytes(body), request=request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


@asynccontextmanager
async def deadline(seconds: float, what: str) -> AsyncGenerator[None]:
    """Turn everything that a network can do into `ProviderUnavailable`; a client's own timeouts are per read."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        detail = f"{what}: no complete answer within {seconds} seconds"
        raise ProviderUnavailable(detail) from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        detail = f"{what}: {type(error).__name__}"
        raise ProviderUnavailable(detail) from error


def document_of(response: httpx2.Response, what: Check) -> dict[str, Any]:
    """The JSON object of an answer with status 200; raise `ProviderRefused` or `ProviderUnavailable` otherwise."""
    if response.status_code >= _SERVER_ERROR or response.status_code == _TOO_MANY:
        raise ProviderUnavailable(f"{what}: status {response.status_code}")
    if response.status_code != _OK:
        raise ProviderRefused(what, f"status {response.status_code}")
    try:
        document = orjson.loads(response.content)
    except orjson.JSONDecodeError as error:
        raise ProviderRefused(what, "the answer is not JSON") from error
    if not isinstance(document, dict):
        raise ProviderRefused(what, "the answer is not a JSON object")
    return document
