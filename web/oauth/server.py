"""Authlib's authorization server, fed with what one request needs, so that it never waits for anything."""

# The signatures are Authlib's, and its published stubs are narrower than what it calls.
# ruff: noqa: ARG002
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    ClientMixin,
    InvalidClientError,
    InvalidScopeError,
    OAuth2Error,
    OAuth2Payload,
    OAuth2Request,
    TokenMixin,
)
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from joserfc.jwk import KeySet

from domain.identity.access_token import AccessToken
from domain.identity.api_client import ClientAuthMethod
from domain.identity.signing_key import ALGORITHM, TOKEN_LIFETIME
from web.oauth.assertion import AssertionRefused, UsedAssertion, verify_assertion
from web.oauth.wire import answer, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from joserfc.jwk import ECKey
    from starlette.responses import JSONResponse

    from domain.identity.api_client import ApiClient
    from web.access_tokens import Claims
    from web.oauth.wire import Credentials

METHODS = [method.value for method in ClientAuthMethod]
_LIFETIME_SECONDS = int(TOKEN_LIFETIME.total_seconds())


@dataclass(slots=True, kw_only=True)
class Facts:
    """What was read before Authlib runs, and what it leaves to be written afterwards.

    `presented` is the token of a revocation or introspection, if it is a valid and live one of ours.
    """

    issuer: str
    audience: str
    now: datetime
    credentials: Credentials
    client: ApiClient | None
    signing_key: ECKey | None = None
    jti: UUID | None = None
    presented: Claims | None = None
    assertion: UsedAssertion | None = None
    issued: AccessToken | None = None
    revoked: UUID | None = None
    authenticated: bool = field(default=False)


class _Payload(OAuth2Payload):
    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = dict(form)

    @property
    def data(self) -> dict[str, str]:
        return self._form

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self._form.items()})


class EndpointRequest(OAuth2Request):
    """A request whose form was read and checked already."""

    def __init__(self, headers: Mapping[str, str], form: Mapping[str, str]) -> None:
        # TLS ends at the proxy in front of us, and settings have judged the public address when we started.
        super().__init__("POST", "https://paydesk.invalid", headers=dict(headers))
        self._parameters = dict(form)
        self.payload = _Payload(form)
        self.headers = {**headers, "Authorization": headers.get("authorization", "")}

    @property
    def form(self) -> dict[str, str]:
        """The parameters of the body."""
        return self._parameters

    @property
    def args(self) -> dict[str, str]:
        """The parameters of the address: none are taken."""
        return {}


class _Client(ClientMixin):
    def __init__(self, client: ApiClient) -> None:
        self.client = client
        self._scopes = {scope.value for scope in client.scopes}

    def get_client_id(self) -> str:
        return self.client.client_id

    def get_allowed_scope(self, scope: str | None) -> str:
        """What was asked for, or all when nothing was; the request's scope has passed `allows` by now."""
        return " ".join(sorted(scope.split() if scope else self._scopes))

    def allows(self, scope: str) -> bool:
        return set(scope.split()) <= self._scopes

    def check_client_secret(self, client_secret: str) -> bool:
        return self.client.active and self.client.knows(client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        del endpoint  # one method, wherever the client goes
        return method == self.client.auth_method.value

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == ClientCredentialsGrant.GRANT_TYPE


class _Token(TokenMixin):
    def __init__(self, claims: Claims) -> None:
        self.claims = claims

    def check_client(self, client: _Client) -> bool:
        return client.client.id == self.claims.client_id

    def is_expired(self) -> bool:
        return False  # it would not have been presented

    def is_revoked(self) -> bool:
        return False


class _Generator(JWTBearerTokenGenerator):
    def __init__(self, facts: Facts) -> None:
        super().__init__(facts.issuer, alg=ALGORITHM, expires_generator=_LIFETIME_SECONDS)
        self._facts = facts

    def get_jwks(self) -> KeySet:
        assert self._facts.signing_key is not None
        return KeySet([self._facts.signing_key])  # a set, since only from a set does the header get the kid

    def get_audiences(self, client: _Client, user: object, scope: str) -> str:
        return self._facts.audience

    def get_jti(self, client: _Client, grant_type: str, user: object, scope: str) -> str:
        return str(self._facts.jti)

    def get_extra_claims(self, client: _Client, grant_type: str, user: object, scope: str) -> dict[str, Any]:
        # Time is a port; Authlib would look at the wall.
        issued = int(self._facts.now.timestamp())
        return {"iat": issued, "exp": issued + _LIFETIME_SECONDS}


class _Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def validate_requested_scope(self) -> None:
        scope, client = self.request.form.get("scope"), self.request.client
        assert isinstance(client, _Client)
        if scope is not None and (not scope.split() or not client.allows(scope)):
            message = "Ask for scopes that the client has, with spaces between them."
            raise InvalidScopeError(message)


class _Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = METHODS
    server: Server

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Token | None:
        # Another client's token is as unknown as none: the answer must not tell that it is valid.
        return self.server.presented_token()

    def revoke_token(self, token: _Token, request: OAuth2Request) -> None:
        self.server.facts.revoked = token.claims.jti


class _Introspection(IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = METHODS
    server: Server

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Token | None:
        return self.server.presented_token()

    def check_permission(self, token: _Token, client: _Client, request: OAuth2Request) -> bool:
        return token.check_client(client)

    def introspect_token(self, token: _Token) -> dict[str, object]:
        claims, facts = token.claims, self.server.facts
        assert facts.client is not None
        return {
            "active": True,
            "scope": " ".join(sorted(claims.scopes & facts.client.scopes)),
            "client_id": facts.client.client_id,
            "sub": facts.client.client_id,
            "token_type": "Bearer",
            "iss": facts.issuer,
            "aud": facts.audience,
            "iat": int(claims.issued_at.timestamp()),
            "exp": int(claims.expires_at.timestamp()),
            "jti": str(claims.jti),
        }


class Server(AuthorizationServer):
    """One request's authorization server. It reads from `facts` and writes to it."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self.facts = facts
        self.register_token_generator("default", _Generator(facts))
        self.register_grant(_Grant)
        self.register_endpoint(_Revocation)
        self.register_endpoint(_Introspection)
        self.register_client_auth_method(ClientAuthMethod.PRIVATE_KEY_JWT.value, self._authenticate_assertion)

    def token_response(self, headers: Mapping[str, str], form: Mapping[str, str]) -> JSONResponse:
        """Answer a request for a token."""
        return cast("JSONResponse", self.create_token_response(EndpointRequest(headers, form)))

    def endpoint_response(self, name: str, headers: Mapping[str, str], form: Mapping[str, str]) -> JSONResponse:
        """Answer a revocation or introspection."""
        return cast("JSONResponse", self.create_endpoint_response(name, EndpointRequest(headers, form)))

    def presented_token(self) -> _Token | None:
        """The valid token that the client presents, if it is its own."""
        claims, client = self.facts.presented, self.facts.client
        return _Token(claims) if claims is not None and client is not None and claims.client_id == client.id else None

    def query_client(self, client_id: str) -> _Client | None:
        """The client that was loaded, and no other."""
        client = self.facts.client
        return _Client(client) if client is not None and client.client_id == client_id and client.active else None

    def authenticate_client(self, request: OAuth2Request, methods: list[str], endpoint: str = "token") -> _Client:
        """The client, by the one method that it has chosen and is registered for."""
        method = self.facts.credentials.method.value
        client = super().authenticate_client(request, [method], endpoint)
        assert isinstance(client, _Client)
        self.facts.authenticated = True
        return client

    def save_token(self, token: dict[str, object], request: OAuth2Request) -> None:
        """Leave it to be written."""
        facts = self.facts
        assert facts.client is not None
        assert facts.jti is not None
        facts.issued = AccessToken(
            jti=facts.jti,
            client_id=facts.client.id,
            merchant_id=facts.client.merchant_id,
            issued_at=facts.now,
            expires_at=facts.now + TOKEN_LIFETIME,
        )

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        """It is one already."""
        return request

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: dict[str, object], headers: list[tuple[str, str]]) -> JSONResponse:
        """The answer; its headers are ours for every answer."""
        return answer(status, body)

    def handle_error_response(self, request: OAuth2Request, error: OAuth2Error) -> JSONResponse:
        """The error; a failed authentication does not say whether the client exists."""
        description = error.get_error_description()
        if isinstance(error, InvalidClientError) and not isinstance(error, _AssertionError):
            description = "Client authentication failed."
        return refusal(str(error.error), description, error.status_code)

    def _authenticate_assertion(self, query_client: object, request: OAuth2Request) -> _Client | None:
        facts = self.facts
        client = facts.client
        if client is None or not client.active or client.auth_method is not ClientAuthMethod.PRIVATE_KEY_JWT:
            return None
        audiences = (facts.issuer, f"{facts.issuer}/oauth/token")
        try:
            facts.assertion = verify_assertion(request.form["client_assertion"], client, audiences, facts.now)
        except AssertionRefused as refused:
            raise _AssertionError(str(refused)) from refused
        return _Client(client)


class _AssertionError(InvalidClientError):
    """An assertion's fault may be named: whoever reads it has written it."""
