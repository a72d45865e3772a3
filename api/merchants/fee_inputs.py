"""A fee plan as a request gives it."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import strawberry

from api.describing import attribute
from api.money import MoneyInput, amount_of
from api.payments.enums import CardBrand, PaymentMethodType
from api.scalars import BigInt, CurrencyCode, DecimalText
from domain.kernel.errors import Invalid
from domain.kernel.money import Currency
from domain.merchants.fee_plan import MOST_RATES, FeePlan
from domain.merchants.fee_rate import ANY, FeeRate, FeeTier
from domain.merchants.region import Region

_METHODS = frozenset(PaymentMethodType)


@strawberry.input(description="What holds in the place of a rate's own parts once last month's volume was so large.")
class FeeTierInput:
    """The last one that the volume reaches holds."""

    from_volume_minor_units: BigInt = attribute(
        "From which volume on, in minor units of the rate's currency: what the merchant captured in it in the last full"
        " calendar month of its time zone."
    )
    percentage: DecimalText = attribute("The part of the captured amount, in percent: 1.2.")
    fixed_minor_units: int | None = attribute("The fixed part, in minor units.", default=0)


@strawberry.input(description="A fee for captures by a method, in a currency, with some cards.")
class FeeRateInput:
    """The most specific rate applies."""

    method: str | None = attribute("The payment method; any when left out.", default=None)
    currency: CurrencyCode | None = attribute("The currency; any when left out.", default=None)
    brand: CardBrand | None = attribute("The card's network; any when left out.", default=None)
    region: Region | None = attribute("Where the card was issued; anywhere when left out.", default=None)
    percentage: DecimalText = attribute("The part of the captured amount, in percent: 1.4.")
    fixed_minor_units: int | None = attribute("The fixed part, in minor units; needs a currency.", default=0)
    minimum_minor_units: int | None = attribute("What both make at least, in minor units; needs a currency.", default=0)
    tiers: list[FeeTierInput] | None = attribute(
        "What holds for larger volumes, the smallest first; needs a currency.", default=None
    )
    refund_fee_minor_units: int | None = attribute(
        "What each refund costs, in minor units; needs a currency.", default=0
    )


def plan_of(
    rates: list[FeeRateInput] | None,
    dispute_fees: list[MoneyInput] | None,
    *,
    returned: bool,
    currency_of: Callable[[str], Currency],
) -> FeePlan:
    """The plan; raise `Invalid` that names the path of what is wrong."""
    given = rates or []
    if len(given) > MOST_RATES:
        raise Invalid(("feeRates",), f"At most {MOST_RATES} rates make a plan.")
    return FeePlan(
        rates=tuple(_rate(rate, index, currency_of) for index, rate in enumerate(given)),
        returns_fee_on_refund=returned,
        dispute_fees=tuple(
            amount_of(fee, currency_of, "disputeFees", str(index)) for index, fee in enumerate(dispute_fees or [])
        ),
    )


def _rate(given: FeeRateInput, index: int, currency_of: Callable[[str], Currency]) -> FeeRate:
    try:
        return FeeRate(
            method=_method(given.method),
            currency=currency_of(given.currency).code if given.currency else ANY,
            brand=given.brand.value if given.brand else ANY,
            region=given.region.value if given.region else ANY,
            percentage=_percentage(given.percentage),
            fixed_minor=given.fixed_minor_units or 0,
            minimum_minor=given.minimum_minor_units or 0,
            tiers=tuple(_tier(tier, number) for number, tier in enumerate(given.tiers or [])),
            refund_fee_minor=given.refund_fee_minor_units or 0,
        )
    except Invalid as error:
        raise error.under("feeRates", str(index)) from None


def _tier(given: FeeTierInput, index: int) -> FeeTier:
    try:
        return FeeTier(
            from_volume_minor=given.from_volume_minor_units,
            percentage=_percentage(given.percentage),
            fixed_minor=given.fixed_minor_units or 0,
        )
    except Invalid as error:
        raise error.under("tiers", str(index)) from None


def _method(given: str | None) -> str:
    if given in {None, "", ANY}:
        return ANY
    if given not in _METHODS:
        raise Invalid(("method",), f"Give one of {', '.join(sorted(_METHODS))}, or leave it out.")
    return PaymentMethodType(given).value


def _percentage(given: str) -> Decimal:
    try:
        return Decimal(given)
    except InvalidOperation:
        raise Invalid(("percentage",), 'Write the percentage in plain notation, such as "1.4".') from None
