"""The rules of every text that people or programs hand in: printable, bounded, and never a card number."""

from __future__ import annotations

import re
import unicodedata

from domain.kernel.errors import Invalid

MAX_TEXT = 255
_CARD_LIKE = re.compile(r"(?<!\d)(?:\d[ \-./]?){12,18}\d(?!\d)")
_CARD_LENGTHS = range(13, 20)


def clean_text(value: str, path: tuple[str, ...], *, longest: int = MAX_TEXT, multiline: bool = False) -> str:
    """The text unchanged; raise `Invalid` when it is empty, too long, unprintable or holds a card number."""
    if not value.strip():
        raise Invalid(path, "This must not be empty.")
    if len(value) > longest:
        raise Invalid(path, f"This must have at most {longest} characters; it has {len(value)}.")
    for character in value:
        category = unicodedata.category(character)
        if category == "Cs":
            raise Invalid(path, "This holds half of a surrogate pair; send well-formed Unicode.")
        if category == "Cc" and not (multiline and character in "\n\r\t"):
            raise Invalid(path, f"This holds the control character U+{ord(character):04X}; remove it.")
    if holds_card_number(value):
        raise Invalid(path, "This looks like a card number; card numbers are never accepted, send a token.")
    return value


def optional_text(
    value: str | None, path: tuple[str, ...], *, longest: int = MAX_TEXT, multiline: bool = False
) -> str | None:
    """As `clean_text`, for what may be left out."""
    return None if value is None else clean_text(value, path, longest=longest, multiline=multiline)


def holds_card_number(text: str) -> bool:
    """Whether 13 to 19 digits in a row (ISO/IEC 7812-1), however spaced, pass the Luhn check."""
    plain = unicodedata.normalize("NFKC", text)
    return any(_is_card("".join(filter(str.isdecimal, match.group()))) for match in _CARD_LIKE.finditer(plain))


def _is_card(digits: str) -> bool:
    # The major industry identifiers of payment cards (ISO/IEC 7812-1): 2 to 6; others are not issued for payment.
    return len(digits) in _CARD_LENGTHS and digits[0] in "23456" and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character)
        if position % 2:
            value = value * 2 - 9 if value > 4 else value * 2  # noqa: PLR2004 - Luhn, ISO/IEC 7812-1 annex B
        total += value
    return total % 10 == 0
