"""Statements over the links that were given out for them.

A link is all that it takes, so nobody has to be signed in; whoever gave it out has asked for the permission, and has
written it down.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from adapters.statements.link_token import PATH, StatementLinkExpired, StatementLinkForged
from adapters.storage.disposition import attachment
from domain.identity.actor import system_actor
from domain.kernel.errors import NotFound, Unavailable
from domain.kernel.ids import Prefix, format_id
from domain.settlements.render_statement import RenderStatement, render_statement
from domain.settlements.statement import StatementFormat

if TYPE_CHECKING:
    from starlette.requests import Request

    from adapters.statements.link_token import StatementLinkTokens
    from domain.settlements.statement_ports import StatementPorts

RETRY_SECONDS = 5
_ACTOR = system_actor("statements.download")
_MEDIA_TYPES = {
    StatementFormat.CSV: "text/csv; charset=utf-8; header=present",
    StatementFormat.PDF: "application/pdf",
}
# Whatever a browser makes of it, it may load nothing, run nothing and be framed by nobody.
_HANDED_OUT = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "cache-control": "private, no-store",
}
_log = structlog.get_logger("paydesk.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """Hands statements out, to be saved."""

    tokens: StatementLinkTokens
    ports: StatementPorts

    async def download(self, request: Request) -> Response:
        """The statement of a link, written anew each time with the same bytes; 404 for no link, 403 for an old one."""
        # The link is a key to the statement, and logs are read by others.
        request.state.shown_path = f"{PATH}/..."
        try:
            link = self.tokens.read(request.path_params["token"])
        except StatementLinkForged:
            return _error(HTTPStatus.NOT_FOUND, "There is no such link.")
        except StatementLinkExpired:
            return _error(HTTPStatus.FORBIDDEN, "The link has expired; ask for a new one.")
        request.state.shown_path = f"{PATH}/{link.kind.lower()}/{format_id(Prefix.SETTLEMENT, link.settlement_id)}"
        command = RenderStatement(merchant_id=link.merchant_id, settlement_id=link.settlement_id, kind=link.kind)
        try:
            rendered = await render_statement(self.ports, _ACTOR, command)
        except NotFound as error:
            return _error(HTTPStatus.NOT_FOUND, error.message)
        except Unavailable as error:
            _log.warning("statements.unavailable", reason=error.message, cause=repr(error.__cause__))
            response = _error(HTTPStatus.SERVICE_UNAVAILABLE, error.message)
            response.headers["retry-after"] = str(RETRY_SECONDS)
            return response
        headers = {**_HANDED_OUT, "content-disposition": attachment(rendered.name)}
        return StreamingResponse(rendered.content, headers={**headers, "content-type": _MEDIA_TYPES[link.kind]})


def statement_routes(view: StatementView) -> list[Route]:
    """GET /statements/..."""
    return [Route(f"{PATH}/{{token}}", view.download, methods=["GET"])]


def _error(status: HTTPStatus, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status, headers={"cache-control": "no-store"})
