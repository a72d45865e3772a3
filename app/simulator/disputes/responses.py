"""Merchants' answers to disputes: each is taken or refused once, however often it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.simulator.disputes.case import CaseState
from app.simulator.disputes.docket import NoSuchCase, told
from app.simulator.disputes.due import decision
from app.simulator.disputes.response_request import ResponseRequest
from app.simulator.memory import stored
from app.simulator.payment import Refused
from domain.disputes.notice import NoticeType

if TYPE_CHECKING:
    from datetime import datetime

    from app.simulator.disputes.case import Case
    from app.simulator.disputes.docket import Docket
    from app.simulator.disputes.due import Pace
    from app.simulator.memory import Entry, Memory, Stored
    from domain.kernel.clock import Clock


class ResponseIdReused(Exception):
    """The response id stands for another answer already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer, what became of it, and the moment from which that is on disk."""

    request: ResponseRequest
    document: dict[str, Any]
    stored: Stored


class Responses:
    """Every answer by its id.

    What is conceded is lost a moment later; what is answered is under review, until the console decides or the
    evidence itself asks for a decision.
    """

    def __init__(self, memory: Memory, clock: Clock, docket: Docket, pace: Pace) -> None:
        self._memory = memory
        self._clock = clock
        self._docket = docket
        self._pace = pace
        self._answers: dict[str, Answered] = {}
        memory.share(self._remember)

    async def respond(self, request: ResponseRequest) -> dict[str, Any]:
        """Take an answer, or find what became of it before; raise `ResponseIdReused`."""
        answered = self._answers.get(request.response_id)
        if answered is None:
            self._memory.keep(self._taken(request))
            answered = self._answers[request.response_id]
        elif answered.request != request:
            raise ResponseIdReused(request.response_id)
        await stored(answered.stored)
        return answered.document

    async def look_up(self, response_id: str) -> dict[str, Any] | None:
        """What became of an answer."""
        answered = self._answers.get(response_id)
        if answered is None:
            return None
        await stored(answered.stored)
        return answered.document

    def of_case(self, reference: str) -> list[Answered]:
        """The answers to a case, in their order."""
        return [answer for answer in self._answers.values() if answer.request.case_reference == reference]

    def _taken(self, request: ResponseRequest) -> Entry:
        now = self._clock.now()
        document = {"response_id": request.response_id, "case_reference": request.case_reference}
        try:
            case = self._answered(request, now)
        except Refused as refusal:
            failed = {**document, "status": "failed", "response_code": refusal.code, "message": refusal.message}
            return {"response": {"request": request.as_json(), "document": failed}}
        # That the merchant concedes is no news to anybody.
        entry = {"cases": [case.as_json()]} if request.accepts else told(case, NoticeType.UNDER_REVIEW, now)
        outcome = CaseState.LOST if request.accepts else request.verdict
        if outcome is not None:
            due = decision(case.reference, case.stage, outcome, now + self._pace.after_answer)
            entry["due"] = [due.as_json()]
        return {**entry, "response": {"request": request.as_json(), "document": {**document, "status": "succeeded"}}}

    def _answered(self, request: ResponseRequest, now: datetime) -> Case:
        try:
            case = self._docket.case(request.case_reference)
        except NoSuchCase:
            raise Refused("unknown_case", "There is no case of this reference.") from None
        for file in request.files:
            if not file.intact:
                raise Refused("file_damaged", f"The file {file.name} has not the SHA-256 that was declared.")
        return case.answer(request.stage, now, accepts=request.accepts)

    def _remember(self, entry: Entry, future: Stored) -> None:
        if response := entry.get("response"):
            request = ResponseRequest.from_json(response["request"])
            answered = Answered(request=request, document=response["document"], stored=future)
            self._answers[request.response_id] = answered
