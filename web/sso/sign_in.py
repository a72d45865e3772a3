"""To the provider and back: each step trusts only what it finds in our own store."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from adapters.oidc.provider import SignInRequest
from domain.identity.actor import Realm
from domain.identity.secret import digest, new_secret
from domain.identity.sign_in_attempt import LIFETIME, SignInAttempt
from domain.identity.sign_in_person import SignInPerson, sign_in_person
from domain.identity.staff_groups import roles_of_groups
from domain.identity.start_session import StartSession, start_session
from domain.kernel.errors import DomainError
from web.pages.error_page import error_page
from web.sessions import SESSION_COOKIE, set_host_cookie
from web.sso.ports import sign_on_actor
from web.sso.refusals import CallbackRefused, TooManySignIns, record_refusal, refusal_page
from web.sso.return_path import own_path

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from adapters.oidc.identity import Identity
    from adapters.oidc.provider import OpenIdProvider
    from domain.identity.start_session import StartedSession
    from web.sso.ports import Limiter, SsoPorts

SIGN_IN_COOKIE = "__Host-paydesk_sign_in"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_START_AGAIN = "This sign-in was begun in another browser, took too long, or was finished before. Start again."


class SignIn:
    """The two routes of a sign-in."""

    def __init__(self, ports: SsoPorts) -> None:
        self._ports = ports

    async def begin(self, request: Request) -> Response:
        """Send the browser to its provider, bound to it by a cookie."""
        realm = Realm(request.path_params["realm"].upper())
        provider = self._ports.providers.get(realm)
        if provider is None:
            return self._no_provider()
        address = self._ports.address_of(request)
        try:
            self._within(self._ports.address_limit, f"sign-in {address}")
            return await self._to_provider(request, realm, provider)
        except DomainError as error:
            return await self._refused(realm, error, address)

    async def callback(self, request: Request) -> Response:
        """Take the browser back from its provider and give it a session."""
        realm = Realm(request.path_params["realm"].upper())
        provider = self._ports.providers.get(realm)
        if provider is None:
            return self._no_provider()
        address = self._ports.address_of(request)
        try:
            self._within(self._ports.address_limit, f"callback {address}")
            given = _once_each(request)
            attempt = await self._attempt(realm, given.get("state"), request.cookies.get(SIGN_IN_COOKIE))
            await provider.check_callback(given.get("iss"))
            _check_error(given.get("error"))
            if "code" not in given:
                raise CallbackRefused("NO_CODE", _START_AGAIN)
            trip = SignInRequest(state=given["state"], nonce=attempt.nonce, code_verifier=attempt.code_verifier)
            identity = await provider.redeem(given["code"], trip)
            started = await self._let_in(realm, identity, address, request.cookies.get(SESSION_COOKIE))
        except DomainError as error:
            return await self._refused(realm, error, address)
        response = RedirectResponse(self._ports.public_url + attempt.return_to, status_code=303)
        response.headers["cache-control"] = "no-store"
        response.headers["referrer-policy"] = "no-referrer"
        set_host_cookie(response, SESSION_COOKIE, started.token)
        return response

    async def _to_provider(self, request: Request, realm: Realm, provider: OpenIdProvider) -> Response:
        now = self._ports.people.clock.now()
        trip = SignInRequest(state=new_secret(), nonce=new_secret(), code_verifier=new_secret())
        url = await provider.authorization_url(trip)
        # Kept while it lives, so that a sign-in in another tab of the same browser can end as well.
        browser = request.cookies.get(SIGN_IN_COOKIE, "")
        if not _SECRET.fullmatch(browser):
            browser = new_secret()
        await self._ports.store.begin_sign_in(
            SignInAttempt(
                state_hash=digest(trip.state),
                browser_hash=digest(browser),
                realm=realm,
                nonce=trip.nonce,
                code_verifier=trip.code_verifier,
                return_to=own_path(request.query_params.get("return_to")),
                created_at=now,
                expires_at=now + LIFETIME,
            )
        )
        response = RedirectResponse(url, status_code=303)
        response.headers["cache-control"] = "no-store"
        response.headers["referrer-policy"] = "no-referrer"
        set_host_cookie(response, SIGN_IN_COOKIE, browser, max_age_seconds=int(LIFETIME.total_seconds()))
        return response

    async def _attempt(self, realm: Realm, state: str | None, browser: str | None) -> SignInAttempt:
        """The attempt that this browser began in this realm and has not ended; whatever comes next, it is used up."""
        if state is None:
            raise CallbackRefused("NO_STATE", _START_AGAIN)
        attempt = await self._ports.store.take_sign_in(digest(state))
        if attempt is None:
            raise CallbackRefused("UNKNOWN_STATE", _START_AGAIN)
        if attempt.realm is not realm:
            raise CallbackRefused("OTHER_REALM", _START_AGAIN)
        if browser is None or not hmac.compare_digest(digest(browser), attempt.browser_hash):
            raise CallbackRefused("OTHER_BROWSER", _START_AGAIN)
        if self._ports.people.clock.now() >= attempt.expires_at:
            raise CallbackRefused("EXPIRED", _START_AGAIN)
        return attempt

    async def _let_in(self, realm: Realm, identity: Identity, address: str, before: str | None) -> StartedSession:
        self._within(self._ports.account_limit, f"{realm} {identity.issuer} {identity.subject}")
        actor = sign_on_actor(address)
        command = SignInPerson(
            realm=realm,
            issuer=identity.issuer,
            subject=identity.subject,
            email=identity.email,
            email_verified=identity.email_verified,
            name=identity.name,
            staff_roles=roles_of_groups(identity.groups, self._ports.staff_groups),
            address=address,
        )
        person = await sign_in_person(self._ports.people, actor, command)
        started = await start_session(
            self._ports.people,
            actor,
            StartSession(
                user=person.user,
                issuer=identity.issuer,
                provider_sid=identity.sid,
                id_token=identity.id_token,
                replaces=before,
            ),
        )
        self._ports.sessions.forget(before)
        return started

    def _within(self, limiter: Limiter, key: str) -> None:
        seconds = limiter.check(key)
        if seconds is not None:
            raise TooManySignIns(seconds)

    def _no_provider(self) -> Response:
        text = "Nobody can sign in this way here: no provider is set up for it."
        return error_page(404, "No such sign-in", text, https=self._ports.https)

    async def _refused(self, realm: Realm, error: DomainError, address: str) -> Response:
        try:
            # What a limiter stopped is not worth a row each: that would be the flood that it stops.
            if not isinstance(error, TooManySignIns):
                await record_refusal(self._ports, realm, error, address)
        except DomainError as worse:
            error = worse
        return refusal_page(self._ports, realm, error)


def _once_each(request: Request) -> dict[str, str]:
    """RFC 6749, section 3.1: no parameter may come twice."""
    pairs = request.query_params.multi_items()
    given = dict(pairs)
    if len(given) != len(pairs):
        raise CallbackRefused("REPEATED_PARAMETER", _START_AGAIN)
    return given


def _check_error(error: str | None) -> None:
    """The provider's own refusal, told in our words: its description could be anybody's text."""
    if error is None:
        return
    if error == "access_denied":
        raise CallbackRefused("ACCESS_DENIED", "The sign-in was cancelled at the provider.", 403)
    if error in {"temporarily_unavailable", "server_error"}:
        raise CallbackRefused("PROVIDER_FAILED", "The sign-in provider is out of order. Try again later.", 503)
    raise CallbackRefused("PROVIDER_ERROR", "The sign-in provider refused. Try again, then ask for help.")
