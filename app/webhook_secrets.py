"""Secrets of webhooks as Standard Webhooks 1.0 writes them: `whsec_` and 24 to 64 bytes in base64."""

from __future__ import annotations

import binascii
from base64 import b64decode

_PREFIX = "whsec_"
_LEAST_BYTES, _MOST_BYTES = 24, 64


def read_webhook_secrets(text: str) -> tuple[str, ...]:
    """The secrets of a text that separates them by commas; raise `ValueError`, without repeating any of it."""
    secrets = tuple(part.strip() for part in text.split(",") if part.strip())
    if not secrets or not all(map(_is_secret, secrets)):
        raise ValueError(f"each must be {_PREFIX} and {_LEAST_BYTES} to {_MOST_BYTES} bytes in base64")
    return secrets


def _is_secret(text: str) -> bool:
    try:
        key = b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return text.startswith(_PREFIX) and _LEAST_BYTES <= len(key) <= _MOST_BYTES
