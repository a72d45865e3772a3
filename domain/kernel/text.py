"""The rules of every text that people or programs hand in: printable, bounded, and never a card number."""

from __future__ import annotations

import re
import unicodedata

from domain.kernel.errors import Invalid

MAX_TEXT = 255
_NO_DIGITS = re.compile(r"[^0-9]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_DIGIT_RUN = re.compile(r"[0-9]+(?:[ \-./][0-9]+)*")
# The groups that cards print, whatever else stands between them but what parts lines and lists. Within a look-ahead,
# so that a group before the card does not hide it.
_GAP = r"[^0-9A-Za-z\n\r,;]{1,3}"
_PRINTED = re.compile(
    rf"(?<![0-9])(?=([0-9]{{4}}{_GAP}(?:(?:[0-9]{{4}}{_GAP}){{2}}[0-9]{{4}}|[0-9]{{6}}{_GAP}[0-9]{{5}}))(?![0-9]))"
)
_SEPARATOR = re.compile(r"[ \-./]")
_CARD_LENGTHS = range(13, 20)
# UUIDs and hashes in hexadecimal, with a letter at least: one in some thousands would hold a card number by chance,
# and they are just what people make keys and references of.
_RANDOM = re.compile(
    r"(?<![0-9a-z])(?=[0-9\-]*[a-f])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,128})(?![0-9a-z])",
    re.IGNORECASE,
)
# The major industry identifiers of payment cards (ISO/IEC 7812-1) are 2 to 6; of 2, only these ranges are issued, so
# that numbers which begin with a year are none.
_ISSUED_FROM_2 = ("2200", "2720")


def clean_text(value: str, path: tuple[str, ...], *, longest: int = MAX_TEXT, multiline: bool = False) -> str:
    """The text unchanged; raise `Invalid` when it is empty, too long, unprintable or holds a card number."""
    printable_text(value, path, longest=longest, multiline=multiline)
    if holds_card_number(value):
        raise Invalid(path, "This looks like a card number; card numbers are never accepted, send a token.")
    return value


def printable_text(value: str, path: tuple[str, ...], *, longest: int = MAX_TEXT, multiline: bool = False) -> str:
    """As `clean_text`, for what has rules of its own by which no card's number is taken."""
    if not value.strip():
        raise Invalid(path, "This must not be empty.")
    if len(value) > longest:
        raise Invalid(path, f"This must have at most {longest} characters; it has {len(value)}.")
    # What is printable holds neither, and every text of every row comes by here.
    for character in "" if value.isprintable() else value:
        category = unicodedata.category(character)
        if category == "Cs":
            raise Invalid(path, "This holds half of a surrogate pair; send well-formed Unicode.")
        if category == "Cc" and not (multiline and character in "\n\r\t"):
            raise Invalid(path, f"This holds the control character U+{ord(character):04X}; remove it.")
    return value


def optional_text(
    value: str | None, path: tuple[str, ...], *, longest: int = MAX_TEXT, multiline: bool = False
) -> str | None:
    """As `clean_text`, for what may be left out."""
    return None if value is None else clean_text(value, path, longest=longest, multiline=multiline)


def country_code(value: str, path: tuple[str, ...]) -> str:
    """The code unchanged; raise `Invalid` when it has not the form of an ISO 3166-1 alpha-2 code."""
    if not _COUNTRY.fullmatch(value):
        raise Invalid(path, "Give the country as two capital letters (ISO 3166-1), such as DE.")
    return value


def holds_card_number(text: str) -> bool:
    """Whether 13 to 19 digits in a row (ISO/IEC 7812-1), however spaced, pass the Luhn check."""
    if text.isascii() and len(_NO_DIGITS.sub("", text)) < _CARD_LENGTHS.start:
        return False
    normal = _RANDOM.sub("x", unicodedata.normalize("NFKC", text))
    plain = "".join([str(unicodedata.decimal(character, character)) for character in normal])
    printed = any(_is_card(re.sub(r"[^0-9]", "", match[1])) for match in _PRINTED.finditer(plain))
    return printed or any(_run_holds_card(match.group()) for match in _DIGIT_RUN.finditer(plain))


def _run_holds_card(run: str) -> bool:
    # From each group of digits on: a number beside the card (an order, the expiry date) must not hide it.
    groups = _SEPARATOR.split(run)
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) >= _CARD_LENGTHS.stop:
                break
            if _is_card(digits):
                return True
    return False


def _is_card(digits: str) -> bool:
    if len(digits) not in _CARD_LENGTHS:
        return False
    issued = digits[0] in "3456" or _ISSUED_FROM_2[0] <= digits[:4] <= _ISSUED_FROM_2[1]
    return issued and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character)
        if position % 2:
            value = value * 2 - 9 if value > 4 else value * 2  # noqa: PLR2004 - Luhn, ISO/IEC 7812-1 annex B
        total += value
    return total % 10 == 0
