"""Fields of a gateway's JSON, which may hold anything: what cannot be read is None, never an error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

if TYPE_CHECKING:
    from enum import StrEnum

    Word = TypeVar("Word", bound=StrEnum)


def read_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def word(vocabulary: type[Word], value: object) -> Word | None:
    """A word of one of our vocabularies, which gateways write in small letters."""
    return vocabulary.__members__.get(value.upper()) if isinstance(value, str) else None


def text(document: dict[str, Any], name: str) -> str | None:
    """A text that is not empty."""
    value = document.get(name)
    # PostgreSQL keeps no NUL in a text.
    return value if isinstance(value, str) and value and "\x00" not in value else None


def digits(document: dict[str, Any], name: str, least: int, most: int) -> str | None:
    """A text of so many digits."""
    value = text(document, name) or ""
    return value if least <= len(value) <= most and value.isascii() and value.isdecimal() else None


def number(document: dict[str, Any], name: str, least: int, most: int) -> int | None:
    """An integer within bounds; to Python true is one as well, but not to us."""
    value = document.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None


def moment(document: dict[str, Any], name: str) -> datetime | None:
    """A moment with its offset, in UTC."""
    try:
        found = datetime.fromisoformat(document[name])
        return found.astimezone(UTC) if found.tzinfo else None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
