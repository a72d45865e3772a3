"""The endpoints that applications call themselves: token and userinfo."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ResourceProtector
from starlette.responses import JSONResponse, Response

from app.demo.identity_provider.authorization_server import AccessTokens
from app.demo.identity_provider.grants import claims_about
from app.demo.identity_provider.oauth_request import form_parameters, repeated

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.demo.identity_provider.authorization_server import DemoAuthorizationServer
    from app.demo.identity_provider.grants import AccessToken

NO_STORE = {"Cache-Control": "no-store"}


class TokenEndpoint:
    """`/token`: a code for an ID token and an access token."""

    def __init__(self, server: DemoAuthorizationServer) -> None:
        """Redeem that server's codes."""
        self._server = server

    async def __call__(self, request: Request) -> Response:
        """Answer with tokens, or with an error of RFC 6749, 5.2."""
        parameters = await form_parameters(request)
        if repeated(parameters) is not None:
            return _error("invalid_request", "A parameter is there more than once.")
        oauth_request = self._server.request("POST", "/token", parameters, request.headers)
        try:
            return cast("Response", self._server.create_token_response(oauth_request))
        except UnicodeDecodeError:
            # Authlib decodes the Basic credentials without looking whether they are text.
            return _error("invalid_request", "The Authorization header is not valid UTF-8.")


class UserInfoEndpoint:
    """`/userinfo`: the claims of the ID token once more."""

    def __init__(self, server: DemoAuthorizationServer) -> None:
        """Accept that server's access tokens."""
        self._protector = ResourceProtector()
        self._protector.register_token_validator(AccessTokens(server))

    async def __call__(self, request: Request) -> Response:
        """The claims within the token's scope, or an error of RFC 6750, 3.1."""
        try:
            token: AccessToken = self._protector.validate_request(["openid"], request)
        except OAuth2Error as error:
            status, body, headers = error()
            return JSONResponse(body, status, dict(headers))
        return JSONResponse(claims_about(token.session.user, token.scope), headers=NO_STORE)


def _error(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, 400, NO_STORE)
