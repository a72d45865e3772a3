"""Validation of our access tokens: RFC 9068 section 4, and nothing but what we issue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeGuard
from uuid import UUID

import orjson
from joserfc import jws
from joserfc.errors import JoseError

from domain.identity.permission import Permission
from domain.identity.signing_key import ALGORITHM
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, parse_id

if TYPE_CHECKING:
    from domain.kernel.clock import Clock
    from web.oauth.keyring import KeyRing

LONGEST_TOKEN = 8192
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_HEADER = {"alg", "typ", "kid"}
_TYPES = {"at+jwt", "application/at+jwt"}
# Clocks of our own processes differ by less than this.
_LEEWAY_SECONDS = 5
_PERMISSIONS = {permission.value: permission for permission in Permission}


class TokenRefused(Exception):
    """The credentials do not authenticate anyone; `reason` may be shown to whoever sent them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a valid token says."""

    client_id: UUID
    jti: UUID
    scopes: frozenset[Permission]
    issued_at: datetime
    expires_at: datetime


class AccessTokens:
    """Verifies tokens of one issuer for one audience."""

    def __init__(self, *, issuer: str, audience: str, keyring: KeyRing, clock: Clock) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keyring = keyring
        self._clock = clock

    async def verify(self, token: str) -> Claims:
        """The claims of a token that is ours, whole and in time; raise `TokenRefused` for any other.

        Whether the token was revoked, and what its client may do now, is for the caller to ask.
        """
        if len(token) > LONGEST_TOKEN:
            reason = "The token is too long."
            raise TokenRefused(reason)
        if not _COMPACT.fullmatch(token):
            reason = "This is not a signed token."
            raise TokenRefused(reason)
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError) as error:
            reason = "This is not a signed token."
            raise TokenRefused(reason) from error
        kid = _kid(header)
        key = await self._keyring.verifying_key(kid)
        if key is None:
            reason = "The token is signed with a key that is not ours."
            raise TokenRefused(reason)
        try:
            payload = jws.deserialize_compact(token.encode(), key, algorithms=[ALGORITHM]).payload
        except (JoseError, ValueError) as error:
            reason = "The signature is wrong."
            raise TokenRefused(reason) from error
        return self._claims(payload)

    def _claims(self, payload: bytes) -> Claims:
        try:
            claims = orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            reason = "The token holds no claims."
            raise TokenRefused(reason) from error
        if not isinstance(claims, dict):
            reason = "The token holds no claims."
            raise TokenRefused(reason)
        self._require_ours(claims)
        issued, expires = self._require_in_time(claims)
        if claims.get("sub") != claims.get("client_id"):
            reason = "The token's subject is not its client."
            raise TokenRefused(reason)
        scope = claims.get("scope")
        if not isinstance(scope, str):
            reason = "The token has no scope."
            raise TokenRefused(reason)
        try:
            client_id = parse_id(Prefix.CLIENT, _text(claims, "client_id"))
            jti = UUID(_text(claims, "jti"))
        except (Invalid, ValueError) as error:
            reason = "The token's client_id or jti is not one of ours."
            raise TokenRefused(reason) from error
        return Claims(
            client_id=client_id,
            jti=jti,
            scopes=frozenset(_PERMISSIONS[word] for word in scope.split(" ") if word in _PERMISSIONS),
            issued_at=issued,
            expires_at=expires,
        )

    def _require_ours(self, claims: dict[str, Any]) -> None:
        if claims.get("iss") != self._issuer:
            reason = "The token is of another issuer."
            raise TokenRefused(reason)
        audience = claims.get("aud")
        if audience != self._audience and not (isinstance(audience, list) and self._audience in audience):
            reason = "The token is meant for someone else."
            raise TokenRefused(reason)

    def _require_in_time(self, claims: dict[str, Any]) -> tuple[datetime, datetime]:
        now = int(self._clock.now().timestamp())
        issued, expires, begins = claims.get("iat"), claims.get("exp"), claims.get("nbf", 0)
        if not (_is_moment(issued) and _is_moment(expires) and _is_moment(begins)):
            reason = "The token lacks a time, or has one that is none."
            raise TokenRefused(reason)
        if expires <= now:
            reason = "The token has expired."
            raise TokenRefused(reason)
        if max(issued, begins) > now + _LEEWAY_SECONDS:
            reason = "The token is not valid yet."
            raise TokenRefused(reason)
        return datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC)


def _kid(header: dict[str, Any]) -> str:
    """Name the key, if the header is one of ours: no other member (crit, jwk, jku ...) has any business there."""
    if header.get("alg") != ALGORITHM:
        reason = "The token is signed with an algorithm that we do not use."
        raise TokenRefused(reason)
    typ = header.get("typ")
    if not isinstance(typ, str) or typ.lower() not in _TYPES:
        reason = "This is not an access token."
        raise TokenRefused(reason)
    kid = header.get("kid")
    if not isinstance(kid, str) or set(header) != _HEADER:
        reason = "The token's header is not one of ours."
        raise TokenRefused(reason)
    return kid


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        reason = f"The token has no {name}."
        raise TokenRefused(reason)
    return value


def _is_moment(value: object) -> TypeGuard[int]:
    # True is an int in Python, and a year beyond 9999 is no date.
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 253_402_300_800  # noqa: PLR2004
