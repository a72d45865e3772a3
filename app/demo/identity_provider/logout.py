"""RP-initiated logout: asks the person, ends the session, tells the applications, goes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oidc.rpinitiated import EndSessionEndpoint
from starlette.responses import RedirectResponse, Response

from app.demo.identity_provider.backchannel_logout import announce_logout
from app.demo.identity_provider.keys import ALGORITHM
from app.demo.identity_provider.oauth_request import form_parameters, query_parameters
from app.demo.identity_provider.provider import BROWSER_COOKIE, SESSION_COOKIE

if TYPE_CHECKING:
    from joserfc.jwk import KeySet
    from starlette.requests import Request

    from app.demo.identity_provider.authorization_server import DemoAuthorizationServer
    from app.demo.identity_provider.config import ClientConfig
    from app.demo.identity_provider.interaction import Parameters
    from app.demo.identity_provider.provider import Provider
    from app.demo.identity_provider.provider_session import ProviderSession

PURPOSE = "logout"
CARRIED = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """What a logout request comes to: whose session, for which application, and where to go afterwards."""

    session: ProviderSession | None
    client: ClientConfig | None
    return_uri: str | None


class LogoutEndpoint:
    """`/logout`, and the form on its page."""

    def __init__(self, provider: Provider) -> None:
        """Serve for the provider."""
        self._provider = provider

    async def ask(self, request: Request) -> Response:
        """The confirmation page; without a session there is nothing to ask."""
        parameters = await form_parameters(request) if request.method == "POST" else query_parameters(request)
        logout = self._resolve(request, parameters)
        if logout.session is None:
            return self._leave(logout, "You are signed out.")
        browser = self._provider.browser(request)
        data = dict(parameters)
        response = self._provider.pages.confirm_logout(
            logout.session,
            client=logout.client,
            fields={name: data[name] for name in CARRIED if name in data},
            form_token=self._provider.form_token(browser, PURPOSE),
        )
        self._provider.set_cookie(response, BROWSER_COOKIE, browser)
        return response

    async def submit(self, request: Request) -> Response:
        """Sign out everywhere, or stay."""
        parameters = await form_parameters(request)
        self._provider.check_form_token(request, parameters, PURPOSE)
        logout = self._resolve(request, parameters)
        if dict(parameters).get("decision") != "sign-out":
            return self._leave(logout, "You are still signed in.")
        own = self._provider.session(request)
        if logout.session is not None:
            self._provider.server.sessions.end(logout.session.sid)
            await announce_logout(self._provider.server, logout.session)
        response = self._leave(logout, "You are signed out.")
        if own is logout.session:
            response.delete_cookie(SESSION_COOKIE, path=self._provider.path("/"), httponly=True, samesite="lax")
        return response

    def _resolve(self, request: Request, parameters: Parameters) -> Logout:
        """Read the request leniently: what cannot be believed is as if it were not there.

        A hint may well be signed by the key of a provider that has been restarted since; the person, who is asked,
        must still get out.
        """
        server, endpoint = self._provider.server, _EndSession(self._provider.server)
        try:
            known = endpoint.validate_request(server.request("GET", "/logout", parameters))
        except (OAuth2Error, ValueError):
            without = tuple((name, value) for name, value in parameters if name != "id_token_hint")
            known = endpoint.validate_request(server.request("GET", "/logout", without))
        claims: dict[str, Any] = known.id_token_claims or {}
        own = self._provider.session(request)
        session = own
        if claims:
            session = server.sessions.of_sid(str(claims.get("sid", "")))
            if session is None and own is not None and own.user.sub == claims.get("sub"):
                session = own
        client = known.client.config if known.client else None
        return Logout(session=session, client=client, return_uri=known.redirect_uri or self._registered(parameters))

    def _registered(self, parameters: Parameters) -> str | None:
        """The requested address with the state, when exactly that is registered and no client was named."""
        data = dict(parameters)
        uri = data.get("post_logout_redirect_uri", "")
        if "client_id" in data or not any(
            uri in client.post_logout_redirect_uris for client in self._provider.config.clients
        ):
            return None
        return add_params_to_uri(uri, [("state", data["state"])]) if data.get("state") else uri

    def _leave(self, logout: Logout, message: str) -> Response:
        if logout.return_uri is not None:
            return RedirectResponse(logout.return_uri, status_code=303)
        return self._provider.pages.message(message, "You can close this page, or open an application again.")


class _EndSession(EndSessionEndpoint):
    """Authlib's reading of the request; the ending itself is ours, since it waits for the network."""

    server: DemoAuthorizationServer

    def get_server_jwks(self) -> KeySet:
        """The one key."""
        return self.server.signing_key.key_set

    def get_algorithms(self) -> list[str]:
        """ES256 only, whatever the hint's header says."""
        return [ALGORITHM]

    def is_post_logout_redirect_uri_legitimate(self, *_args: object, **_kwargs: object) -> bool:
        """A registered address is, even without a hint: the person is asked before anything happens."""
        return True
