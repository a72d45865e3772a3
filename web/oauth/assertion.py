"""Client authentication by a signed assertion (private_key_jwt: RFC 7523, OpenID Connect Core section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from adapters.postgres.identity.authentication import assertion_digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.identity.api_client import ApiClient

ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
LONGEST_ASSERTION = 8192
_TYPES = {None, "jwt", "client-authentication+jwt"}
_LEEWAY = timedelta(seconds=30)
# A used assertion is remembered until it expires, so nobody may make one that lasts for years.
_LONGEST_LIFE = timedelta(hours=1)
_LONGEST_JTI = 255
_FEWEST_RSA_BITS = 2048


class AssertionRefused(Exception):
    """The assertion does not authenticate the client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedAssertion:
    """What to remember of an assertion, and until when."""

    digest: bytes
    expires_at: datetime


def claimed_client(assertion: str) -> str | None:
    """The client that an assertion says it is of, unverified."""
    try:
        claims = _claims(jws.extract_compact(assertion[:LONGEST_ASSERTION].encode()).payload)
    except (JoseError, ValueError, AssertionRefused):
        return None
    subject = claims.get("sub")
    return subject if isinstance(subject, str) else None


def verify_assertion(assertion: str, client: ApiClient, audiences: Iterable[str], now: datetime) -> UsedAssertion:
    """Check everything but whether it was used before; raise `AssertionRefused` with what is wrong."""
    if len(assertion) > LONGEST_ASSERTION:
        message = "The assertion is too long."
        raise AssertionRefused(message)
    try:
        keys = KeySet.import_key_set(cast("Any", client.jwks))
        header = jws.extract_compact(assertion.encode()).headers()
        _require_header(header)
        payload = jws.deserialize_compact(assertion.encode(), _usable(keys), algorithms=list(ALGORITHMS)).payload
    except (JoseError, ValueError, TypeError, KeyError) as error:
        message = "The assertion is not signed with a key of the client."
        raise AssertionRefused(message) from error
    claims = _claims(payload)
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        message = "iss and sub of the assertion must be the client_id."
        raise AssertionRefused(message)
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if not set(audiences).intersection(word for word in named if isinstance(word, str)):
        message = "aud of the assertion must be the issuer or the token endpoint."
        raise AssertionRefused(message)
    expires_at = _require_in_time(claims, now)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= _LONGEST_JTI:
        message = "The assertion needs a jti of its own."
        raise AssertionRefused(message)
    return UsedAssertion(digest=assertion_digest(client.client_id, jti), expires_at=expires_at + _LEEWAY)


def _require_header(header: dict[str, Any]) -> None:
    typ = header.get("typ")
    known_type = typ is None or (isinstance(typ, str) and typ.lower() in _TYPES)
    if header.get("alg") not in ALGORITHMS or not known_type or "crit" in header:
        message = f"The assertion must be a JWT signed with {', '.join(ALGORITHMS)}."
        raise AssertionRefused(message)


def _usable(keys: KeySet) -> KeySet:
    """Those that are strong enough and made for signing."""
    strong = [
        key
        for key in keys.keys
        if key.as_dict().get("use") in (None, "sig")
        and not (isinstance(key, RSAKey) and key.public_key.key_size < _FEWEST_RSA_BITS)
    ]
    return KeySet(strong)


def _claims(payload: bytes) -> dict[str, Any]:
    try:
        claims = orjson.loads(payload)
    except orjson.JSONDecodeError:
        claims = None
    if not isinstance(claims, dict):
        message = "The assertion holds no claims."
        raise AssertionRefused(message)
    return claims


def _require_in_time(claims: dict[str, Any], now: datetime) -> datetime:
    try:
        expires_at = _moment(claims["exp"])
        begins = max(_moment(claims.get(name, 0)) for name in ("iat", "nbf"))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        message = "The assertion needs an exp, in seconds since 1970."
        raise AssertionRefused(message) from None
    if not now - _LEEWAY < expires_at <= now + _LONGEST_LIFE or begins > now + _LEEWAY:
        message = "The assertion is expired, not valid yet, or valid for longer than an hour."
        raise AssertionRefused(message)
    return expires_at


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return datetime.fromtimestamp(value, UTC)
