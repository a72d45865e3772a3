"""The signature of a provider's token, before anything that it claims is looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.util import json_b64decode

from adapters.oidc.errors import Check, ProviderRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.oidc.keys import ProviderKeys

MOST_CHARACTERS = 16 * 1024
# Clocks differ; a minute covers machines that keep time at all.
LEEWAY_SECONDS = 60
_MOST_HEADER_BYTES = 4096
_DOTS = 2
_MOST_TEXT = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedToken:
    """What the provider has signed; nothing in it has been compared with anything yet."""

    algorithm: str
    type: str | None
    claims: Mapping[str, Any]


async def verify_signature(token: object, algorithms: tuple[str, ...], keys: ProviderKeys) -> SignedToken:
    """Check form, algorithm, key and signature, in this order; raise `ProviderRefused`."""
    if not isinstance(token, str) or not token.isascii() or len(token) > MOST_CHARACTERS or token.count(".") != _DOTS:
        raise ProviderRefused(Check.FORMAT, "this is no signed token of a sensible size")
    header = _header(token)
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise ProviderRefused(Check.ALGORITHM, f"the algorithm {str(algorithm)[:20]!r} is not allowed")
    if not isinstance(kid, str | None) or not isinstance(kind, str | None):
        raise ProviderRefused(Check.FORMAT, "kid and typ are texts")
    key = await keys.key_for(algorithm, kid)
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = _MOST_HEADER_BYTES
    try:
        payload = jws.deserialize_compact(token.encode(), key, registry=registry).payload
    except (JoseError, ValueError) as error:
        raise ProviderRefused(Check.SIGNATURE, type(error).__name__) from error
    try:
        claims = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise ProviderRefused(Check.FORMAT, "the claims are not JSON") from error
    if not isinstance(claims, dict):
        raise ProviderRefused(Check.FORMAT, "the claims are not an object")
    return SignedToken(algorithm=algorithm, type=None if kind is None else _media_type(kind), claims=claims)


def _header(token: str) -> dict[str, Any]:
    try:
        header = json_b64decode(token.split(".", 1)[0].encode())
    except (ValueError, TypeError, RecursionError) as error:
        raise ProviderRefused(Check.FORMAT, "the header is not JSON") from error
    if not isinstance(header, dict):
        raise ProviderRefused(Check.FORMAT, "the header is not an object")
    return header


def _media_type(kind: str) -> str:
    """RFC 7515, section 4.1.9: case does not matter, and `application/` may be left out."""
    return kind.lower().removeprefix("application/")


def check_issuer_and_audience(claims: Mapping[str, Any], issuer: str, client_id: str) -> list[str]:
    """`iss` is the provider and `aud` contains us; returns all audiences."""
    if claims.get("iss") != issuer:
        raise ProviderRefused(Check.ISSUER, "the token is of another issuer")
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or not all(isinstance(a, str) for a in audiences) or client_id not in audiences:
        raise ProviderRefused(Check.AUDIENCE, "the token is for others")
    return audiences


def check_times(claims: Mapping[str, Any], now: float, *, oldest_seconds: float) -> None:
    """`exp` is to come and `iat` has been, not long ago; `nbf`, when there, has been too."""
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if now >= expires + LEEWAY_SECONDS:
        raise ProviderRefused(Check.TIME, "the token has expired")
    if issued > now + LEEWAY_SECONDS or issued < now - oldest_seconds - LEEWAY_SECONDS:
        raise ProviderRefused(Check.TIME, "the token was issued in the future or too long ago")
    if "nbf" in claims and _moment(claims, "nbf") > now + LEEWAY_SECONDS:
        raise ProviderRefused(Check.TIME, "the token is not valid yet")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ProviderRefused(Check.TIME, f"{name} is not a time")
    return float(value)


def subject_of(claims: Mapping[str, Any]) -> str:
    """`sub`: a text of at most 255 ASCII characters (OpenID Connect Core, section 2)."""
    subject = optional_text(claims, "sub", Check.SUBJECT)
    if subject is None or not subject.strip() or not subject.isascii():
        raise ProviderRefused(Check.SUBJECT, "the token names no subject")
    return subject


def optional_text(claims: Mapping[str, Any], name: str, check: Check) -> str | None:
    """A claim that is a text when it is there."""
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= _MOST_TEXT or not value.isprintable():
        raise ProviderRefused(check, f"{name} is not a printable text of 1 to {_MOST_TEXT} characters")
    return value
