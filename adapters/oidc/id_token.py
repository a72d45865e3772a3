"""The ID token (OpenID Connect Core 1.0, section 3.1.3.7): each rule is a line that a test breaks."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authlib.oidc.core.util import create_half_hash

from adapters.oidc.errors import Check, ProviderRefused
from adapters.oidc.signed_token import check_issuer_and_audience, check_times, optional_text, subject_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.oidc.signed_token import SignedToken

# It is made when the code is redeemed, so it is fresh; ten minutes are as long as a sign-in may take.
_OLDEST_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class IdToken:
    """Claims that hold. `sid` is the provider's name of its session."""

    subject: str
    sid: str | None
    claims: Mapping[str, Any]


def read_id_token(
    token: SignedToken, *, issuer: str, client_id: str, nonce: str, access_token: str | None, now: float
) -> IdToken:
    """Compare every claim with what it must be; raise `ProviderRefused` with the rule that broke.

    `now` is in seconds since 1970.
    """
    # RFC 8725, section 3.11: what was signed as a logout or access token is no ID token, whatever it claims.
    if token.type not in {None, "jwt"}:
        raise ProviderRefused(Check.TYPE, "this is another kind of token")
    claims = token.claims
    audiences = check_issuer_and_audience(claims, issuer, client_id)
    _check_authorized_party(claims, audiences, client_id)
    check_times(claims, now, oldest_seconds=_OLDEST_SECONDS)
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise ProviderRefused(Check.NONCE, "the token answers another request")
    _check_access_token_hash(claims, token.algorithm, access_token)
    return IdToken(subject=subject_of(claims), sid=optional_text(claims, "sid", Check.SUBJECT), claims=claims)


def _check_authorized_party(claims: Mapping[str, Any], audiences: list[str], client_id: str) -> None:
    if "azp" in claims:
        if claims["azp"] != client_id:
            raise ProviderRefused(Check.AUTHORIZED_PARTY, "the token was issued to another party")
    elif len(audiences) > 1:
        raise ProviderRefused(Check.AUTHORIZED_PARTY, "the token has several audiences and no authorized party")


def _check_access_token_hash(claims: Mapping[str, Any], algorithm: str, access_token: str | None) -> None:
    if "at_hash" not in claims:
        return
    given = claims["at_hash"]
    # Ed25519 (RFC 9864) is EdDSA by its full name; Authlib knows the hash of the old name only.
    half = create_half_hash(access_token or "", "EdDSA" if algorithm == "Ed25519" else algorithm)
    if half is None or not isinstance(given, str) or not hmac.compare_digest(given.encode(), half):
        raise ProviderRefused(Check.ACCESS_TOKEN_HASH, "the access token is not the one of the ID token")
