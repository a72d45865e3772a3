"""One exchange over HTTP with a gateway, which ends in a complete answer or in an outcome."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import httpx2

from adapters.gateways.fields import read_object
from domain.payments.gateway import Outcome, OutcomeKind

DEADLINE = timedelta(seconds=10)
LARGEST_BODY_BYTES = 64 * 1024
# Before a connection stands not a byte of the request can have left.
_NEVER_CONNECTED = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete HTTP answer within its limits."""

    status: int
    body: bytes


class _Progress:
    """How far one request came, as the transport tells it."""

    def __init__(self) -> None:
        self.connecting = False
        self.sending = False

    async def trace(self, event: str, info: object) -> None:
        """Take down one step of the transport."""
        del info
        self.connecting |= event == "connection.connect_tcp.started"
        self.sending |= event.endswith("send_request_headers.started")

    @property
    def surely_unsent(self) -> bool:
        """Whether it was seen to connect and not seen to send: silence proves nothing."""
        return self.connecting and not self.sending


class HttpExchange:
    """A gateway's HTTP interface.

    `deadline` is the total for one call: client timeouts are per read, and a dripping body would outlive them. From
    the first byte sent on, whatever goes wrong is UNKNOWN, for the gateway may have acted.
    """

    def __init__(self, base_url: str, client: httpx2.AsyncClient, deadline: timedelta) -> None:
        self._base_url = base_url.rstrip("/")
        self._client = client
        self._deadline_seconds = deadline.total_seconds()

    async def exchange(
        self, method: str, path: str, content: bytes | None = None, *, largest: int = LARGEST_BODY_BYTES
    ) -> Answer | Outcome:
        """Send a JSON document, or none; `largest` is how many bytes the answer may have.

        What does not end in a complete answer is NOT_SENT or UNKNOWN.
        """
        progress = _Progress()
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await self._send(method, path, content, largest, progress)
        except TimeoutError:
            if progress.surely_unsent:
                return Outcome(kind=OutcomeKind.NOT_SENT, response_code="connect_timeout")
            return unknown("deadline", "The gateway did not answer in time.")
        except _NEVER_CONNECTED as error:
            if progress.sending:
                return unknown("transport_error", f"The connection broke: {type(error).__name__}.")
            return Outcome(
                kind=OutcomeKind.NOT_SENT,
                response_code="not_connected",
                message=f"The gateway could not be reached: {type(error).__name__}.",
            )
        except httpx2.HTTPError as error:
            return unknown("transport_error", f"The connection broke: {type(error).__name__}.")

    async def _send(
        self, method: str, path: str, content: bytes | None, largest: int, progress: _Progress
    ) -> Answer | Outcome:
        async with self._client.stream(
            method,
            self._base_url + path,
            content=content,
            # Compression would let a small answer grow past the limit below.
            headers={"accept": "application/json", "accept-encoding": "identity", "content-type": "application/json"},
            follow_redirects=False,
            timeout=None,
            extensions={"trace": progress.trace},
        ) as response:
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > largest:
                    return unknown("oversize_answer", f"The gateway's answer exceeds {largest} bytes.")
            return Answer(status=response.status_code, body=bytes(body))


def unknown(code: str, message: str) -> Outcome:
    """Nobody can tell what the gateway did."""
    return Outcome(kind=OutcomeKind.UNKNOWN, response_code=code, message=message)


def says_not_found(answer: Answer, code: str) -> bool:
    """Whether the gateway itself says that it has never seen what was asked for."""
    # A proxy's 404 says nothing: only the gateway's own word counts.
    error = (read_object(answer.body) or {}).get("error")
    return answer.status == HTTPStatus.NOT_FOUND and isinstance(error, dict) and error.get("code") == code
