"""Out: by the person's wish, here and at the provider; or because the provider says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, RedirectResponse, Response

from adapters.oidc.errors import Check, ProviderRefused
from adapters.postgres.identity.authentication import assertion_digest
from domain.identity.actor import Realm
from domain.identity.end_provider_sessions import EndProviderSessions, end_provider_sessions
from domain.identity.revoke_session import RevokeSession, revoke_session
from domain.identity.secret import new_secret
from domain.kernel.errors import DomainError, Unavailable
from web.pages.error_page import error_page
from web.sessions import CSRF_HEADER, SESSION_COOKIE, clear_host_cookie, set_host_cookie
from web.sso.form import FormRefused, read_form
from web.sso.ports import sign_on_actor
from web.sso.refusals import record_refusal

if TYPE_CHECKING:
    from starlette.requests import Request

    from adapters.oidc.logout_token import LogoutToken
    from web.sessions import SignedIn
    from web.sso.ports import SsoPorts

SIGN_OUT_COOKIE = "__Host-paydesk_sign_out"
_SIGN_OUT_SECONDS = 600
_MOST_FORM_BYTES = 4 * 1024
_MOST_LOGOUT_BYTES = 32 * 1024


class SignOut:
    """The routes that end sessions."""

    def __init__(self, ports: SsoPorts) -> None:
        self._ports = ports

    async def sign_out(self, request: Request) -> Response:
        """End the session of this browser, then go on to the provider's page for the same."""
        cookie = request.cookies.get(SESSION_COOKIE)
        try:
            signed_in = await self._ports.sessions.actor(cookie, self._ports.address_of(request))
            if signed_in is None:
                return self._gone(f"{self._ports.public_url}/")
            if not signed_in.means_it(await self._proof(request)):
                return self._unproven()
            await revoke_session(self._ports.people, signed_in.actor, RevokeSession(session_id=signed_in.session_id))
        except FormRefused as error:
            return error_page(error.status, "You are still signed in", error.text, https=self._ports.https)
        except Unavailable:
            text = "The session could not be ended now. Try again in a moment."
            return error_page(503, "You are still signed in", text, https=self._ports.https, retry_after_seconds=1)
        finally:
            self._ports.sessions.forget(cookie)
        state = new_secret()
        response = self._gone(await self._provider_page(signed_in, state) or f"{self._ports.public_url}/?state={state}")
        set_host_cookie(response, SIGN_OUT_COOKIE, state, max_age_seconds=_SIGN_OUT_SECONDS)
        return response

    async def back_channel(self, request: Request) -> Response:
        """OpenID Connect Back-Channel Logout 1.0: the provider ends the sessions of a session of its own."""
        realm = Realm(request.path_params["realm"].upper())
        provider = self._ports.providers.get(realm)
        if provider is None:
            return _answer(404, "no provider is set up for this realm")
        address = self._ports.address_of(request)
        try:
            if self._ports.address_limit.check(f"back-channel {address}") is not None:
                return _answer(429, "too many logouts from this address")
            form = await read_form(request, most_bytes=_MOST_LOGOUT_BYTES)
            token = await provider.check_logout_token(form.get("logout_token"))
            await self._end(realm, token, address)
        except FormRefused as error:
            return _answer(error.status, error.text)
        except Unavailable:
            return _answer(503, "try again in a moment")
        except ProviderRefused as error:
            return await self._disbelieved(realm, error, address)
        return Response(status_code=200, headers={"cache-control": "no-store"})

    async def _end(self, realm: Realm, token: LogoutToken, address: str) -> None:
        # The provider's tokens have ids of their own beside those that clients use at our token endpoint.
        seen = assertion_digest(f"logout {realm} {token.issuer}", token.token_id)
        if not await self._ports.store.use_assertion(seen, token.remember_until):
            raise ProviderRefused(Check.TOKEN_ID, "the logout token came twice")
        command = EndProviderSessions(realm=realm, issuer=token.issuer, subject=token.subject, provider_sid=token.sid)
        await end_provider_sessions(self._ports.people, sign_on_actor(address), command)
        self._ports.sessions.forget_all()

    async def _disbelieved(self, realm: Realm, error: ProviderRefused, address: str) -> Response:
        try:
            await record_refusal(self._ports, realm, error, address)
        except DomainError:
            return _answer(503, "try again in a moment")
        return _answer(400, "the logout token is not valid")

    async def _proof(self, request: Request) -> str | None:
        header = request.headers.get(CSRF_HEADER)
        if header is not None:
            return header
        return (await read_form(request, most_bytes=_MOST_FORM_BYTES)).get("csrf_token")

    async def _provider_page(self, signed_in: SignedIn, state: str) -> str | None:
        session = signed_in.session
        provider = self._ports.providers.get(session.realm)
        if provider is None or provider.party.issuer != session.issuer:
            return None
        try:
            return await provider.end_session_url(
                id_token=session.id_token, return_to=f"{self._ports.public_url}/", state=state
            )
        except (Unavailable, ProviderRefused):
            return None  # signed out here is what was asked for; the provider's session ends by itself

    def _gone(self, url: str) -> Response:
        response = RedirectResponse(url, status_code=303)
        response.headers["cache-control"] = "no-store"
        response.headers["referrer-policy"] = "no-referrer"
        clear_host_cookie(response, SESSION_COOKIE)
        return response

    def _unproven(self) -> Response:
        text = "This request did not come from a page of your session. Go to the start page and sign out there."
        return error_page(403, "You are still signed in", text, https=self._ports.https)


def _answer(status: int, description: str) -> Response:
    document = {"error": "invalid_request", "error_description": description}
    return JSONResponse(document, status_code=status, headers={"cache-control": "no-store"})
