"""The logout token (OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adapters.oidc.errors import Check, ProviderRefused
from adapters.oidc.signed_token import LEEWAY_SECONDS, check_issuer_and_audience, check_times, optional_text, subject_of

if TYPE_CHECKING:
    from adapters.oidc.signed_token import SignedToken

EVENT = "http://schemas.openid.net/event/backchannel-logout"
# The specification recommends two minutes of life; older ones are not accepted, so replays need not be remembered long.
_OLDEST_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutToken:
    """Whose sessions end: those of the provider's session, or all of the subject's.

    `token_id` must not come twice before `remember_until`.
    """

    issuer: str
    subject: str | None
    sid: str | None
    token_id: str
    remember_until: datetime


def read_logout_token(token: SignedToken, *, issuer: str, client_id: str, now: float) -> LogoutToken:
    """Compare every claim; raise `ProviderRefused`. Whether it is a replay is for the caller to find out."""
    # "JWT" and none at all come from providers older than the final specification, which says SHOULD.
    if token.type not in {None, "jwt", "logout+jwt"}:
        raise ProviderRefused(Check.TYPE, "this is another kind of token")
    claims = token.claims
    check_issuer_and_audience(claims, issuer, client_id)
    check_times(claims, now, oldest_seconds=_OLDEST_SECONDS)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise ProviderRefused(Check.LOGOUT_EVENT, "the token tells of no logout")
    # An ID token has a nonce: it must not end sessions.
    if "nonce" in claims:
        raise ProviderRefused(Check.NONCE, "a logout token has no nonce")
    token_id = optional_text(claims, "jti", Check.TOKEN_ID)
    if token_id is None:
        raise ProviderRefused(Check.TOKEN_ID, "the token has no id")
    sid = optional_text(claims, "sid", Check.SUBJECT)
    subject = subject_of(claims) if "sub" in claims else None
    if sid is None and subject is None:
        raise ProviderRefused(Check.SUBJECT, "the token names neither a session nor a subject")
    remember = min(float(claims["exp"]), now + _OLDEST_SECONDS) + 2 * LEEWAY_SECONDS
    return LogoutToken(
        issuer=issuer,
        subject=subject,
        sid=sid,
        token_id=token_id,
        remember_until=datetime.fromtimestamp(0, UTC) + timedelta(seconds=remember),
    )
