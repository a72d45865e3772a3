"""What fees are taken of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.merchants.sale import Sale

if TYPE_CHECKING:
    from domain.kernel.money import Money
    from domain.merchants.region import Region


def a_sale(amount: Money, method: str = "CARD", brand: str | None = None, region: Region | None = None) -> Sale:
    """By card, of which no more is known."""
    return Sale(amount=amount, method=method, brand=brand, region=region)
