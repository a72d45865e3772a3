"""What a change of a fee plan changes, in words that whoever approves it can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.money import plain_notation
from domain.merchants.fee_rate import ANY

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.merchants.fee_plan import FeePlan
    from domain.merchants.fee_rate import FeeRate, FeeTier

_NOTHING = "nothing"


def described_change(before: FeePlan, after: FeePlan, exponent_of: Callable[[str], int]) -> list[str]:
    """A sentence for each rate, fee and policy that is not the same; none where all is.

    `exponent_of` gives the fraction digits of a currency.
    """
    old = {rate.names: rate for rate in reversed(before.rates)}
    new = {rate.names: rate for rate in reversed(after.rates)}
    told: list[str] = []
    for names in dict.fromkeys([*(r.names for r in before.rates), *(r.names for r in after.rates)]):
        was, becomes = old.get(names), new.get(names)
        if was != becomes:
            told.append(f"{_kind(names)}: {_rate(was, exponent_of)} becomes {_rate(becomes, exponent_of)}.")
    fees = {fee.currency.code: fee.plain for fee in before.dispute_fees}
    fees_after = {fee.currency.code: fee.plain for fee in after.dispute_fees}
    told += [
        f"A dispute in {code}: {fees.get(code, _NOTHING)} becomes {fees_after.get(code, _NOTHING)}."
        for code in dict.fromkeys([*fees, *fees_after])
        if fees.get(code) != fees_after.get(code)
    ]
    if before.refund_policy is not after.refund_policy:
        told.append(f"A refund: the fee's {before.refund_policy} becomes {after.refund_policy}.")
    return told


def _kind(names: tuple[str, ...]) -> str:
    currency, method, brand, region = (None if name == ANY else name for name in names)
    kind = " ".join(name for name in (region, brand, method) if name) or "Any payment"
    return f"{kind} in {currency}" if currency else kind


def _rate(rate: FeeRate | None, exponent_of: Callable[[str], int]) -> str:
    if rate is None:
        return _NOTHING
    exponent = 0 if rate.currency == ANY else exponent_of(rate.currency)

    def amount(minor: int) -> str:
        return plain_notation(minor, exponent)

    parts = [_price(rate, amount)]
    parts += [f"{_price(tier, amount)} from a volume of {amount(tier.from_volume_minor)}" for tier in rate.tiers]
    if rate.minimum_minor:
        parts.append(f"at least {amount(rate.minimum_minor)}")
    if rate.refund_fee_minor:
        parts.append(f"{amount(rate.refund_fee_minor)} a refund")
    return ", ".join(parts)


def _price(part: FeeRate | FeeTier, amount: Callable[[int], str]) -> str:
    percentage = f"{part.percentage.normalize():f} %"
    return f"{percentage} + {amount(part.fixed_minor)}" if part.fixed_minor else percentage
