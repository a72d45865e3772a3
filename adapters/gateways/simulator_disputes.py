"""The connector to the gateway simulator's disputes."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson
import structlog

from adapters.failpoints import failpoint
from adapters.gateways.exchange import DEADLINE, HttpExchange, says_not_found, unknown
from adapters.gateways.fields import read_object, text
from adapters.gateways.notice_unreadable import NoticeUnreadable
from adapters.gateways.simulator_notices import Reception, read_notice
from domain.disputes.early_fraud_warning import WarningNotice
from domain.disputes.gateway import Notices
from domain.disputes.notice import DisputeNotice, NoticeSource
from domain.kernel.errors import Unavailable
from domain.payments.gateway import Outcome, OutcomeKind

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    import httpx2

    from domain.disputes.gateway import DisputeRequest

_log = structlog.get_logger("paydesk.gateways")
PAGE = 100
_LARGEST_PAGE_BYTES = 1024 * 1024
_LONGEST_CURSOR = 128
_OK = 200
_KINDS = {"succeeded": OutcomeKind.SUCCEEDED, "failed": OutcomeKind.FAILED}


class SimulatorDisputes:
    """Satisfies `domain.disputes.gateway.DisputeGateway` over HTTP; `name` is the gateway's among all.

    `deadline` is the total for one call, the sending of evidence included.
    """

    def __init__(self, name: str, base_url: str, client: httpx2.AsyncClient, deadline: timedelta = DEADLINE) -> None:
        self._name = name
        self._http = HttpExchange(base_url, client, deadline)

    async def respond(self, request: DisputeRequest) -> Outcome:
        """Hand an answer over, at most once however often it is sent."""
        path = f"/v1/disputes/{quote(request.case_reference, safe='')}/responses"
        content = _content(request)
        failpoint("respond.call.before")
        answer = await self._http.exchange("POST", path, content)
        failpoint("respond.call.answered")
        return answer if isinstance(answer, Outcome) else _read_document(request, answer.body)

    async def look_up_response(self, request: DisputeRequest) -> Outcome:
        """Ask what became of an answer."""
        answer = await self._http.exchange("GET", f"/v1/responses/{request.response_id}")
        if isinstance(answer, Outcome):
            return answer
        if says_not_found(answer, "response_not_found"):
            return Outcome(kind=OutcomeKind.NOT_FOUND, response_code="response_not_found")
        return _read_document(request, answer.body)

    async def notices(self, cursor: str | None, received_at: datetime) -> Notices:
        """The next page; a notice that nobody understands is logged, and does not hold up those behind it."""
        query = urlencode({"after": cursor or "0", "limit": PAGE})
        answer = await self._http.exchange("GET", f"/v1/notices?{query}", largest=_LARGEST_PAGE_BYTES)
        document = None if isinstance(answer, Outcome) or answer.status != _OK else read_object(answer.body)
        told, after, more = (
            (document or {}).get("notices"),
            text(document or {}, "cursor"),
            (document or {}).get("more"),
        )
        if not isinstance(told, list) or not isinstance(more, bool) or after is None or len(after) > _LONGEST_CURSOR:
            raise Unavailable("The gateway does not tell its notices now.")
        reception = Reception(gateway=self._name, source=NoticeSource.POLLING, received_at=received_at)
        understood = self._understood(told, reception)
        return Notices(
            disputes=tuple(notice for notice in understood if isinstance(notice, DisputeNotice)),
            warnings=tuple(notice for notice in understood if isinstance(notice, WarningNotice)),
            cursor=after,
            more=more,
        )

    def _understood(self, told: list[Any], reception: Reception) -> list[DisputeNotice | WarningNotice]:
        understood: list[DisputeNotice | WarningNotice] = []
        for document in told:
            try:
                understood.append(read_notice(document, reception))
            except NoticeUnreadable as error:
                notice_id = text(document, "notice_id") if isinstance(document, dict) else None
                _log.error("notice unreadable", gateway=self._name, notice_id=notice_id, reason=error.reason)
        return understood


def _content(request: DisputeRequest) -> bytes:
    return orjson.dumps(
        {
            "response_id": str(request.response_id),
            "stage": request.stage.lower(),
            "kind": request.kind.lower(),
            "texts": {kind.value: piece for kind, piece in request.texts.items()},
            "files": [
                {
                    "kind": file.kind.value,
                    "name": file.name,
                    "content_type": file.content_type,
                    "sha256": file.sha256,
                    "content": b64encode(file.content).decode(),
                }
                for file in request.files
            ],
        }
    )


def _read_document(request: DisputeRequest, body: bytes) -> Outcome:
    """The outcome that an answer tells, whatever its HTTP status; UNKNOWN when it is not about this very response."""
    document = read_object(body) or {}
    kind = _KINDS.get(text(document, "status") or "")
    if kind is None:
        return unknown("malformed_answer", "The gateway's answer is not about a response.")
    asked = (str(request.response_id), request.case_reference)
    if (document.get("response_id"), document.get("case_reference")) != asked:
        return unknown("response_mismatch", "The gateway's answer is about another response or case.")
    return Outcome(kind=kind, response_code=text(document, "response_code"), message=text(document, "message"))
