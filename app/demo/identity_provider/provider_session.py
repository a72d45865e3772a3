"""Who is signed in at the provider, in which browser, and to which applications."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.demo.identity_provider.expiring import Expiring

if TYPE_CHECKING:
    from app.demo.identity_provider.config import UserConfig
    from app.demo.identity_provider.expiring import Clock

SESSION_SECONDS = 8 * 60 * 60


@dataclass(slots=True, kw_only=True)
class ProviderSession:
    """One person's stay. `auth_time` is in seconds since 1970; `consents` holds the scopes allowed per client."""

    sid: str
    user: UserConfig
    auth_time: int
    client_ids: set[str] = field(default_factory=set)
    consents: dict[str, frozenset[str]] = field(default_factory=dict)

    def consented(self, client_id: str, scope: str) -> bool:
        """Whether the person has already allowed the client all of the scope."""
        return frozenset(scope.split()) <= self.consents.get(client_id, frozenset())


class ProviderSessions:
    """All stays. The cookie holds a random value that changes with every sign-in; the `sid` claim stays."""

    def __init__(self, clock: Clock) -> None:
        """Start with nobody signed in."""
        self._clock = clock
        self._by_sid: Expiring[ProviderSession] = Expiring(clock, lifetime_seconds=SESSION_SECONDS)
        self._sid_by_cookie: Expiring[str] = Expiring(clock, lifetime_seconds=SESSION_SECONDS)

    def of_cookie(self, cookie: str | None) -> ProviderSession | None:
        """The session that the browser's cookie stands for."""
        sid = self._sid_by_cookie.get(cookie) if cookie else None
        return self.of_sid(sid)

    def of_sid(self, sid: str | None) -> ProviderSession | None:
        """The session that an ID token names."""
        return self._by_sid.get(sid) if sid else None

    def sign_in(self, user: UserConfig, old_cookie: str | None) -> tuple[ProviderSession, str]:
        """Open a session, or renew that of the same person, and return it with the new cookie value.

        Another person's session loses its cookie only: that person's applications stay signed in, and can still
        end it through their ID tokens.
        """
        session = self.of_cookie(old_cookie)
        if old_cookie:
            self._sid_by_cookie.pop(old_cookie)
        now = int(self._clock())
        if session is None or session.user.sub != user.sub:
            session = ProviderSession(sid=secrets.token_urlsafe(16), user=user, auth_time=now)
        session.auth_time = now
        self._by_sid.put(session.sid, session)
        cookie = secrets.token_urlsafe(32)
        self._sid_by_cookie.put(cookie, session.sid)
        return session, cookie

    def end(self, sid: str) -> ProviderSession | None:
        """Forget the session and return it; its cookie, codes and access tokens lead nowhere from now on."""
        return self._by_sid.pop(sid)
