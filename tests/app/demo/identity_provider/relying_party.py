"""An application that signs people in: its side of the protocol, and an ear for back-channel logout."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.app.demo.identity_provider.serving import plain_http

if TYPE_CHECKING:
    from starlette.requests import Request


def parameters_of(response: httpx2.Response) -> dict[str, str]:
    """What the redirect carries."""
    return dict(parse_qsl(urlsplit(response.headers["location"]).query, keep_blank_values=True))


@dataclass(slots=True)
class RelyingParty:
    """One client of the provider, with a verifier, a state and a nonce of its own."""

    issuer: str
    client_id: str
    client_secret: str
    origin: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(8))

    @property
    def redirect_uri(self) -> str:
        """The callback."""
        return f"{self.origin}/callback"

    def link(self, **changes: str | None) -> str:
        """The authorization request; a change to None leaves the parameter out."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile email",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changes,
        }
        present = {name: value for name, value in parameters.items() if value is not None}
        return f"{self.issuer}/authorize?{urlencode(present)}"

    async def redeem(self, callback: httpx2.Response, **changes: str) -> httpx2.Response:
        """Exchange the code of the callback, with the secret in the Basic header."""
        secret = changes.pop("client_secret", self.client_secret)
        return await self.post_token({**self.token_request(callback), **changes}, auth=(self.client_id, secret))

    def token_request(self, callback: httpx2.Response) -> dict[str, str]:
        """The form for the token endpoint, without credentials."""
        return {
            "grant_type": "authorization_code",
            "code": parameters_of(callback)["code"],
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }

    async def post_token(self, form: dict[str, str], auth: tuple[str, str] | None = None) -> httpx2.Response:
        """Post the form to the token endpoint."""
        async with plain_http() as http:
            if auth is None:
                return await http.post(f"{self.issuer}/token", data=form)
            return await http.post(f"{self.issuer}/token", data=form, auth=auth)

    async def userinfo(self, access_token: str) -> httpx2.Response:
        """Ask who it was."""
        async with plain_http() as http:
            return await http.get(f"{self.issuer}/userinfo", headers={"Authorization": f"Bearer {access_token}"})

    async def verified(self, token: str) -> jwt.Token:
        """The token after its signature was checked with the provider's published keys."""
        async with plain_http() as http:
            jwks = (await http.get(f"{self.issuer}/jwks")).json()
        return jwt.decode(token, KeySet.import_key_set(jwks), algorithms=["ES256"])

    async def claims(self, callback: httpx2.Response) -> dict[str, Any]:
        """The verified claims of the ID token that the callback's code is worth."""
        answer = await self.redeem(callback)
        assert answer.status_code == httpx2.codes.OK, answer.text
        return dict((await self.verified(answer.json()["id_token"])).claims)


class LogoutEar:
    """Receives logout tokens over HTTP, in the order in which they come."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self.heard: list[tuple[str, str]] = []
        self.status_code = 200
        self.delay_seconds = 0.0

    def application(self) -> Starlette:
        """`POST /{client}/backchannel-logout`, and pages for a browser that comes back."""
        return Starlette(
            routes=[
                Route("/healthz", self._healthy),
                Route("/{client}/backchannel-logout", self._hear, methods=["POST"]),
                Route("/{client}/callback", self._callback),
                Route("/{client}/{page}", self._page),
            ]
        )

    async def _healthy(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _hear(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        await asyncio.sleep(self.delay_seconds)
        self.heard.append((request.path_params["client"], form["logout_token"]))
        return Response(status_code=self.status_code)

    async def _callback(self, request: Request) -> Response:
        return RedirectResponse(f"signed-in?{request.url.query}", status_code=303)

    async def _page(self, request: Request) -> Response:
        return PlainTextResponse(f"{request.path_params['page']} {request.url.query}")
