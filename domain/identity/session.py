"""A person's signed-in browser, kept on the server; the browser has only a random token."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Realm

ABSOLUTE_LIMIT = timedelta(hours=12)
IDLE_LIMIT = timedelta(minutes=30)
# Noting every request would be a write for every read; a minute is precise enough for half an hour.
SEEN_INTERVAL = timedelta(minutes=1)


class SessionEnded(Conflict):
    """The session is over: sign in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One sign-in of one person. `token_hash` is the SHA-256 of the cookie's token.

    `provider_sid` is the provider's own name for its session and `id_token` the hint for its logout page.
    """

    id: UUID
    token_hash: bytes
    user_id: UUID
    realm: Realm
    csrf_token: str
    issuer: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    provider_sid: str | None = None
    id_token: str | None = None
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.created_at <= self.last_seen_at or self.expires_at <= self.created_at:
            raise Invalid(("expiresAt",), "A session begins, is seen, and expires, in this order.")

    def alive(self, now: datetime) -> bool:
        """Whether neither limit has passed and nobody has ended it."""
        return self.ended_at is None and now < self.expires_at and now < self.last_seen_at + IDLE_LIMIT

    def due_to_be_seen(self, now: datetime) -> bool:
        """Whether the last note of it is old enough to make another."""
        return now >= self.last_seen_at + SEEN_INTERVAL

    def seen(self, now: datetime) -> Session:
        """It was used now; raise `SessionEnded` when it is over."""
        if not self.alive(now):
            message = "The session is over; sign in again."
            raise SessionEnded(message)
        return replace(self, last_seen_at=max(now, self.last_seen_at))

    def end(self, now: datetime) -> Session:
        """It is over now; ending it again changes nothing."""
        return self if self.ended_at is not None else replace(self, ended_at=now)
