"""What the texts of a camt.053 mean: amounts, days, sides and references."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.kernel.money import MAX_MINOR
from domain.kernel.text import holds_card_number
from domain.reconciliation.errors import StatementRefused, StatementRule

if TYPE_CHECKING:
    from collections.abc import Mapping

_AMOUNT = re.compile(r"\+?([0-9]{1,18})(?:\.([0-9]{0,17}))?")
# A date or a moment; a bank's day is the one that it writes, whatever the offset.
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_NUMBER = re.compile(r"[0-9]{1,18}")
_NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NONREF"})
_CARD_DIGITS = 13
# As many digits as the shortest card number has, with no letter between them: all that `holds_card_number` could find
# in ASCII, at a fraction of what it costs.
_PERHAPS_CARD = re.compile(rf"(?:[0-9][^0-9A-Za-z]{{0,3}}){{{_CARD_DIGITS - 1}}}[0-9]")
_DIGIT = re.compile(r"[0-9](?=[^0-9]*(?:[0-9][^0-9]*){4})")


def minor_of(text: str, exponent: int, line: int) -> int:
    """The amount in minor units; raise `StatementRefused` for one that the currency has no coins for."""
    # Nearly all amounts are written with just the currency's digits.
    if exponent and len(text) > exponent and text[-exponent - 1] == ".":
        digits = text[: -exponent - 1] + text[-exponent:]
        if digits.isdigit() and digits.isascii() and len(digits) <= 18:  # noqa: PLR2004 - as the schema has it
            return int(digits)
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise _malformed(line)
    fraction = (found[2] or "").ljust(exponent, "0")
    minor = int(found[1] + fraction[:exponent])
    if fraction[exponent:].strip("0") or minor > MAX_MINOR:
        raise _malformed(line)
    return minor


def _malformed(line: int) -> StatementRefused:
    return StatementRefused(
        StatementRule.AMOUNT_MALFORMED, line, "An amount is not a decimal number with the currency's digits."
    )


def signed(minor: int, side: str | None, line: int) -> int:
    """What came is positive, what left negative."""
    if side == "CRDT":
        return minor
    if side == "DBIT":
        return -minor
    raise StatementRefused(StatementRule.VALUE_MALFORMED, line, "CdtDbtInd is neither CRDT nor DBIT.")


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def day_of(text: str | None, line: int) -> date | None:
    """The day, when there is one; raise `StatementRefused` for what is none."""
    if text is None:
        return None
    day = _day(text)
    if day is None:
        raise StatementRefused(StatementRule.VALUE_MALFORMED, line, "A date is not written as YYYY-MM-DD.")
    return day


def number_of(text: str | None, what: str, line: int) -> int | None:
    """A sequence number, when there is one."""
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise StatementRefused(StatementRule.VALUE_MALFORMED, line, f"{what} is not a whole number.")
    return int(text)


def reference_of(text: str | None) -> str | None:
    """A reference that says something, without the digits of what looks like a card number."""
    if text is None or text in _NO_REFERENCE:
        return None
    return masked(text) if len(text) >= _CARD_DIGITS else text


def masked(text: str) -> str:
    """The text; of one that holds a card number, the digits but the last four are stars."""
    if text.isascii() and not _PERHAPS_CARD.search(text):
        return text
    return _DIGIT.sub("*", text) if holds_card_number(text) else text


@lru_cache(maxsize=4096)
def _code(domain: str | None, family: str | None, subfamily: str | None, proprietary: str | None) -> str | None:
    if domain is None:
        return proprietary and masked(proprietary)
    return masked("/".join(part for part in (domain, family, subfamily) if part))


def transaction_code_of(values: Mapping[str, str]) -> str | None:
    """The bank's kind of transaction: `PMNT/ICDT/ESCT` (ISO 20022 BankTransactionCode), or its own."""
    get = values.get
    return _code(get("domain"), get("family"), get("subfamily"), get("proprietary"))
