"""Money is an integer of the currency's minor unit; a decimal is only how people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from domain.kernel.errors import Invalid

MAX_MINOR = 2**63 - 1
_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency: its alphabetic code and the digits of its minor unit."""

    code: str
    exponent: int


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, in 64-bit minor units.

    Raises `Invalid` when the amount does not fit 64 bits.
    """

    minor: int
    currency: Currency

    def __post_init__(self) -> None:
        if not -MAX_MINOR <= self.minor <= MAX_MINOR:
            raise Invalid(("amount",), "An amount must fit 64 bits of minor units.")

    @property
    def plain(self) -> str:
        """Plain notation with exactly the currency's fraction digits: "19.90", "1500", "1.250"."""
        return plain_notation(self.minor, self.currency.exponent)

    @classmethod
    def parse(cls, text: str, currency: Currency) -> Money:
        """Read plain notation; raise `Invalid` for anything that would need rounding or guessing."""
        if len(text) > 40 or not _PLAIN.fullmatch(text):  # noqa: PLR2004 - longer than any 64-bit amount
            raise Invalid(("amount",), 'Write the amount in plain notation, such as "19.90".')
        whole, _, fraction = text.partition(".")
        if len(fraction) > currency.exponent:
            raise Invalid(
                ("amount",),
                f"{currency.code} has {currency.exponent} fraction digits; {len(fraction)} were given.",
            )
        return cls(int(whole + fraction.ljust(currency.exponent, "0")), currency)


def plain_notation(minor: int, exponent: int) -> str:
    """Format minor units without a Decimal in between: this runs for every amount of every list."""
    if exponent == 0:
        return str(minor)
    digits = str(minor)
    if minor >= 0 and len(digits) > exponent:
        return f"{digits[:-exponent]}.{digits[-exponent:]}"
    digits = str(abs(minor)).zfill(exponent + 1)
    return f"{'-' if minor < 0 else ''}{digits[:-exponent]}.{digits[-exponent:]}"


def share(amount_minor: int, rate: Decimal) -> int:
    """A rate of an amount, rounded half-even once."""
    return int((Decimal(amount_minor) * rate).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def cumulative_share(total_minor: int, part_minor: int, whole_minor: int) -> int:
    """What of `total_minor` belongs to the first `part_minor` of `whole_minor`.

    Taking differences of this hands out parts that always sum to the total: nothing is lost to rounding.
    """
    if whole_minor == 0:
        return 0
    return int((Decimal(total_minor) * part_minor / whole_minor).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
