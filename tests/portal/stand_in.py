"""A stand-in for Paydesk's server: the built page under the production policy, a session, and a few answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import build_schema, graphql_sync
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from web.portal.build import BUNDLE

if TYPE_CHECKING:
    from starlette.middleware.base import RequestResponseEndpoint
    from starlette.requests import Request

HERE = Path(__file__).parent
SDL = next(path for path in (HERE.parents[1] / "schema.graphql", HERE / "contract.graphql") if path.is_file())
SCHEMA = build_schema(SDL.read_text(encoding="utf-8"))

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
BEARER = "Bearer a-token-of-a-client"
COOKIE = "session=of-a-person"
MERCHANT_ID = "mer_01j0000000000000000000merc"
NEWEST_ID = "pay_01j0000000000000000000newe"
CAPTURABLE_ID = "pay_01j0000000000000000000capt"
REFUNDABLE_ID = "pay_01j0000000000000000000refu"


@dataclass(kw_only=True)
class Received:
    """One request to the API."""

    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def operation(self) -> str | None:
        """The name of the operation asked for."""
        return self.body.get("operationName")


@dataclass(kw_only=True)
class StandIn:
    """What the server is to answer, and what it was asked."""

    signed_in: bool = True
    csrf_token: str = "first-token"
    received: list[Received] = field(default_factory=list)

    def operations(self, name: str) -> list[Received]:
        """The requests for the operation of this name, oldest first."""
        return [request for request in self.received if request.operation == name]

    def application(self) -> Starlette:
        """The server, to be run by any ASGI server."""
        return Starlette(
            routes=[
                Route("/graphql", self._page, methods=["GET"]),
                Route("/graphql", self._api, methods=["POST"]),
                Route("/session", self._session),
                Mount("/static/graphiql", StaticFiles(directory=BUNDLE)),
            ],
            middleware=[Middleware(BaseHTTPMiddleware, dispatch=_with_policy)],
        )

    async def _page(self, _request: Request) -> Response:
        response = FileResponse(BUNDLE / "index.html")
        name, _, value = COOKIE.partition("=")
        response.set_cookie(name, value, httponly=True, samesite="lax")
        return response

    async def _session(self, _request: Request) -> Response:
        if not self.signed_in:
            return JSONResponse({"signed_in": False})
        return JSONResponse(
            {
                "signed_in": True,
                "csrf_token": self.csrf_token,
                "name": "Grace <Example>",
                "realm": "STAFF",
                "permissions": ["payments:read"],
            }
        )

    async def _api(self, request: Request) -> Response:
        body = await request.json()
        headers = dict(request.headers)
        self.received.append(Received(headers=headers, body=body))
        if headers.get("authorization") == BEARER:
            return _execute(body, _viewer(client={"id": "cli_1", "name": "Nightly export"}))
        if not self.signed_in or headers.get("cookie") != COOKIE:
            return PlainTextResponse("Who are you?", status_code=401)
        if headers.get("x-paydesk-csrf") != self.csrf_token:
            error = {"message": "The CSRF token is wrong", "extensions": {"code": "UNAUTHENTICATED"}}
            return JSONResponse({"errors": [error]}, 403, media_type="application/graphql-response+json")
        return _execute(body, _viewer(user={"id": "usr_1", "name": "Grace <Example>", "email": "grace@example.com"}))


def _execute(body: dict[str, Any], viewer: dict[str, Any]) -> Response:
    result = graphql_sync(
        SCHEMA,
        body["query"],
        {"viewer": viewer, "payments": _payments},
        variable_values=body.get("variables"),
        operation_name=body.get("operationName"),
    )
    return JSONResponse(result.formatted, media_type="application/graphql-response+json")


def _viewer(**who: object) -> dict[str, Any]:
    return {"realm": "STAFF", "memberships": [], "permissions": [], "user": None, "client": None} | who


def _payments(_info: object, **arguments: Any) -> dict[str, Any]:
    wanted = (arguments.get("filter") or {}).get("status")
    payment_id = {"AUTHORIZED": CAPTURABLE_ID, "CAPTURED": REFUNDABLE_ID}.get((wanted or ["any"])[0], NEWEST_ID)
    payment = {
        "id": payment_id,
        "merchant": {"id": MERCHANT_ID},
        "amountCapturable": {"amount": "19.91", "currency": "EUR"},
        "amountRefundable": {"amount": "1501", "currency": "JPY"},
    }
    return {"nodes": [payment]}


async def _with_policy(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers["content-security-policy"] = CONTENT_SECURITY_POLICY
    response.headers["x-content-type-options"] = "nosniff"
    return response
