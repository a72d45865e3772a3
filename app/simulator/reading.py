"""Fields of a client's JSON, read strictly: a typing mistake is an error, never a guess."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from app.simulator.request import LARGEST_MINOR, BadRequest

if TYPE_CHECKING:
    from enum import StrEnum

    Word = TypeVar("Word", bound=StrEnum)

LONGEST_WORD = 128
_CURRENCY_LETTERS = 3


def refuse(message: str) -> NoReturn:
    """The client's mistake."""
    raise BadRequest(message)


def only(value: dict[str, Any], *names: str) -> None:
    """Raise `BadRequest` for a field of another name."""
    for name in value.keys() - set(names):
        refuse(f"There is no field {name!r}; the fields are {', '.join(sorted(names)) or 'none'}.")


def text(value: dict[str, Any], name: str, longest: int = LONGEST_WORD) -> str:
    """A text that has to be there."""
    found = value.get(name)
    if not isinstance(found, str) or not found.strip() or len(found) > longest or not found.isprintable():
        refuse(f"{name} must be a printable text of 1 to {longest} characters.")
    return found


def optional_text(value: dict[str, Any], name: str, longest: int = LONGEST_WORD) -> str | None:
    """A text that may be left out."""
    return None if value.get(name) is None else text(value, name, longest)


def word(value: dict[str, Any], name: str, vocabulary: type[Word]) -> Word:
    """One of the words of a vocabulary, in small letters."""
    found = value.get(name)
    if not isinstance(found, str) or found != found.lower() or found.upper() not in vocabulary.__members__:
        refuse(f"{name} must be one of {', '.join(each.lower() for each in vocabulary.__members__)}.")
    return vocabulary[found.upper()]


def optional_amount(value: dict[str, Any], name: str) -> int | None:
    """Minor units, more than none; may be left out."""
    found = value.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= LARGEST_MINOR:
        refuse(f"{name} must be an integer of minor units from 1 to 2^63 - 1.")
    return found


def optional_currency(value: dict[str, Any], name: str) -> str | None:
    """The code of a currency; may be left out."""
    found = value.get(name)
    if found is None:
        return None
    if not (isinstance(found, str) and len(found) == _CURRENCY_LETTERS and found.isascii() and found.isupper()):
        refuse(f"{name} must be three capital letters.")
    return found


def optional_moment(value: dict[str, Any], name: str) -> datetime | None:
    """A moment with its offset (RFC 3339), in UTC; may be left out."""
    found = value.get(name)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    refuse(f"{name} must be a moment such as 2026-03-01T12:00:00Z.")
