"""Authlib's authorization server over memory that dies with the process."""

# The type stubs that pyright brings describe an older Authlib, in which these methods were otherwise or not yet there.
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc6750 import BearerTokenGenerator, BearerTokenValidator
from starlette.responses import RedirectResponse, Response

from app.demo.identity_provider.expiring import Expiring
from app.demo.identity_provider.grants import AccessToken, Client, CodeGrant, IdTokens, RequiredS256
from app.demo.identity_provider.keys import SigningKey
from app.demo.identity_provider.oauth_request import ParameterRequest
from app.demo.identity_provider.provider_session import ProviderSessions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.demo.identity_provider.config import IdentityProviderConfig
    from app.demo.identity_provider.expiring import Clock
    from app.demo.identity_provider.grants import AuthorizationCode
    from app.demo.identity_provider.interaction import Parameters
    from app.demo.identity_provider.provider_session import ProviderSession

CODE_SECONDS = 60
ACCESS_TOKEN_SECONDS = 10 * 60


class DemoAuthorizationServer(AuthorizationServer):
    """The protocol's half of the provider: it knows clients, codes and tokens, and no pages."""

    def __init__(self, config: IdentityProviderConfig, clock: Clock) -> None:
        """Make a key and register the one grant."""
        super().__init__()
        self.config = config
        self.issuer = config.issuer
        self.clock = clock
        self.signing_key = SigningKey()
        self.sessions = ProviderSessions(clock)
        self.codes: Expiring[AuthorizationCode] = Expiring(clock, lifetime_seconds=CODE_SECONDS)
        self.access_tokens: Expiring[AccessToken] = Expiring(clock, lifetime_seconds=ACCESS_TOKEN_SECONDS)
        self._redeemed: Expiring[tuple[str, str]] = Expiring(clock, lifetime_seconds=ACCESS_TOKEN_SECONDS)
        self.register_token_generator(
            "default",
            BearerTokenGenerator(_new_access_token, expires_generator=_access_token_seconds),
        )
        self.register_grant(CodeGrant, [RequiredS256(), IdTokens(self)])

    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(self.clock())

    def request(
        self, method: str, path: str, parameters: Parameters, headers: Mapping[str, str] | None = None
    ) -> ParameterRequest:
        """A request to one of the endpoints, under the issuer's address."""
        return ParameterRequest(method, f"{self.issuer}{path}", parameters, headers)

    def error_redirect(self, redirect_uri: str, state: str | None, error: str, description: str) -> Response:
        """Send the browser back with an error that Authlib has no class for."""
        answer = OAuth2Error(error=error, description=description, redirect_uri=redirect_uri, state=state)
        return self.handle_response(*answer())

    def revoke_redeemed(self, code: str, client_id: str) -> None:
        """Take back the access token that the client got for the code, if it got one."""
        owner, access_token = self._redeemed.get(code) or ("", "")
        if owner == client_id:
            self.access_tokens.pop(access_token)

    # What Authlib asks of its host.

    def query_client(self, client_id: str) -> Client | None:
        """The registered client."""
        config = self.config.client(client_id)
        return None if config is None else Client(config)

    def save_token(self, token: dict[str, Any], request: ParameterRequest) -> None:
        """Remember the access token, and that the session has reached this client."""
        session: ProviderSession = request.user
        client_id: str = request.client.client_id
        session.client_ids.add(client_id)
        access_token: str = token["access_token"]
        self.access_tokens.put(access_token, AccessToken(client_id=client_id, scope=token["scope"], session=session))
        self._redeemed.put(request.authorization_code.code, (client_id, access_token))

    def create_oauth2_request(self, request: ParameterRequest) -> ParameterRequest:
        """Nothing to convert: requests are made by `request`."""
        return request

    def handle_response(self, status: int, body: object, headers: list[tuple[str, str]]) -> Response:
        """A Starlette response; a redirect is an authorization response and says who answers (RFC 9207)."""
        location = dict(headers).get("Location")
        if location is not None:
            # 303 and not 302: a browser must not send the form with the password on to the application.
            return RedirectResponse(add_params_to_uri(location, [("iss", self.issuer)]), status_code=303)
        return Response(json.dumps(body), status, dict(headers))

    def send_signal(self, *_args: object, **_kwargs: object) -> None:
        """Nobody listens."""


def _new_access_token(**_about: object) -> str:
    """Return something that cannot be guessed; what it stands for is remembered."""
    return secrets.token_urlsafe(32)


def _access_token_seconds(_client: object, _grant_type: str) -> int:
    return ACCESS_TOKEN_SECONDS


class AccessTokens(BearerTokenValidator):
    """Finds access tokens for the userinfo endpoint."""

    def __init__(self, server: DemoAuthorizationServer) -> None:
        """Look in the server's memory."""
        super().__init__(realm="userinfo")
        self._server = server

    def authenticate_token(self, token_string: str) -> AccessToken | None:
        """The token, unless it expired or its session has ended."""
        token = self._server.access_tokens.get(token_string)
        if token is None or self._server.sessions.of_sid(token.session.sid) is not token.session:
            return None
        return token
