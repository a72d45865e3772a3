"""How an answer leaves: in good order, late, drop by drop, or not at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import HTMLResponse, Response, StreamingResponse

from app.simulator.faults import Fault, FaultKind, Moment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

OVERSIZE_BYTES = 1 << 20
DRIP_SECONDS = 1


class Stopping(Exception):
    """The process is about to end; whoever waits stops waiting."""


class Patience:
    """Sleeps that end early when the process is told to stop, so that a slow answer never delays its end."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End every sleep."""
        self._stopping.set()

    async def sleep(self, seconds: float) -> None:
        """Wait; raise `Stopping` when the process has to end meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
        raise Stopping


class CutConnection(Response):
    """Breaks the connection: the server promises more bytes than it sends, so it has to close the socket."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half an answer and leave."""
        del scope, receive
        headers = [(b"content-type", b"application/json"), (b"content-length", b"512")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        # Without a first piece of the body the server would answer 500 in our place.
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def json_answer(value: object, status: int = 200) -> Response:
    """JSON in good order."""
    return Response(orjson.dumps(value), status, media_type="application/json", headers={"cache-control": "no-store"})


def error_answer(status: int, code: str, message: str) -> Response:
    """A client's mistake, in words."""
    return json_answer({"error": {"code": code, "message": message}}, status)


def not_found_answer(what: str = "operation") -> Response:
    """The gateway has never seen it."""
    return error_answer(404, f"{what}_not_found", f"There is no {what} with this id.")


async def early_answer(fault: Fault | None, patience: Patience, what: str = "operation") -> Response | None:
    """The answer in place of what was asked for; None when that happens, if only later."""
    if fault is None or fault.moment is not Moment.BEFORE:
        return None
    answer = await spoiled_answer(fault, error_answer(503, "unavailable", "Try again."), patience, what)
    return None if fault.kind is FaultKind.LATENCY else answer


async def spoiled_answer(fault: Fault, answer: Response, patience: Patience, what: str = "operation") -> Response:
    """What a fault makes of an answer about an operation, or about what else."""
    match fault.kind:
        case FaultKind.LATENCY:
            await patience.sleep(fault.latency_ms / 1000)
            return answer
        case FaultKind.CUT:
            return CutConnection()
        case FaultKind.HTTP_500 | FaultKind.HTML | FaultKind.REFUSE_404:
            return _blunt_answer(fault.kind, what)
        case FaultKind.DRIP:
            headers = {"content-length": str(len(answer.body))}
            return StreamingResponse(
                _drops(bytes(answer.body), patience), answer.status_code, headers, media_type="application/json"
            )
        case _:
            return _false_answer(fault.kind, answer)


def _blunt_answer(kind: FaultKind, what: str) -> Response:
    if kind is FaultKind.HTTP_500:
        return error_answer(500, "internal", "The gateway failed.")
    if kind is FaultKind.HTML:
        return HTMLResponse("<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>", 502)
    return not_found_answer(what)


def _false_answer(kind: FaultKind, answer: Response) -> Response:
    document: dict[str, Any] = orjson.loads(answer.body)
    if kind is FaultKind.OVERSIZE:
        document["padding"] = "x" * OVERSIZE_BYTES
    elif kind is FaultKind.WRONG_OPERATION:
        wrong = document.keys() & {"operation_id", "response_id"}
        document |= dict.fromkeys(wrong, "00000000-0000-7000-8000-000000000000")
    elif "amount_minor" not in document:
        return answer
    elif kind is FaultKind.WRONG_AMOUNT:
        document["amount_minor"] += 1
    else:
        document["currency"] = "USD" if document["currency"] != "USD" else "EUR"
    return json_answer(document, answer.status_code)


async def _drops(body: bytes, patience: Patience) -> AsyncIterator[bytes]:
    for position in range(len(body)):
        yield body[position : position + 1]
        await patience.sleep(DRIP_SECONDS)
