"""GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft), and GraphiQL for browsers."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from api.execution.codes import Code
from api.execution.engine import Answer, RequestContext, Stage, refusal
from domain.kernel.errors import Unavailable
from web.authentication import Unauthenticated, address_of
from web.graphql_request import RequestRefused, read_get, read_post
from web.negotiation import MediaType, negotiated, prefers_page
from web.pages.error_page import error_page
from web.request_id import request_id_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request

    from api.execution.engine import OperationRequest
    from domain.identity.actor import Actor
    from web.authentication import Authenticate
    from web.observability import Metrics

PATH = "/graphql"
RETRY_SECONDS = 1
# The page's scripts come from us alone; its editor makes workers of blobs and writes styles into the page.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'none'"
)
_CLIENT_CLOSED_REQUEST = 499


class Limiter(Protocol):
    """So many a minute for each key."""

    def check(self, key: str) -> float | None:
        """None when this one is within the limit; otherwise the seconds to wait."""
        ...


class Executes(Protocol):
    """Satisfied by `api.execution.engine.Engine`."""

    async def execute(
        self, request: OperationRequest, context: RequestContext, *, only_queries: bool = False
    ) -> Answer:
        """Answer a request."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLView:
    """The endpoint. `graphiql` is the page's file, or None when browsers get none.

    `principal_limit` counts requests by who sends them, `stranger_limit` by address those that nobody stands behind.
    """

    engine: Executes
    authenticate: Authenticate
    context_of: Callable[[Actor, str], RequestContext]
    principal_limit: Limiter
    stranger_limit: Limiter
    metrics: Metrics
    graphiql: Path | None = None
    https: bool = False

    async def answer(self, request: Request) -> Response:
        """Answer whatever comes; a mistake of the client's is never a 500."""
        accept = ",".join(request.headers.getlist("accept"))
        if request.method == "GET" and "query" not in request.query_params and prefers_page(accept):
            return self._page()
        media = negotiated(accept)
        try:
            if media is None:
                message = f"Answers are {MediaType.GRAPHQL} or {MediaType.JSON}."
                raise RequestRefused(HTTPStatus.NOT_ACCEPTABLE, message)  # noqa: TRY301 - as all that follow
            return await self._answer(request, media)
        except (RequestRefused, Unauthenticated, Unavailable, ClientDisconnect) as error:
            return self._refused(request, error, media or MediaType.JSON)

    async def _answer(self, request: Request, media: MediaType) -> Response:
        if request.method not in {"GET", "POST"}:
            raise RequestRefused(HTTPStatus.METHOD_NOT_ALLOWED, "Send queries and mutations with POST.")
        actor = await self.authenticate(request)
        principal = f"{actor.kind}:{actor.id}"
        request.state.principal = principal
        wait = self.principal_limit.check(principal)
        if wait is not None:
            return _too_many(wait, media)
        is_get = request.method == "GET"
        operation = read_get(request) if is_get else await read_post(request)
        began = perf_counter()
        answer = await self.engine.execute(
            operation, self.context_of(actor, request_id_of(request)), only_queries=is_get
        )
        self.metrics.operation(answer, perf_counter() - began)
        return _executed(answer, media)

    def _refused(self, request: Request, error: Exception, media: MediaType) -> Response:
        if isinstance(error, RequestRefused):
            headers = {"allow": "GET, POST"} if error.status == HTTPStatus.METHOD_NOT_ALLOWED else None
            return _response(error.status, refusal(error.code, error.message), media, headers)
        if isinstance(error, Unauthenticated):
            wait = self.stranger_limit.check(address_of(request))
            if wait is not None:
                return _too_many(wait, media)
            answer = refusal(Code.UNAUTHENTICATED, error.reason)
            return _response(HTTPStatus.UNAUTHORIZED, answer, media, {"www-authenticate": "Bearer"})
        if isinstance(error, Unavailable):
            return _executed(refusal(Code.UNAVAILABLE, error.message), media)
        return Response(status_code=_CLIENT_CLOSED_REQUEST)

    def _page(self) -> Response:
        if self.graphiql is None or not self.graphiql.is_file():
            text = "This installation shows no GraphiQL. Programs reach the API with POST /graphql."
            return error_page(404, "No page here", text, https=self.https)
        headers = {"content-security-policy": CONTENT_SECURITY_POLICY, "cache-control": "no-store"}
        return FileResponse(self.graphiql, media_type="text/html", headers=headers)


def graphql_routes(view: GraphQLView) -> list[Route]:
    """The endpoint, for every method: those that it does not know are refused in its own words."""
    return [Route(PATH, view.answer, methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])]


def _executed(answer: Answer, media: MediaType) -> Response:
    if Code.UNAVAILABLE in answer.codes:
        return _response(HTTPStatus.SERVICE_UNAVAILABLE, answer, media, {"retry-after": str(RETRY_SECONDS)})
    if answer.stage is Stage.NOT_A_QUERY:
        return _response(HTTPStatus.METHOD_NOT_ALLOWED, answer, media, {"allow": "POST"})
    refused = answer.stage is Stage.REFUSED and media is MediaType.GRAPHQL
    return _response(HTTPStatus.BAD_REQUEST if refused else HTTPStatus.OK, answer, media)


def _too_many(wait: float, media: MediaType) -> Response:
    seconds = max(1, round(wait))
    answer = refusal(Code.RATE_LIMITED, f"Too many requests; try again in {seconds} seconds.", retryAfter=seconds)
    return _response(HTTPStatus.TOO_MANY_REQUESTS, answer, media, {"retry-after": str(seconds)})


def _response(status: int, answer: Answer, media: MediaType, headers: dict[str, str] | None = None) -> Response:
    content_type = f"{media}; charset=utf-8"
    return Response(
        orjson.dumps(answer.payload()),
        status_code=status,
        headers={"content-type": content_type, "cache-control": "no-store", "vary": "accept", **(headers or {})},
    )
