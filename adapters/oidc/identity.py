"""Who the provider says the person is, from the ID token and the userinfo of the same subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.oidc.id_token import IdToken

_MOST_GROUPS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A proven identity: `issuer` and `subject`. The rest is what the provider says of it today.

    `email_verified` is about `email` by the same source. `sid` is the provider's session and `id_token` the token as
    it came, the hint for signing out there.
    """

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str
    groups: frozenset[str]
    sid: str | None
    id_token: str


def read_identity(issuer: str, id_token: IdToken, userinfo: Mapping[str, Any], raw: str) -> Identity:
    """Join the two; the ID token goes before. `userinfo` is empty or of the same subject."""
    sources = (id_token.claims, userinfo)
    email, verified = _email(sources)
    return Identity(
        issuer=issuer,
        subject=id_token.subject,
        email=email,
        email_verified=verified,
        name=next((n for n in (_text(s, "name") or _text(s, "preferred_username") for s in sources) if n), ""),
        groups=frozenset().union(*(_groups(s) for s in sources)),
        sid=id_token.sid,
        id_token=raw,
    )


def _email(sources: tuple[Mapping[str, Any], ...]) -> tuple[str | None, bool]:
    """An address with the verdict beside it: a verdict of one source is never about the address of another."""
    named = [(email, source.get("email_verified")) for source in sources if (email := _text(source, "email"))]
    if not named:
        return None, False
    first = named[0][0]
    # Only `true`: the text "false" is true to Python, and some providers send texts.
    return first, any(email == first and verdict is True for email, verdict in named) and not any(
        email == first and verdict is False for email, verdict in named
    )


def _text(source: Mapping[str, Any], name: str) -> str | None:
    value = source.get(name)
    if not isinstance(value, str):
        return None
    # Control characters have no place in a name, and PostgreSQL takes no NUL in a text.
    return "".join(character for character in value if character.isprintable()).strip() or None


def _groups(source: Mapping[str, Any]) -> frozenset[str]:
    """Only a list of texts: one text could be several names in a format that we would have to guess."""
    value = source.get("groups")
    return frozenset(g for g in value[:_MOST_GROUPS] if isinstance(g, str)) if isinstance(value, list) else frozenset()
