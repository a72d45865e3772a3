"""Every request has an id: in its answer, its log lines, and the errors that people report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-request-id"
# What comes from outside ends in our logs: short, and nothing that could break a line or a query.
_SANE = re.compile(r"[A-Za-z0-9_.-]{8,64}")


def request_id_of(request: HTTPConnection) -> str:
    """The id that `RequestId` gave the request."""
    return str(request.state.request_id)


class RequestId:
    """Takes over the id that a proxy or client has given, if it is a sane one, or makes one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _SANE.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)
