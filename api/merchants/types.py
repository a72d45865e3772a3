"""The merchant in the graph."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.connection import After, Connection, First, connection
from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.enums import described
from api.fields import batched
from api.money import Money, shown
from api.node import Node, identifier
from api.scalars import CountryCode, CurrencyCode, DecimalText
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.kernel.money import Money as Amount
from domain.kernel.paging import PageRequest
from domain.merchants import fee_plan
from domain.merchants import merchant as merchants
from domain.merchants.filter import MerchantOrder
from domain.merchants.merchant import MerchantStatus

if TYPE_CHECKING:
    from api.disputes.types import Dispute

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]

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


def _dispute_fees(fees: tuple[Amount, ...]) -> list[Money]:
    return [shown(fee) for fee in fees]


async def _disputes(
    rows: list["Merchant"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[DisputeOf]]:
    from api.disputes.types import dispute  # noqa: PLC0415 - a dispute shows its merchant, and a merchant its disputes

    reads = reading.reads.disputes
    pages = await reads.disputes_of_merchants(
        reading.scope, [row.entity for row in rows], PageRequest.of(first=first, after=after)
    )
    return [connection(page, dispute, reads.place) for page in pages]


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
    dispute_fees: list[Money] = derived(
        "What a dispute costs it, in each currency.", _dispute_fees, "entity.fee_plan.dispute_fees"
    )
    time_zone: str = derived("The time zone in which its days begin, by its IANA name.", "entity.time_zone")
    created_at: datetime = derived("Since when it is with us.", "entity.created_at")
    disputes: Connection[DisputeOf] = batched(Permission.DISPUTES_READ, "Its disputes, newest first.")(_disputes)


def merchant(entity: merchants.Merchant) -> Merchant:
    """A merchant as the graph shows it."""
    return Merchant(entity=entity)
