"""A provider that can be told to lie: it mints whatever a test asks for, over ASGI, at an https address."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import httpx2
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.util import json_b64encode, urlsafe_b64encode
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.oidc.provider import OpenIdProvider, RelyingParty

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

ISSUER = "https://idp.example"
CLIENT_ID = "paydesk"
CLIENT_SECRET = "not-a-secret"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
NOTHING: Any = object()
"""As the value of a claim: leave the claim out."""

_KEY = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
_OTHER_KEY = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
_RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})


class Forger:
    """Every attribute may be changed; with none changed it is an honest provider."""

    def __init__(self) -> None:
        self.key, self.other_key, self.rsa = _KEY, _OTHER_KEY, _RSA
        self.published: list[dict[str, Any]] = [self.key.as_dict(private=False), self.rsa.as_dict(private=False)]
        self.discovery: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.signer: Any = self.key
        self.algorithm = "ES256"
        self.token_response: dict[str, Any] = {}
        self.token_status = 200
        self.raw_token_body: bytes | None = None
        self.userinfo: dict[str, Any] = {"sub": "alice"}
        self.access_token = "the access token"
        self.nonce = "the nonce"
        self.requests: Counter[str] = Counter()
        self.forms: list[dict[str, list[str]]] = []
        self.authorizations: list[str] = []
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/jwks", self._jwks),
                Route("/token", self._token, methods=["POST"]),
                Route("/userinfo", self._userinfo),
            ]
        )

    def provider(self, **more: Any) -> OpenIdProvider:
        party = RelyingParty(
            issuer=ISSUER,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            redirect_uri="https://paydesk.example/sign-in/staff/callback",
            deadline_seconds=5,
        )
        return OpenIdProvider(party, transport=httpx2.ASGITransport(self.app), **more)

    def id_token(self) -> str:
        now = int(time.time())
        honest: dict[str, Any] = {
            "iss": ISSUER,
            "sub": "alice",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": self.nonce,
            "at_hash": half_hash(self.access_token),
            "sid": "their session",
            "email": "alice@example.com",
            "email_verified": True,
            "name": "Alice",
        }
        return self.sign(honest)

    def logout_token(self) -> str:
        now = int(time.time())
        honest: dict[str, Any] = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "exp": now + 120,
            "iat": now,
            "jti": "the first",
            "sid": "their session",
            "sub": "alice",
            "events": {EVENT: {}},
        }
        self.header = {"typ": "logout+jwt", **self.header}
        return self.sign(honest)

    def sign(self, honest: dict[str, Any]) -> str:
        claims = {name: value for name, value in {**honest, **self.claims}.items() if value is not NOTHING}
        claims = {name: value() if callable(value) else value for name, value in claims.items()}
        header = {"alg": self.algorithm, "kid": "one", **self.header}
        header = {name: value for name, value in header.items() if value is not NOTHING}
        # By hand: the library would refuse to write what it must refuse to read.
        signed = b".".join(json_b64encode(part) for part in (header, claims))
        signature = jws.JWSRegistry.algorithms[self.algorithm].sign(signed, self.signer)
        return b".".join((signed, urlsafe_b64encode(signature))).decode()

    async def _discovery(self, _: Request) -> Response:
        self.requests["discovery"] += 1
        honest: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "end_session_endpoint": f"{ISSUER}/logout",
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
        }
        document = {**honest, **self.discovery}
        return JSONResponse({name: value for name, value in document.items() if value is not NOTHING})

    async def _jwks(self, _: Request) -> Response:
        self.requests["jwks"] += 1
        return JSONResponse({"keys": self.published})

    async def _token(self, request: Request) -> Response:
        self.requests["token"] += 1
        self.authorizations.append(request.headers.get("authorization", ""))
        self.forms.append(parse_qs((await request.body()).decode()))
        if self.raw_token_body is not None:
            return Response(self.raw_token_body, status_code=self.token_status)
        honest = {"access_token": self.access_token, "token_type": "Bearer", "expires_in": 60}
        document = {**honest, "id_token": self.id_token(), **self.token_response}
        document = {name: value for name, value in document.items() if value is not NOTHING}
        return JSONResponse(document, status_code=self.token_status)

    async def _userinfo(self, request: Request) -> Response:
        self.requests["userinfo"] += 1
        self.authorizations.append(request.headers.get("authorization", ""))
        return JSONResponse(self.userinfo)


def half_hash(text: str) -> str:
    """The left half of the SHA-256, as `at_hash` has it."""
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).decode()


def at(seconds: int) -> Callable[[], int]:
    """A claim that is so many seconds from the moment of its signature."""
    return lambda: int(time.time()) + seconds


def symmetric(text: str) -> OctKey:
    return OctKey.import_key(text)
