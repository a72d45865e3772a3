"""What payments have in common, in the graph."""

from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.connection import Connection, connection
from api.context import Reading
from api.describing import argument, attribute
from api.fraud.enums import Dimension
from api.payments.enums import PaymentStatus
from domain.fraud import link
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.paging import PageRequest
from domain.payments import payment as payments

if TYPE_CHECKING:
    from api.payments.types import Payment

PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]
By = Annotated[
    list[Dimension] | None,
    argument("By what: card, e-mail address, IP address, customer, device; else by all of these."),
]
# What all payments of a merchant share says nothing of any two of them.
SHAREABLE = tuple(dimension for dimension in Dimension if dimension is not Dimension.MERCHANT)


@strawberry.type(description="Another payment that shares something with one.")
class LinkedPayment:
    """For staff, of any merchant."""

    payment: PaymentOf = attribute("The other payment.")
    shares: list[Dimension] = attribute("What both have.")


@strawberry.type(description="How many payments are in one status.")
class PaymentStatusCount:
    """Where there are any."""

    status: PaymentStatus = attribute("The status.")
    count: int = attribute("How many payments.")


@strawberry.type(description="How many other payments share one thing with a payment.")
class PaymentLinks:
    """Of those that you can see."""

    dimension: Dimension = attribute("What they share.")
    payments: int = attribute("How many other payments there are.")
    merchants: int = attribute("Of how many merchants they are.")
    by_status: list[PaymentStatusCount] = attribute("What became of them.")
    capped: bool = attribute("Whether there are more than 1,000, of which the newest were counted.")


def payment_links(entity: link.LinkSummary) -> PaymentLinks:
    """A summary as the graph shows it."""
    counts = entity.by_status
    return PaymentLinks(
        dimension=entity.dimension,
        payments=entity.payments,
        merchants=entity.merchants,
        by_status=[PaymentStatusCount(status=one, count=counts[one]) for one in PaymentStatus if counts.get(one)],
        capped=entity.capped,
    )


def linked_payment(entity: link.LinkedPayment) -> LinkedPayment:
    """A linked payment as the graph shows it."""
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows those that it is linked with

    return LinkedPayment(payment=payment(entity.payment), shares=[one for one in Dimension if one in entity.shares])


async def summaries_of(
    entities: list[payments.Payment], reading: Reading, by: list[Dimension] | None
) -> list[list[PaymentLinks]]:
    """Of each payment, one summary for each thing that it has."""
    found = await reading.reads.fraud.link_summaries(reading.scope, entities, _dimensions(by))
    return [[payment_links(summary) for summary in summaries] for summaries in found]


async def pages_of(
    entities: list[payments.Payment], reading: Reading, by: list[Dimension] | None, request: PageRequest
) -> list[Connection[LinkedPayment]]:
    """Of each payment, a page of those that share something with it; of merchants where payments may be read."""
    scope = reading.scope.within(reading.actor.scope(Permission.PAYMENTS_READ))
    reads = reading.reads.fraud
    pages = await reads.links_of(scope, entities, _dimensions(by), request)
    return [connection(page, linked_payment, reads.place) for page in pages]


def _dimensions(by: list[Dimension] | None) -> tuple[Dimension, ...]:
    if by is None:
        return SHAREABLE
    if Dimension.MERCHANT in by:
        raise Invalid(("by",), "All payments of a merchant share it; give CARD, EMAIL, IP, CUSTOMER or DEVICE.")
    return tuple(one for one in SHAREABLE if one in by)
