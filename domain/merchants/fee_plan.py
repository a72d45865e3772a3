"""What a merchant pays: for each capture, for each refund and for each dispute."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.errors import Invalid
from domain.kernel.money import Money, cumulative_share
from domain.merchants.fee_rate import FREE, FeeRate

if TYPE_CHECKING:
    from domain.merchants.sale import Sale

__all__ = ["MOST_RATES", "FeePlan", "FeeRate", "RefundPolicy"]

MOST_RATES = 50
_MOST_DIGITS = 8


class RefundPolicy(StrEnum):
    """What becomes of a capture's fee when its money is given back."""

    KEEP = "KEEP"
    RETURN = "RETURN"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePlan:
    """All rates of a merchant; of those that fit a sale the most specific one applies.

    A named currency weighs more than a named method, that more than a named brand, and that more than a named region.

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

    @property
    def refund_policy(self) -> RefundPolicy:
        """Whether the merchant gets a capture's fee back with a refund, in proportion."""
        return RefundPolicy.RETURN if self.returns_fee_on_refund else RefundPolicy.KEEP

    def check_new(self) -> None:
        """Raise `Invalid` for what no new plan may be: too many rates, two for the same, too many digits."""
        if len(self.rates) > MOST_RATES:
            raise Invalid(("feeRates",), f"At most {MOST_RATES} rates make a plan.")
        seen: set[tuple[str, ...]] = set()
        for index, rate in enumerate(self.rates):
            if rate.names in seen:
                raise Invalid(("feeRates", str(index)), "There is a rate for just this already.")
            seen.add(rate.names)
            if any(len(part.percentage.as_tuple().digits) > _MOST_DIGITS for part in (rate, *rate.tiers)):
                raise Invalid(
                    ("feeRates", str(index), "percentage"), f"A fee percentage has at most {_MOST_DIGITS} digits."
                )

    def rate(self, sale: Sale) -> FeeRate:
        """The rate that applies to a sale: nothing is paid where none fits. Of two for the same the first holds."""
        fitting = (rate for rate in self.rates if rate.fits(sale))
        return max(fitting, key=lambda rate: rate.precision, default=FREE)

    def fee_minor(self, sale: Sale, volume_minor: int = 0) -> int:
        """The fee of one capture, for a merchant that captured so much in this currency last month."""
        return self.rate(sale).fee_minor(sale.amount.minor, volume_minor)

    def refund_fee_minor(self, sale: Sale) -> int:
        """What one refund of such a sale costs, whatever part of it is given back."""
        return self.rate(sale).refund_fee_minor

    def dispute_fee_minor(self, currency: str) -> int:
        """What a case in that currency costs; nothing when the plan names no fee for it."""
        return next((fee.minor for fee in self.dispute_fees if fee.currency.code == currency), 0)

    def returned_fee_minor(self, *, fee_minor: int, refunded_minor: int, captured_minor: int) -> int:
        """What of all fees is given back once so much of so much has been refunded; nothing unless the plan says so."""
        if not self.returns_fee_on_refund:
            return 0
        return cumulative_share(fee_minor, refunded_minor, captured_minor)
