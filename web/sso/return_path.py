"""Where a person goes after signing in: a path of our own, or the start page."""

from __future__ import annotations

from urllib.parse import urlsplit

_LONGEST = 1000
HOME = "/"


def own_path(text: str | None) -> str:
    r"""The text if it is a path of this server with an optional query, and the start page if there is any doubt.

    Browsers take `//host`, `/\host`, and these with control characters in between, for other servers.
    """
    if text is None or not text.startswith("/") or len(text) > _LONGEST:
        return HOME
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        return HOME
    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or "//" in parts.path:
        return HOME
    # Signing in only to sign in again, or out, is never what was meant.
    if parts.path.startswith(("/sign-in", "/sign-out", "/backchannel-logout")):
        return HOME
    return text
