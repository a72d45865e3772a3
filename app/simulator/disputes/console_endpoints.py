"""The dispute console for programs: open, advance, decide, withdraw, prevent, warn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.routing import Route

from app.simulator.answers import json_answer
from app.simulator.body import read_body
from app.simulator.cards import CARDS
from app.simulator.disputes.console_request import read_next_stage, read_opening, read_outcome, read_warning
from app.simulator.disputes.notices import case_document
from app.simulator.reading import only, text
from app.simulator.request import read_object

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from app.simulator.book import Book
    from app.simulator.disputes.case import Case
    from app.simulator.disputes.docket import Docket
    from app.simulator.disputes.responses import Responses
    from app.simulator.payment import Payment


class Console:
    """What the people at issuers and networks do, as far as a test needs it.

    What cannot be done is raised as `BadRequest`, `Refused`, `NoSuchCase` or `HTTPException` 404.
    """

    def __init__(self, book: Book, docket: Docket, responses: Responses) -> None:
        self._book = book
        self._docket = docket
        self._responses = responses

    def routes(self) -> list[Route]:
        """Where its endpoints are."""
        return [
            Route("/v1/disputes", self.show_all, methods=["GET"]),
            Route("/v1/disputes", self.open, methods=["POST"]),
            Route("/v1/disputes/{reference}", self.show, methods=["GET"]),
            Route("/v1/disputes/{reference}/{step}", self.step, methods=["POST"]),
            Route("/v1/warnings", self.warn, methods=["POST"]),
        ]

    async def show_all(self, request: Request) -> Response:
        """Every case."""
        del request
        return json_answer({"disputes": [self._document(case) for case in await self._docket.cases()]})

    async def show(self, request: Request) -> Response:
        """One case."""
        return json_answer(self._document(self._docket.case(request.path_params["reference"])))

    async def open(self, request: Request) -> Response:
        """Open a case."""
        return json_answer(self._document(await self.opened(read_object(await read_body(request)))), 201)

    async def step(self, request: Request) -> Response:
        """Take a case one step on."""
        body = await read_body(request)
        step, reference = request.path_params["step"], request.path_params["reference"]
        return json_answer(self._document(await self.stepped(reference, step, read_object(body) if body else {})))

    async def warn(self, request: Request) -> Response:
        """Tell an early fraud warning."""
        return json_answer(await self.warned(read_object(await read_body(request))), 201)

    async def opened(self, value: dict[str, Any]) -> Case:
        """Open the case that an object describes."""
        payment = self._payment(value)
        return await self._docket.open(payment, read_opening(value, CARDS.get(payment.token)))

    async def stepped(self, reference: str, step: str, value: dict[str, Any]) -> Case:
        """Take a case the step of that name; `value` says how, where there is anything to say."""
        case = self._docket.case(reference)
        match step:
            case "advance":
                change = read_next_stage(value)
                payment = self._payment({"gateway_reference": case.payment_reference})
                return await self._docket.advance(payment, reference, change)
            case "decide":
                return await self._docket.decide(reference, read_outcome(value))
            case "withdraw" | "prevent":
                only(value)
                return await (self._docket.withdraw if step == "withdraw" else self._docket.prevent)(reference)
            case _:
                raise HTTPException(404, "The steps are advance, decide, withdraw and prevent.")

    async def warned(self, value: dict[str, Any]) -> dict[str, Any]:
        """Tell the warning that an object describes; returns its notice."""
        payment = self._payment(value)
        return await self._docket.warn(payment, read_warning(value, CARDS.get(payment.token)))

    def _payment(self, value: dict[str, Any]) -> Payment:
        payment = self._book.payment(text(value, "gateway_reference"))
        if payment is None:
            raise HTTPException(404, "No authorization has this gateway_reference.")
        return payment

    def _document(self, case: Case) -> dict[str, Any]:
        return {
            **case_document(case),
            "status": str(case.state),
            "opened_at": case.opened_at.isoformat(),
            "responses": [
                {
                    **answered.document,
                    "kind": "accept" if answered.request.accepts else "counter",
                    "stage": answered.request.stage.lower(),
                    "texts": answered.request.texts,
                    "files": [
                        {
                            "kind": file.kind,
                            "name": file.name,
                            "content_type": file.content_type,
                            "sha256": file.sha256,
                            "size": file.size,
                        }
                        for file in answered.request.files
                    ],
                }
                for answered in self._responses.of_case(case.reference)
            ],
        }
