"""Who a browser's session cookie stands for, and the proof that a request is meant."""

from __future__ import annotations

import hmac
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from domain.identity.acting import actor_of_user
from domain.identity.secret import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from starlette.responses import Response

    from domain.identity.actor import Actor, Realm
    from domain.identity.membership import Membership
    from domain.identity.session import Session
    from domain.identity.user import User
    from domain.kernel.clock import Clock

# The prefix makes browsers insist on Secure, Path=/ and no Domain: no other host, port 80 or script can plant one.
SESSION_COOKIE = "__Host-paydesk_session"
CSRF_HEADER = "x-paydesk-csrf"
# A session that was ended elsewhere lives this much longer here at most; the promise is a second.
FRESH_SECONDS = 0.5
_MOST_CACHED = 10_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class SessionState(Protocol):
    """A session that nobody has ended, with its person as they are now."""

    @property
    def session(self) -> Session: ...  # noqa: D102 - named as its type
    @property
    def user(self) -> User: ...  # noqa: D102
    @property
    def memberships(self) -> Sequence[Membership]: ...  # noqa: D102


class SessionReads(Protocol):
    """Sessions by what only their holder knows."""

    async def session(self, token_hash: bytes) -> SessionState | None:
        """The session of a token, limits unchecked."""
        ...

    async def session_seen(self, session: Session) -> None:
        """Keep when it was last seen."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person behind a cookie: what the request acts as, and what it must prove to change anything."""

    actor: Actor
    user: User
    memberships: tuple[Membership, ...]
    session: Session

    @property
    def realm(self) -> Realm:
        """Which house the person belongs to."""
        return self.user.realm

    @property
    def session_id(self) -> UUID:
        """The session's name in logs and lists; it opens nothing."""
        return self.session.id

    @property
    def csrf_token(self) -> str:
        """What a request that changes something has to repeat."""
        return self.session.csrf_token

    def means_it(self, given: str | None) -> bool:
        """Whether the CSRF header or form field is this session's; compared in constant time."""
        return given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), self.csrf_token.encode())


class Sessions:
    """Looks cookies up, remembers the answer for half a second, and notes use at most once a minute."""

    def __init__(
        self,
        reads: SessionReads,
        clock: Clock,
        *,
        fresh_seconds: float = FRESH_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`monotonic` counts seconds."""
        self._reads = reads
        self._clock = clock
        self._fresh_seconds = fresh_seconds
        self._monotonic = monotonic
        self._cache: OrderedDict[bytes, tuple[float, SignedIn]] = OrderedDict()

    async def actor(self, cookie_value: str | None, address: str | None = None) -> SignedIn | None:
        """The person of a session cookie; None when there is none, it has ended, or the person is disabled.

        `address` is where the request comes from, for the audit log. Raises `Unavailable`.
        """
        if cookie_value is None or not _TOKEN.fullmatch(cookie_value):
            return None
        key = digest(cookie_value)
        signed_in = self._cached(key)
        if signed_in is None:
            asked_at = self._monotonic()
            signed_in = await self._look_up(key)
            if signed_in is None:
                self._cache.pop(key, None)
                return None
            self._keep(key, asked_at, signed_in)
        if address is None:
            return signed_in
        return replace(signed_in, actor=replace(signed_in.actor, address=address))

    def forget(self, cookie_value: str | None) -> None:
        """Do not answer from memory for this cookie: its session has just changed."""
        if cookie_value is not None:
            self._cache.pop(digest(cookie_value), None)

    def forget_all(self) -> None:
        """As `forget`, when nobody can tell whose sessions have just ended."""
        self._cache.clear()

    def _cached(self, key: bytes) -> SignedIn | None:
        found = self._cache.get(key)
        if found is None or self._monotonic() - found[0] >= self._fresh_seconds:
            return None
        return found[1]

    def _keep(self, key: bytes, asked_at: float, signed_in: SignedIn) -> None:
        self._cache[key] = (asked_at, signed_in)
        self._cache.move_to_end(key)
        if len(self._cache) > _MOST_CACHED:
            self._cache.popitem(last=False)

    async def _look_up(self, key: bytes) -> SignedIn | None:
        state = await self._reads.session(key)
        now = self._clock.now()
        if state is None or not state.user.active or not state.session.alive(now):
            return None
        session = state.session
        if session.due_to_be_seen(now):
            session = session.seen(now)
            await self._reads.session_seen(session)
        return SignedIn(
            actor=actor_of_user(state.user, state.memberships),
            user=state.user,
            memberships=tuple(state.memberships),
            session=session,
        )


def set_host_cookie(response: Response, name: str, value: str, *, max_age_seconds: int | None = None) -> None:
    """Set one of our cookies; without an age it goes with the browser."""
    response.set_cookie(name, value, max_age=max_age_seconds, path="/", secure=True, httponly=True, samesite="lax")


def clear_host_cookie(response: Response, name: str) -> None:
    """Take one of our cookies away; browsers ignore this without the attributes that it was set with."""
    response.set_cookie(name, "", max_age=0, path="/", secure=True, httponly=True, samesite="lax")
