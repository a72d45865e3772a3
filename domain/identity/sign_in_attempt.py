"""A sign-in under way: what the callback must find again, whoever brings it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from domain.identity.actor import Realm

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt:
    """One trip to the provider and back, good once and for ten minutes.

    `state_hash` and `browser_hash` are the SHA-256 of the `state` parameter and of the browser's cookie: both must come
    back, so that nobody finishes another's attempt. `return_to` is a path of our own.
    """

    state_hash: bytes
    browser_hash: bytes
    realm: Realm
    nonce: str
    code_verifier: str
    return_to: str
    created_at: datetime
    expires_at: datetime

    def expired(self, now: datetime) -> bool:
        """Whether the person took too long."""
        return now >= self.expires_at
