"""Who sends a request: a machine with a bearer token, or a person with a session cookie; never both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

from starlette.requests import Request

from web.access_tokens import TokenRefused
from web.sessions import CSRF_HEADER, SESSION_COOKIE

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from web.sessions import SignedIn


class Unauthenticated(Exception):
    """Nobody stands behind the request; `reason` may be shown to whoever sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# Raises `Unauthenticated`, and `Unavailable` when nobody can tell now.
Authenticate: TypeAlias = Callable[[Request], Awaitable["Actor"]]


class Tokens(Protocol):
    """Reads `Authorization` headers."""

    async def authenticate(self, header_value: str) -> Actor:
        """The client of a token; raise `TokenRefused`, `Unavailable`."""
        ...


class Cookies(Protocol):
    """Reads session cookies."""

    async def actor(self, cookie_value: str | None, address: str | None = None) -> SignedIn | None:
        """The person of a cookie; raise `Unavailable`."""
        ...


def address_of(request: Request) -> str:
    """Where a request comes from; `TrustedProxies` has looked through those that we trust."""
    return "unknown" if request.client is None else request.client.host


def authentication(tokens: Tokens, cookies: Cookies) -> Authenticate:
    """Both ways in; whoever tries both at once is refused, for one of them would be taken silently."""

    async def authenticate(request: Request) -> Actor:
        authorizations = request.headers.getlist("authorization")
        cookie = request.cookies.get(SESSION_COOKIE)
        if not authorizations and cookie is None:
            reason = "Send an access token (Authorization: Bearer ...), or sign in."
            raise Unauthenticated(reason)
        if cookie is None:
            return await _by_token(tokens, authorizations, address_of(request))
        if authorizations:
            reason = "Send an access token or a session cookie, not both."
            raise Unauthenticated(reason)
        return await _by_cookie(cookies, cookie, request)

    return authenticate


async def _by_token(tokens: Tokens, authorizations: list[str], address: str) -> Actor:
    if len(authorizations) > 1:
        reason = "Send one Authorization header."
        raise Unauthenticated(reason)
    try:
        actor = await tokens.authenticate(authorizations[0])
    except TokenRefused as refused:
        raise Unauthenticated(refused.reason) from None
    return replace(actor, address=address)


async def _by_cookie(cookies: Cookies, cookie: str, request: Request) -> Actor:
    signed_in = await cookies.actor(cookie, address_of(request))
    if signed_in is None:
        reason = "The session has ended; sign in again."
        raise Unauthenticated(reason)
    # A browser sends the cookie whoever made it ask. GET cannot change anything, and nobody else can read its answer.
    if request.method != "GET" and not signed_in.means_it(request.headers.get(CSRF_HEADER)):
        reason = f"Send the session's CSRF token in the header {CSRF_HEADER}; GET /session tells it."
        raise Unauthenticated(reason)
    return signed_in.actor
