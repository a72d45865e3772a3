"""What a merchant pays for a sale of one kind: a percentage, a fixed part, a minimum, and less for much volume."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from domain.kernel.errors import Invalid
from domain.kernel.money import share

if TYPE_CHECKING:
    from domain.merchants.sale import Sale

ANY = "*"
MOST_FEE_MINOR = 10**12
"""No payment is larger, so no fee need be."""
MOST_TIERS = 20
_MOST_PERCENT = Decimal(100)
_MOST_VOLUME = 10**17
_CARD = "CARD"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeTier:
    """What holds in the place of a rate's own parts once last month's volume was so large, in minor units.

    Raises `Invalid` for a tier that begins at nothing, and for parts that no rate can have.
    """

    from_volume_minor: int
    percentage: Decimal
    fixed_minor: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.from_volume_minor <= _MOST_VOLUME:
            raise Invalid(("fromVolume",), "A tier begins at a volume of more than nothing.")
        _check_percentage(self.percentage)
        _check_amount(self.fixed_minor, "fixed", "A fixed fee")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRate:
    """The fee for one method, currency, brand and region, or any of them.

    `percentage` is of the captured amount and lies between 0 and 100. All amounts are minor units of `currency`, so a
    rate for any currency has none, and no tiers: `fixed_minor` comes on top of the percentage, `minimum_minor` is the
    least that both make, `refund_fee_minor` is what each refund costs. `tiers` are sorted by volume, the smallest
    first; the last one that the volume reaches holds.

    Raises `Invalid` for anything else, and for a brand of what is no card.
    """

    method: str = ANY
    currency: str = ANY
    brand: str = ANY
    region: str = ANY
    percentage: Decimal
    fixed_minor: int = 0
    minimum_minor: int = 0
    tiers: tuple[FeeTier, ...] = ()
    refund_fee_minor: int = 0

    def __post_init__(self) -> None:
        _check_percentage(self.percentage)
        _check_amount(self.fixed_minor, "fixed", "A fixed fee", self.currency)
        _check_amount(self.minimum_minor, "minimum", "A minimum fee", self.currency)
        _check_amount(self.refund_fee_minor, "refundFee", "A refund fee", self.currency)
        if self.brand != ANY and self.method not in {ANY, _CARD}:
            raise Invalid(("brand",), f"Only cards have a brand; leave it out for {self.method}.")
        if self.tiers and self.currency == ANY:
            raise Invalid(("tiers",), "Tiers count volume in one currency; name it.")
        if len(self.tiers) > MOST_TIERS:
            raise Invalid(("tiers",), f"At most {MOST_TIERS} tiers make a rate.")
        if any(lower.from_volume_minor >= upper.from_volume_minor for lower, upper in pairwise(self.tiers)):
            raise Invalid(("tiers",), "Give the tiers by volume, the smallest first, and each volume once.")

    @property
    def names(self) -> tuple[str, str, str, str]:
        """What the rate is for; of rates for the same, one is enough."""
        return (self.currency, self.method, self.brand, self.region)

    @property
    def precision(self) -> tuple[bool, bool, bool, bool]:
        """How specific the rate is: what is named first weighs more than all behind it."""
        currency, method, brand, region = self.names
        return (currency != ANY, method != ANY, brand != ANY, region != ANY)

    def fits(self, sale: Sale) -> bool:
        """Whether the sale is one of those that the rate is for."""
        given = (sale.amount.currency.code, sale.method, sale.brand, sale.region)
        return all(name in {ANY, value} for name, value in zip(self.names, given, strict=True))

    def fee_minor(self, captured_minor: int, volume_minor: int = 0) -> int:
        """The fee of one capture: the percentage rounded half-even once, plus the fixed part, and the minimum at least.

        `volume_minor` is what was captured in the currency last month.
        """
        percentage, fixed_minor = self.percentage, self.fixed_minor
        for tier in self.tiers:
            if tier.from_volume_minor <= volume_minor:
                percentage, fixed_minor = tier.percentage, tier.fixed_minor
        return max(share(captured_minor, percentage / 100) + fixed_minor, self.minimum_minor)


def _check_percentage(percentage: Decimal) -> None:
    if not percentage.is_finite() or not 0 <= percentage <= _MOST_PERCENT:
        raise Invalid(("percentage",), "A fee percentage lies between 0 and 100.")


def _check_amount(minor: int, path: str, what: str, currency: str | None = None) -> None:
    if minor < 0 or (minor and currency == ANY):
        raise Invalid((path,), f"{what} is positive and names its currency.")
    if minor > MOST_FEE_MINOR:
        raise Invalid((path,), f"{what} is at most {MOST_FEE_MINOR} minor units.")


FREE = FeeRate(percentage=Decimal(0))
"""What holds where no rate does."""
