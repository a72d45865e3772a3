"""ISO 4217 from a maintained list: which currencies exist and how many digits their minor unit has."""

from __future__ import annotations

from iso4217 import Currency as IsoCurrency

from domain.kernel.errors import Invalid
from domain.kernel.money import Currency

# Funds, metals and test codes have no minor unit; nobody pays with them.
_CURRENCIES: dict[str, Currency] = {
    entry.code: Currency(entry.code, entry.exponent) for entry in IsoCurrency if entry.exponent is not None
}


def currency_of(code: str) -> Currency:
    """The currency of an alphabetic code; raise `Invalid` for one that ISO 4217 does not list."""
    try:
        return _CURRENCIES[code]
    except KeyError:
        raise Invalid(("currency",), "This is not an ISO 4217 currency code; give one such as EUR.") from None


def all_currencies() -> list[Currency]:
    """Every currency that money can be in."""
    return list(_CURRENCIES.values())
