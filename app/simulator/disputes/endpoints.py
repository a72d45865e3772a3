"""What paydesk asks the gateway about disputes: answers to them, look-ups of answers, and notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from app.simulator.answers import early_answer, error_answer, json_answer, not_found_answer, spoiled_answer
from app.simulator.body import read_body
from app.simulator.disputes.response_request import LARGEST_RESPONSE_BYTES, read_response
from app.simulator.disputes.responses import ResponseIdReused
from app.simulator.faults import LOOK_UP_RESPONSE, NOTICES, RESPOND, Moment
from app.simulator.reading import refuse
from app.simulator.request import read_object

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from app.simulator.answers import Patience
    from app.simulator.disputes.docket import Docket
    from app.simulator.disputes.responses import Responses
    from app.simulator.faults import ArmedFaults

_MOST_NOTICES = 1000
_USUAL_NOTICES = 100
_LONGEST_NUMBER = 18
_WHAT = "response"


class DisputeEndpoints:
    """The gateway's side of disputes, with the faults that are armed."""

    def __init__(self, docket: Docket, responses: Responses, faults: ArmedFaults, patience: Patience) -> None:
        self._docket = docket
        self._responses = responses
        self._faults = faults
        self._patience = patience

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/v1/disputes/{reference}/responses", self.respond, methods=["POST"]),
            Route("/v1/responses/{response_id}", self.look_up),
            Route("/v1/notices", self.notices),
        ]

    async def respond(self, request: Request) -> Response:
        """Take an answer to a dispute."""
        body = await read_body(request, LARGEST_RESPONSE_BYTES)
        response = read_response(request.path_params["reference"], read_object(body))
        fault = self._faults.take(RESPOND)
        if (early := await early_answer(fault, self._patience, _WHAT)) is not None:
            return early
        try:
            answer = json_answer(await self._responses.respond(response))
        except ResponseIdReused:
            return error_answer(409, "response_id_reused", "This response_id was used for another answer.")
        if fault is None or fault.moment is Moment.BEFORE:
            return answer
        return await spoiled_answer(fault, answer, self._patience, _WHAT)

    async def look_up(self, request: Request) -> Response:
        """Tell what became of an answer."""
        fault = self._faults.take(LOOK_UP_RESPONSE)
        document = await self._responses.look_up(request.path_params["response_id"])
        answer = not_found_answer(_WHAT) if document is None else json_answer(document)
        return answer if fault is None else await spoiled_answer(fault, answer, self._patience, _WHAT)

    async def notices(self, request: Request) -> Response:
        """Tell the notices after a number; the cursor is the number to go on after."""
        # A number from beyond the last is of an earlier journal, and would miss everything until this one is as long.
        after = min(_number(request, "after", 0, 0), self._docket.count)
        limit = max(1, min(_number(request, "limit", _USUAL_NOTICES, 1), _MOST_NOTICES))
        fault = self._faults.take(NOTICES)
        told = await self._docket.notices(after, limit)
        cursor = after + len(told)
        document: dict[str, Any] = {"notices": told, "cursor": str(cursor), "more": cursor < self._docket.count}
        answer = json_answer(document)
        return answer if fault is None else await spoiled_answer(fault, answer, self._patience, "page")


def _number(request: Request, name: str, default: int, least: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdecimal() and len(given) <= _LONGEST_NUMBER and int(given) >= least):
        refuse(f"{name} must be an integer from {least}.")
    return int(given)
