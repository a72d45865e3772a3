"""What a merchant pays for each capture: a percentage and a fixed fee, by method and currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.kernel.errors import Invalid
from domain.kernel.money import Money, cumulative_share, share

ANY = "*"
_MOST_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRate:
    """The fee for one method (or any) in one currency (or any).

    `percentage` is of the captured amount; `fixed_minor` is in the capture's currency, so a rate for any currency
    has none. Raises `Invalid` for a rate that could take more than was captured by percentage alone.
    """

    method: str = ANY
    currency: str = ANY
    percentage: Decimal
    fixed_minor: int = 0

    def __post_init__(self) -> None:
        if not self.percentage.is_finite() or not 0 <= self.percentage <= _MOST_PERCENT:
            raise Invalid(("percentage",), "A fee percentage lies between 0 and 100.")
        if self.fixed_minor < 0 or (self.fixed_minor and self.currency == ANY):
            raise Invalid(("fixed",), "A fixed fee is positive and names its currency.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePlan:
    """All rates of a merchant; the most specific one applies, a named currency before a named method.

    `dispute_fees` are what a case costs that a network took money for, one for each currency. Raises `Invalid` for one
    that is less than nothing, and for two of a currency.
    """

    rates: tuple[FeeRate, ...]
    returns_fee_on_refund: bool = False
    dispute_fees: tuple[Money, ...] = ()

    def __post_init__(self) -> None:
        if any(fee.minor < 0 for fee in self.dispute_fees):
            raise Invalid(("disputeFees",), "A dispute fee is not less than nothing.")
        if len({fee.currency for fee in self.dispute_fees}) != len(self.dispute_fees):
            raise Invalid(("disputeFees",), "Give one dispute fee for each currency.")

    def dispute_fee_minor(self, currency: str) -> int:
        """What a case in that currency costs; nothing when the plan names no fee for it."""
        return next((fee.minor for fee in self.dispute_fees if fee.currency.code == currency), 0)

    def fee_minor(self, method: str, captured: Money) -> int:
        """The fee of one capture: the percentage rounded half-even once, plus the fixed part."""
        rate = self._rate(method, captured.currency.code)
        return share(captured.minor, rate.percentage / 100) + rate.fixed_minor

    def returned_fee_minor(self, *, fee_minor: int, refunded_minor: int, captured_minor: int) -> int:
        """What of all fees is given back once so much of so much has been refunded; nothing unless the plan says so."""
        if not self.returns_fee_on_refund:
            return 0
        return cumulative_share(fee_minor, refunded_minor, captured_minor)

    def _rate(self, method: str, currency: str) -> FeeRate:
        for wanted in ((method, currency), (ANY, currency), (method, ANY), (ANY, ANY)):
            for rate in self.rates:
                if (rate.method, rate.currency) == wanted:
                    return rate
        return FeeRate(percentage=Decimal(0))
