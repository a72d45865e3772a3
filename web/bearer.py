"""Who sends a bearer token (RFC 6750): the way in of every API request of a machine."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.identity.acting import actor_of_client
from web.access_tokens import LONGEST_TOKEN, AccessTokens, Claims, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.postgres.identity.authentication import Authentication
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock

__all__ = ["BearerTokens", "TokenRefused"]

# A revocation has to take effect within a second, in every process.
RECHECK_SECONDS = 0.5
MOST_TOKENS = 10_000
_LONGEST_HEADER = LONGEST_TOKEN + len("Bearer ")


@dataclass(slots=True)
class _Known:
    """A token whose signature was verified once, and its actor as of `checked_at` (monotonic seconds)."""

    claims: Claims
    actor: Actor | None = None
    checked_at: float = -1e9
    checking: asyncio.Lock = field(default_factory=asyncio.Lock)


class BearerTokens:
    """Turns `Authorization` headers into actors.

    The signature of a token is verified once, and its state in PostgreSQL is asked for at most every half second.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        authentication: Authentication,
        clock: Clock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        most_tokens: int = MOST_TOKENS,
    ) -> None:
        self._tokens = tokens
        self._authentication = authentication
        self._clock = clock
        self._monotonic = monotonic
        self._most_tokens = most_tokens
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    async def authenticate(self, header_value: str) -> Actor:
        """The client that acts, with the scopes of the token that it still has.

        Raises `TokenRefused`, and `Unavailable` when PostgreSQL cannot say whether the token was revoked.
        """
        if len(header_value) > _LONGEST_HEADER:
            reason = "The token is too long."
            raise TokenRefused(reason)
        scheme, _, token = header_value.partition(" ")
        if scheme.lower() != "bearer" or not token:
            reason = "Send an access token: Authorization: Bearer <token>."
            raise TokenRefused(reason)
        known = await self._verified(token.strip(" "))
        if known.claims.expires_at <= self._clock.now():
            reason = "The token has expired."
            raise TokenRefused(reason)
        if self._monotonic() - known.checked_at >= RECHECK_SECONDS:
            await self._recheck(known)
        if known.actor is None:
            reason = "The token was revoked, or its client was disabled."
            raise TokenRefused(reason)
        return known.actor

    async def _verified(self, token: str) -> _Known:
        # Never the token itself: a dump of memory or a slip of logging must not give it away.
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._known.get(digest)
        if known is None:
            claims = await self._tokens.verify(token)
            known = self._known.setdefault(digest, _Known(claims))
            if len(self._known) > self._most_tokens:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(digest)
        return known

    async def _recheck(self, known: _Known) -> None:
        async with known.checking:
            asked_at = self._monotonic()
            if asked_at - known.checked_at < RECHECK_SECONDS:
                return
            client = await self._authentication.client_of_token(known.claims.jti)
            usable = client is not None and client.active and client.id == known.claims.client_id
            known.actor = actor_of_client(client, known.claims.scopes) if client is not None and usable else None
            # When it was asked, not when the answer came: a revocation in between is not in the answer.
            known.checked_at = asked_at
