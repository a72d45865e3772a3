"""The provider as a web application."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.demo.identity_provider.authorize import AuthorizationEndpoint
from app.demo.identity_provider.consent import ConsentPage
from app.demo.identity_provider.discovery import metadata
from app.demo.identity_provider.environment import require_demo_environment
from app.demo.identity_provider.logout import LogoutEndpoint
from app.demo.identity_provider.pages import STYLE_SHEET, STYLE_SHEET_PATH
from app.demo.identity_provider.provider import Provider
from app.demo.identity_provider.sign_in import SignInPage
from app.demo.identity_provider.tokens import NO_STORE, TokenEndpoint, UserInfoEndpoint

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from app.demo.identity_provider.config import IdentityProviderConfig
    from app.demo.identity_provider.expiring import Clock

_SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    # Not `no-referrer`: under it browsers send `Origin: null` with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


def create_identity_provider(config: IdentityProviderConfig, *, clock: Clock = time.time) -> Starlette:
    """Assemble a provider with an empty memory and a new key.

    Raises `NotADemoEnvironmentError` when the environment is neither demo nor test.
    """
    require_demo_environment()
    provider = Provider(config, clock)
    base = config.issuer_path

    async def show_metadata(_request: Request) -> Response:
        return JSONResponse(metadata(config.issuer))

    async def show_keys(_request: Request) -> Response:
        return JSONResponse(provider.server.signing_key.public_jwks())

    async def show_style_sheet(_request: Request) -> Response:
        return Response(STYLE_SHEET, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    async def show_health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def explain(request: Request, error: Exception) -> Response:
        return _explain(provider, request, error)

    authorization, sign_in, consent = (AuthorizationEndpoint(provider), SignInPage(provider), ConsentPage(provider))
    token, userinfo, logout = (
        TokenEndpoint(provider.server),
        UserInfoEndpoint(provider.server),
        LogoutEndpoint(provider),
    )
    return Starlette(
        routes=[
            Route("/healthz", show_health),
            Route(f"{base}/.well-known/openid-configuration", show_metadata),
            Route(f"{base}/jwks", show_keys),
            Route(f"{base}{STYLE_SHEET_PATH}", show_style_sheet),
            Route(f"{base}/authorize", authorization.__call__, methods=["GET", "POST"]),
            Route(f"{base}/sign-in/{{interaction}}", sign_in.show, methods=["GET"]),
            Route(f"{base}/sign-in/{{interaction}}", sign_in.submit, methods=["POST"]),
            Route(f"{base}/consent/{{interaction}}", consent.show, methods=["GET"]),
            Route(f"{base}/consent/{{interaction}}", consent.submit, methods=["POST"]),
            Route(f"{base}/token", token.__call__, methods=["POST"]),
            Route(f"{base}/userinfo", userinfo.__call__, methods=["GET", "POST"]),
            Route(f"{base}/logout", logout.ask, methods=["GET", "POST"]),
            Route(f"{base}/logout/confirm", logout.submit, methods=["POST"]),
        ],
        middleware=[Middleware(_SecurityHeaders)],
        exception_handlers={HTTPException: explain},
    )


def _explain(provider: Provider, request: Request, error: Exception) -> Response:
    """An HTTP error as JSON for programs and as a page for people."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(getattr(error, "detail", ""))
    headers = dict(getattr(error, "headers", None) or {})
    if request.url.path in {provider.path("/token"), provider.path("/userinfo")}:
        body = {"error": "invalid_request", "error_description": detail}
        return JSONResponse(body, status, {**NO_STORE, **headers})
    response = provider.pages.message("This does not work", detail, status)
    response.headers.update(headers)
    return response


class _SecurityHeaders:
    """Adds to every response what browsers should be told in any case."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_SECURITY_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)
