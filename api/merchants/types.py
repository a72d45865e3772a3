"""The merchant in the graph."""

from datetime import datetime

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.enums import described
from api.node import Node, identifier
from api.scalars import CountryCode, CurrencyCode, DecimalText
from domain.kernel.ids import Prefix
from domain.merchants import fee_plan
from domain.merchants import merchant as merchants
from domain.merchants.filter import MerchantOrder
from domain.merchants.merchant import MerchantStatus

described(
    MerchantStatus,
    "Whether a merchant may take new payments.",
    ACTIVE="It may.",
    SUSPENDED="It may not; what it has can still be captured, voided and refunded.",
)
described(
    MerchantOrder,
    "How a list of merchants is sorted.",
    CREATED_AT_DESC="Newest first.",
    CREATED_AT_ASC="Oldest first.",
)


@strawberry.type(description="What a merchant pays for each capture by a method in a currency.")
class FeeRate:
    """The most specific rate applies."""

    method: str = attribute("The payment method, or * for any.")
    currency: str = attribute("The currency, or * for any.")
    percentage: DecimalText = attribute("The part of the captured amount, in percent.")
    fixed_minor_units: int = attribute("The fixed part, in minor units of the currency.")


def _rates(rates: tuple[fee_plan.FeeRate, ...]) -> list[FeeRate]:
    return [_rate(rate) for rate in rates]


def _rate(rate: fee_plan.FeeRate) -> FeeRate:
    return FeeRate(
        method=rate.method,
        currency=rate.currency,
        percentage=DecimalText(format(rate.percentage.normalize(), "f")),
        fixed_minor_units=rate.fixed_minor,
    )


@strawberry.type(description="Somebody who sells and is paid through us.")
class Merchant(Node):
    """A tenant."""

    entity: strawberry.Private[merchants.Merchant]
    id: strawberry.ID = identifier(Prefix.MERCHANT)
    name: str = derived("The name.", "entity.name")
    status: MerchantStatus = derived("Whether it may take new payments.", "entity.status")
    country: CountryCode = derived("The country.", "entity.country")
    currency: CurrencyCode = derived("The currency that it mostly sells in.", "entity.currency")
    gateway: str = derived("The gateway that its payments go through.", "entity.gateway")
    fee_rates: list[FeeRate] = derived("What it pays for captures.", _rates, "entity.fee_plan.rates")
    returns_fee_on_refund: bool = derived(
        "Whether a refund gives the fee back in proportion.", "entity.fee_plan.returns_fee_on_refund"
    )
    created_at: datetime = derived("Since when it is with us.", "entity.created_at")


def merchant(entity: merchants.Merchant) -> Merchant:
    """A merchant as the graph shows it."""
    return Merchant(entity=entity)
