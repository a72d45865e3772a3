"""The simulator's HTTP interface."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from app.simulator.answers import (
    CutConnection,
    Patience,
    Stopping,
    early_answer,
    error_answer,
    json_answer,
    not_found_answer,
    spoiled_answer,
)
from app.simulator.bank.bank_books import RETURN_AFTER, BankBooks, NoSuchTransfer
from app.simulator.bank.endpoints import BankEndpoints
from app.simulator.bank.mailbox import Mailbox
from app.simulator.body import read_body
from app.simulator.book import Book, OperationIdReused
from app.simulator.cards import CARDS, Behaviour
from app.simulator.challenge import answer_challenge, show_challenge
from app.simulator.disputes.agenda import Agenda
from app.simulator.disputes.console_endpoints import Console
from app.simulator.disputes.console_page import ConsolePage
from app.simulator.disputes.delivery import Delivery
from app.simulator.disputes.docket import Docket, NoSuchCase
from app.simulator.disputes.due import Pace
from app.simulator.disputes.endpoints import DisputeEndpoints
from app.simulator.disputes.responses import Responses
from app.simulator.faults import DESCRIBE, LOOK_UP, ArmedFaults, Moment, read_faults
from app.simulator.journal import Journal
from app.simulator.memory import Memory
from app.simulator.payment import Refused
from app.simulator.request import BadRequest, read_object, read_request
from domain.kernel.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from app.simulator.disputes.webhook_target import WebhookTarget
    from domain.kernel.clock import Clock

LATE_ANSWER = timedelta(seconds=30)


class _Endpoints:
    """Operations on payments, with the faults armed for them."""

    def __init__(self, book: Book, faults: ArmedFaults, patience: Patience, late_answer: timedelta) -> None:
        self._book = book
        self._patience = patience
        self._late_answer = late_answer
        self._faults = faults

    def routes(self) -> list[Route]:
        return [
            Route("/", self.index),
            Route("/healthz", self.health),
            Route("/v1/operations", self.perform, methods=["POST"]),
            Route("/v1/operations/{operation_id}", self.look_up),
            Route("/v1/tokens/{token}", self.describe),
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
        operation = read_request(read_object(await read_body(request)))
        fault = self._faults.take(operation.type)
        if (early := await early_answer(fault, self._patience)) is not None:
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

    async def look_up(self, request: Request) -> Response:
        operation_id = request.path_params["operation_id"]
        fault = self._faults.take(LOOK_UP)
        document = await self._book.look_up(operation_id)
        answer = not_found_answer() if document is None else json_answer(document)
        return answer if fault is None else await spoiled_answer(fault, answer, self._patience)

    async def describe(self, request: Request) -> Response:
        fault = self._faults.take(DESCRIBE)
        card = CARDS.get(request.path_params["token"])
        answer = not_found_answer("token")
        if card is not None:
            answer = json_answer({"token": card.token, "payment_method": card.payment_method})
        return answer if fault is None else await spoiled_answer(fault, answer, self._patience, "token")

    async def effects(self, request: Request) -> Response:
        del request
        return json_answer(await self._book.effects())

    async def show_faults(self, request: Request) -> Response:
        del request
        return json_answer(self._faults.as_json())

    async def arm_faults(self, request: Request) -> Response:
        self._faults.arm(read_faults(read_object(await read_body(request))))
        return json_answer(self._faults.as_json())

    async def clear_faults(self, request: Request) -> Response:
        del request
        self._faults.clear()
        return json_answer(self._faults.as_json())

    async def show_challenge(self, request: Request) -> Response:
        return await show_challenge(request, self._book)

    async def answer_challenge(self, request: Request) -> Response:
        return await answer_challenge(request, await read_body(request), self._book)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a simulator does by itself: how late `tok_timeout` answers, when cards dispute, and whom it tells.

    `bank_directory` is what its bank shares with us, and `return_after` how long a transfer that comes back is away.
    """

    late_answer: timedelta = LATE_ANSWER
    pace: Pace = field(default_factory=Pace)
    webhook: WebhookTarget | None = None
    bank_directory: Path | None = None
    return_after: timedelta = RETURN_AFTER


def create_simulator(
    journal_path: Path,
    public_url: str,
    *,
    habits: Habits | None = None,
    clock: Clock | None = None,
    patience: Patience | None = None,
) -> Starlette:
    """The simulator as an ASGI application; its lifespan replays the journal and does what is due meanwhile.

    `public_url` is how a customer's browser reaches it; `patience` lets the server end every wait when it stops.
    """
    habits, clock, patience = habits or Habits(), clock or SystemClock(), patience or Patience()
    memory, faults = Memory(Journal(journal_path)), ArmedFaults()
    docket = Docket(memory, clock, habits.pace)
    book = Book(memory, clock, public_url.rstrip("/"), docket)
    responses = Responses(memory, clock, docket, habits.pace)
    console = Console(book, docket, responses)
    bank = BankBooks(memory, clock, habits.return_after)
    mailbox = None if habits.bank_directory is None else Mailbox(habits.bank_directory, bank)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        memory.open()
        async with httpx2.AsyncClient(trust_env=False) as client:
            running = [asyncio.create_task(Agenda(docket, book, clock).run())]
            if habits.webhook is not None:
                running.append(asyncio.create_task(Delivery(docket, habits.webhook, client, clock).run()))
            if mailbox is not None:
                running.append(asyncio.create_task(mailbox.run()))
            yield
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        await memory.close()

    return Starlette(
        routes=[
            *_Endpoints(book, faults, patience, habits.late_answer).routes(),
            *DisputeEndpoints(docket, responses, faults, patience).routes(),
            *console.routes(),
            *ConsolePage(console, book, docket).routes(),
            *BankEndpoints(bank, mailbox).routes(),
        ],
        exception_handlers={
            BadRequest: _bad_request,
            Refused: _refused,
            NoSuchCase: _no_such_case,
            NoSuchTransfer: _no_such_transfer,
            Stopping: _cut,
            HTTPException: _http_error,
        },
        lifespan=lifespan,
    )


async def _bad_request(request: Request, error: Exception) -> Response:
    del request
    return error_answer(400, "bad_request", str(error))


async def _refused(request: Request, error: Exception) -> Response:
    del request
    if not isinstance(error, Refused):
        raise error
    return error_answer(409, error.code, error.message)


async def _no_such_case(request: Request, error: Exception) -> Response:
    del request, error
    return error_answer(404, "dispute_not_found", "There is no dispute of this case_reference.")


async def _no_such_transfer(request: Request, error: Exception) -> Response:
    del request
    return error_answer(404, "not_found", f"The bank knows nothing of {error}.")


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
