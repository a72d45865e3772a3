"""The OAuth2 endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from domain.identity.permission import CLIENT_SCOPES
from domain.kernel.errors import Invalid, Unavailable
from domain.kernel.ids import Prefix, new_uuid, parse_id
from web.access_tokens import AccessTokens, Claims, TokenRefused
from web.oauth.assertion import ALGORITHMS, claimed_client
from web.oauth.server import METHODS, Facts, Server
from web.oauth.wire import Error, Refused, read_credentials, read_form, refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from adapters.postgres.identity.authentication import Authentication
    from domain.identity.api_client import ApiClient
    from domain.kernel.clock import Clock
    from web.limits import RateLimiter
    from web.oauth.keyring import KeyRing

_KEYS_FRESH_SECONDS = 300
_USED_BEFORE = "The assertion was used before; make a new one for each request."


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLimits:
    """How often one address may ask, and one client that has proved itself, and how often one may fail to."""

    per_address: RateLimiter
    per_client: RateLimiter
    failures: RateLimiter


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthEndpoints:
    """The authorization server of one public address, which is its issuer."""

    public_url: str
    authentication: Authentication
    keyring: KeyRing
    tokens: AccessTokens
    clock: Clock
    limits: TokenLimits

    async def token(self, request: Request) -> Response:
        """Issue an access token (RFC 6749 section 4.4); the answer is only given once the token is kept."""
        form = await self._form(request)
        if "grant_type" not in form:
            raise Refused(Error.INVALID_REQUEST, "Say which grant_type: client_credentials.")
        facts = await self._facts(request, form)
        facts.signing_key = await self.keyring.signing_key()
        facts.jti = new_uuid(facts.now)
        response = Server(facts).token_response(request.headers, form)
        self._require_client_allowance(facts)
        if facts.issued is not None:
            used = None if facts.assertion is None else (facts.assertion.digest, facts.assertion.expires_at)
            if not await self.authentication.issue(facts.issued, used):
                raise Refused(Error.INVALID_CLIENT, _USED_BEFORE)
        return response

    async def revoke(self, request: Request) -> Response:
        """Revoke a token of the client's own (RFC 7009); any other is answered alike and left alone."""
        facts, response = await self._about_a_token(request, "revocation")
        if facts.revoked is not None:
            await self.authentication.revoke(facts.revoked, facts.now)
        return response

    async def introspect(self, request: Request) -> Response:
        """Say what a token of the client's own is good for (RFC 7662); any other is inactive."""
        return (await self._about_a_token(request, "introspection"))[1]

    async def jwks(self, _request: Request) -> Response:
        """The public keys (RFC 7517)."""
        headers = {"cache-control": f"public, max-age={_KEYS_FRESH_SECONDS}"}
        return JSONResponse(await self.keyring.key_set(), headers=headers, media_type="application/jwk-set+json")

    async def metadata(self, _request: Request) -> Response:
        """What this server can do (RFC 8414)."""
        url = self.public_url
        document: dict[str, object] = {
            "issuer": url,
            "token_endpoint": f"{url}/oauth/token",
            "jwks_uri": f"{url}/oauth/jwks",
            "scopes_supported": sorted(CLIENT_SCOPES),
            # The RFC requires the member and forbids it to be empty; there is no authorization endpoint.
            "response_types_supported": ["none"],
            "grant_types_supported": ["client_credentials"],
        }
        for endpoint, path in (("token", "token"), ("revocation", "revoke"), ("introspection", "introspect")):
            document[f"{endpoint}_endpoint"] = f"{url}/oauth/{path}"
            document[f"{endpoint}_endpoint_auth_methods_supported"] = METHODS
            document[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = list(ALGORITHMS)
        return JSONResponse(document, headers={"cache-control": f"public, max-age={_KEYS_FRESH_SECONDS}"})

    async def _form(self, request: Request) -> dict[str, str]:
        address = request.client.host if request.client else "unknown"
        _require_allowance(self.limits.per_address.check(address))
        return await read_form(request)

    async def _facts(self, request: Request, form: dict[str, str]) -> Facts:
        credentials = read_credentials(request.headers, form, claimed_client(form.get("client_assertion", "")))
        return Facts(
            issuer=self.public_url,
            audience=f"{self.public_url}/graphql",
            now=self.clock.now(),
            credentials=credentials,
            client=await self._client(credentials.client_id),
        )

    async def _client(self, client_id: str) -> ApiClient | None:
        try:
            return await self.authentication.client(parse_id(Prefix.CLIENT, client_id))
        except Invalid:
            return None

    async def _about_a_token(self, request: Request, endpoint: str) -> tuple[Facts, Response]:
        form = await self._form(request)
        facts = await self._facts(request, form)
        facts.presented = await self._live(form.get("token", ""))
        response = Server(facts).endpoint_response(endpoint, request.headers, form)
        self._require_client_allowance(facts)
        used = facts.assertion
        if used is not None and not await self.authentication.use_assertion(used.digest, used.expires_at):
            raise Refused(Error.INVALID_CLIENT, _USED_BEFORE)
        return facts, response

    async def _live(self, token: str) -> Claims | None:
        """The claims of a token that would be let in now."""
        try:
            claims = await self.tokens.verify(token)
        except TokenRefused:
            return None
        client = await self.authentication.client_of_token(claims.jti)
        return claims if client is not None and client.active and client.id == claims.client_id else None

    def _require_client_allowance(self, facts: Facts) -> None:
        # What somebody without the secret sends must never count against the client itself: whoever knows a client's
        # public id could lock it out otherwise, and 256 random bits are not to be guessed.
        limiter = self.limits.per_client if facts.authenticated else self.limits.failures
        _require_allowance(limiter.check(facts.credentials.client_id))


def oauth_routes(endpoints: OAuthEndpoints) -> list[Route]:
    """All routes of the authorization server."""
    return [
        Route("/oauth/token", _guarded(endpoints.token), methods=["POST"]),
        Route("/oauth/revoke", _guarded(endpoints.revoke), methods=["POST"]),
        Route("/oauth/introspect", _guarded(endpoints.introspect), methods=["POST"]),
        Route("/oauth/jwks", _guarded(endpoints.jwks), methods=["GET"]),
        Route("/.well-known/oauth-authorization-server", _guarded(endpoints.metadata), methods=["GET"]),
    ]


def _guarded(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refused as refused:
            return refusal(refused.error, refused.description, refused.status, refused.retry_after)
        except Unavailable as away:
            return refusal(Error.TEMPORARILY_UNAVAILABLE, away.message, 503, 1)

    return answer


def _require_allowance(wait: int | None) -> None:
    if wait is not None:
        description = f"Too many requests; try again in {wait} seconds."
        raise Refused(Error.TEMPORARILY_UNAVAILABLE, description, 429, wait)
