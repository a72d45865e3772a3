"""The simulator's HTTP interface."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from app.simulator.answers import (
    CutConnection,
    Patience,
    Stopping,
    error_answer,
    json_answer,
    not_found_answer,
    spoiled_answer,
)
from app.simulator.book import Book, OperationIdReused
from app.simulator.cards import CARDS, Behaviour
from app.simulator.challenge import answer_challenge, show_challenge
from app.simulator.faults import LOOK_UP, ArmedFaults, Fault, FaultKind, Moment, read_faults
from app.simulator.journal import Journal
from app.simulator.request import BadRequest, read_object, read_request
from domain.kernel.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from domain.kernel.clock import Clock

LATE_ANSWER = timedelta(seconds=30)
LARGEST_BODY_BYTES = 64 * 1024


class _Endpoints:
    """One simulator: its book, the faults armed, and the routes."""

    def __init__(self, book: Book, patience: Patience, late_answer: timedelta) -> None:
        self._book = book
        self._patience = patience
        self._late_answer = late_answer
        self._faults = ArmedFaults()

    def routes(self) -> list[Route]:
        return [
            Route("/", self.index),
            Route("/healthz", self.health),
            Route("/v1/operations", self.perform, methods=["POST"]),
            Route("/v1/operations/{operation_id}", self.look_up),
            Route("/v1/effects", self.effects),
            Route("/v1/control", self.show_faults, methods=["GET"]),
            Route("/v1/control", self.arm_faults, methods=["POST"]),
            Route("/v1/control", self.clear_faults, methods=["DELETE"]),
            Route("/3ds/{reference}", self.show_challenge, methods=["GET"]),
            Route("/3ds/{reference}", self.answer_challenge, methods=["POST"]),
        ]

    async def index(self, request: Request) -> Response:
        del request
        return json_answer({"name": "Paydesk gateway simulator", "tokens": list(CARDS)})

    async def health(self, request: Request) -> Response:
        del request
        return json_answer({"status": "ok"})

    async def perform(self, request: Request) -> Response:
        operation = read_request(read_object(await _body(request)))
        fault = self._faults.take(operation.type)
        if fault is not None and fault.moment is Moment.BEFORE:
            early = await self._strike_early(fault)
            if early is not None:
                return early
        try:
            record, fresh = await self._book.perform(operation)
        except OperationIdReused:
            return error_answer(409, "operation_id_reused", "This operation_id was used for another request.")
        answer = json_answer(record.document_at(self._book.now()), record.http_status)
        if fault is not None and fault.moment is Moment.AFTER:
            return await spoiled_answer(fault, answer, self._patience)
        if fresh and record.behaviour is Behaviour.ANSWER_LATE:
            await self._patience.sleep(self._late_answer.total_seconds())
        if fresh and record.behaviour is Behaviour.LOSE_ANSWER:
            return CutConnection()
        return answer

    async def _strike_early(self, fault: Fault) -> Response | None:
        """The answer in place of the operation; None when the operation only comes later."""
        answer = await spoiled_answer(fault, error_answer(503, "unavailable", "Try again."), self._patience)
        return None if fault.kind is FaultKind.LATENCY else answer

    async def look_up(self, request: Request) -> Response:
        operation_id = request.path_params["operation_id"]
        fault = self._faults.take(LOOK_UP)
        document = await self._book.look_up(operation_id)
        answer = not_found_answer() if document is None else json_answer(document)
        return answer if fault is None else await spoiled_answer(fault, answer, self._patience)

    async def effects(self, request: Request) -> Response:
        del request
        return json_answer(await self._book.effects())

    async def show_faults(self, request: Request) -> Response:
        del request
        return json_answer(self._faults.as_json())

    async def arm_faults(self, request: Request) -> Response:
        self._faults.arm(read_faults(read_object(await _body(request))))
        return json_answer(self._faults.as_json())

    async def clear_faults(self, request: Request) -> Response:
        del request
        self._faults.clear()
        return json_answer(self._faults.as_json())

    async def show_challenge(self, request: Request) -> Response:
        return await show_challenge(request, self._book)

    async def answer_challenge(self, request: Request) -> Response:
        return await answer_challenge(request, await _body(request), self._book)


def create_simulator(
    journal_path: Path,
    public_url: str,
    *,
    late_answer: timedelta = LATE_ANSWER,
    clock: Clock | None = None,
    patience: Patience | None = None,
) -> Starlette:
    """The simulator as an ASGI application; its lifespan replays the journal.

    `public_url` is how a customer's browser reaches it; `late_answer` is how long `tok_timeout` takes to answer;
    `patience` lets the server end every wait when it stops.
    """
    patience = patience or Patience()
    book = Book(Journal(journal_path), clock or SystemClock(), public_url.rstrip("/"))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        book.open()
        yield
        await book.close()

    return Starlette(
        routes=_Endpoints(book, patience, late_answer).routes(),
        exception_handlers={
            BadRequest: _bad_request,
            Stopping: _cut,
            HTTPException: _http_error,
        },
        lifespan=lifespan,
    )


async def _body(request: Request) -> bytes:
    # Starlette's own limit answers in plain text; clients of this interface read JSON.
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            raise HTTPException(413, f"The body is larger than {LARGEST_BODY_BYTES} bytes.")
    return bytes(body)


async def _bad_request(request: Request, error: Exception) -> Response:
    del request
    return error_answer(400, "bad_request", str(error))


async def _cut(request: Request, error: Exception) -> Response:
    del request, error
    return CutConnection()


async def _http_error(request: Request, error: Exception) -> Response:
    del request
    if not isinstance(error, HTTPException):
        raise error
    answer = error_answer(error.status_code, "http_error", error.detail)
    answer.headers.update(error.headers or {})
    return answer
