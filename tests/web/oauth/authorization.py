"""What the tests of tokens share: the endpoints, a client to call them with, and tokens good and bad."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette

from domain.identity.api_client import ClientAuthMethod
from domain.kernel.ids import new_uuid
from web.access_tokens import AccessTokens
from web.bearer import BearerTokens
from web.limits import RateLimiter
from web.oauth.keyring import KeyRing
from web.oauth.routes import OAuthEndpoints, TokenLimits, oauth_routes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.identity.create_api_client import CreatedApiClient
    from tests.domain.identity.installation import Installation

URL = "https://paydesk.example.com"
AUDIENCE = f"{URL}/graphql"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Monotonic:
    """A stopwatch that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """One process: endpoints, key ring and resource server."""

    house: Installation
    keyring: KeyRing
    bearer: BearerTokens
    monotonic: Monotonic
    http: httpx2.AsyncClient

    async def a_client(self, **changes: Any) -> CreatedApiClient:
        return await self.house.add_client(await self.house.add_merchant(), **changes)

    async def token_response(self, created: CreatedApiClient, **form: str) -> httpx2.Response:
        """Ask for a token with the client's secret, in the way that it is registered for."""
        assert created.secret is not None
        data = {"grant_type": "client_credentials"} | form
        if created.client.auth_method is ClientAuthMethod.SECRET_BASIC:
            return await self.http.post("/oauth/token", data=data, auth=(created.client.client_id, created.secret))
        data |= {"client_id": created.client.client_id, "client_secret": created.secret}
        return await self.http.post("/oauth/token", data=data)

    async def token(self, created: CreatedApiClient, **form: str) -> str:
        response = await self.token_response(created, **form)
        assert response.status_code == 200, response.text
        return response.json()["access_token"]

    def claims(self, created: CreatedApiClient) -> dict[str, Any]:
        """The claims of a good token, to spoil."""
        now = int(self.house.clock.now().timestamp())
        return {
            "iss": URL,
            "aud": AUDIENCE,
            "sub": created.client.client_id,
            "client_id": created.client.client_id,
            "iat": now,
            "exp": now + 600,
            "jti": str(new_uuid(self.house.clock.now())),
            "scope": "payments:read",
        }

    async def signed(self, claims: dict[str, Any], header: dict[str, Any] | None = None, key: Any = None) -> str:
        """A token signed by us, with whatever claims and header."""
        ours = await self.keyring.signing_key()
        whole = {"alg": "ES256", "typ": "at+jwt", "kid": ours.kid} | (header or {})
        whole = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(cast("Any", whole), claims, key or ours, algorithms=[whole.get("alg", "ES256")])

    def second_process(self) -> Authorization:
        """Another process on the same database, with nothing remembered."""
        return assemble(self.house, self.http)


def assemble(house: Installation, http: httpx2.AsyncClient) -> Authorization:
    monotonic = Monotonic()
    keyring = KeyRing(house.authentication, house.key_maker, house)
    tokens = AccessTokens(issuer=URL, audience=AUDIENCE, keyring=keyring, clock=house.clock)
    bearer = BearerTokens(tokens, house.authentication, house.clock, monotonic=monotonic)
    return Authorization(house=house, keyring=keyring, bearer=bearer, monotonic=monotonic, http=http)


def endpoints_of(process: Authorization, *, per_address: int = 1000, per_client: int = 1000) -> OAuthEndpoints:
    house = process.house
    return OAuthEndpoints(
        public_url=URL,
        authentication=house.authentication,
        keyring=process.keyring,
        tokens=AccessTokens(issuer=URL, audience=AUDIENCE, keyring=process.keyring, clock=house.clock),
        clock=house.clock,
        limits=TokenLimits(
            per_address=RateLimiter(per_address, house.clock),
            per_client=RateLimiter(per_client, house.clock),
            failures=RateLimiter(10, house.clock),
        ),
    )


def http_of(endpoints: OAuthEndpoints) -> httpx2.AsyncClient:
    application = Starlette(routes=oauth_routes(endpoints))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=application), base_url=URL)


@asynccontextmanager
async def authorization(house: Installation) -> AsyncGenerator[Authorization]:
    process = assemble(house, httpx2.AsyncClient())
    async with http_of(endpoints_of(process)) as http:
        yield Authorization(
            house=house, keyring=process.keyring, bearer=process.bearer, monotonic=process.monotonic, http=http
        )


def hmac_signed(header: dict[str, Any], claims: dict[str, Any], public: ECKey) -> str:
    """The classic forgery: our public key, which everyone has, taken for a shared secret."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    secret = public.as_pem(private=False)
    signature = hmac.new(secret, b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def a_key_pair() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "mine"})
