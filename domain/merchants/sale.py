"""What a fee is taken of: an amount, and how it was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.kernel.money import Money
    from domain.merchants.region import Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """`method`, `brand` and `region` are what a rate can name; a brand or region that nobody knows is of none."""

    amount: Money
    method: str
    brand: str | None = None
    region: Region | None = None
