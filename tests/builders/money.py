"""Amounts, as people write them."""

from __future__ import annotations

from domain.kernel.money import Currency, Money

EUR = Currency("EUR", 2)
JPY = Currency("JPY", 0)
KWD = Currency("KWD", 3)


def eur(amount: int | str) -> Money:
    """So many euros: `eur(40)`, `eur("0.99")`."""
    return Money.parse(str(amount), EUR)


def jpy(amount: int) -> Money:
    """So many yen, which have no minor unit."""
    return Money(amount, JPY)


def kwd(amount: int | str) -> Money:
    """So many Kuwaiti dinars, which have three fraction digits."""
    return Money.parse(str(amount), KWD)
