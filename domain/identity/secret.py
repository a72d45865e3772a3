"""Secrets that are shown once and stored as a digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """256 random bits, in 43 characters that need no escaping in URLs, forms and Basic credentials."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> bytes:
    """SHA-256: enough for 256 random bits, which no dictionary holds; a slow hash would only slow us."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def matches(secret: str, stored: bytes) -> bool:
    """Whether the secret is the one of the digest, in constant time."""
    return hmac.compare_digest(digest(secret), stored)
