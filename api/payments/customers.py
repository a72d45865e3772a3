"""Customers in the graph; e-mail and name need a permission of their own, else they are null."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.connection import After, Connection, First, connection
from api.context import Reading
from api.derivation import derived
from api.fields import batched
from api.found import in_order
from api.node import Node, identifier
from api.scalars import CountryCode
from domain.identity.actor import Actor
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.kernel.paging import PageRequest
from domain.payments import customer as customers
from domain.payments.filter import PaymentOrder

if TYPE_CHECKING:
    from api.merchants.types import Merchant
    from api.payments.types import Payment

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]


async def _merchants(rows: list["Customer"], reading: Reading) -> list[MerchantOf]:
    from api.merchants.types import merchant  # noqa: PLC0415 - a merchant shows its customers' payments in turn

    found = await reading.reads.merchants.merchants(reading.scope, {row.entity.merchant_id for row in rows})
    return in_order(found, (row.entity.merchant_id for row in rows), merchant, "The merchant")


async def _payments(
    rows: list["Customer"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[PaymentOf]]:
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its customer, and a customer its payments

    reads = reading.reads.payments
    pages = await reads.payments_of_customers(
        reading.scope, [row.entity for row in rows], PageRequest.of(first=first, after=after)
    )
    return [
        connection(page, payment, lambda entity: reads.cursor(entity, PaymentOrder.CREATED_AT_DESC)) for page in pages
    ]


def _if_personal(personal: bool, text: str | None) -> str | None:  # noqa: FBT001 - as the paths give it
    return text if personal else None


@strawberry.type(description="Somebody who pays a merchant.")
class Customer(Node):
    """Within a merchant, an e-mail address is one customer."""

    entity: strawberry.Private[customers.Customer]
    personal: strawberry.Private[bool]
    id: strawberry.ID = identifier(Prefix.CUSTOMER)
    email: str | None = derived(
        "The e-mail address; null without the permission customers:pii.",
        _if_personal,
        "personal",
        "entity.email",
    )
    name: str | None = derived(
        "The name; null without the permission customers:pii.",
        _if_personal,
        "personal",
        "entity.name",
    )
    country: CountryCode | None = derived("The country.", "entity.country")
    created_at: datetime = derived("When the customer was first seen.", "entity.created_at")
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant.")(_merchants)
    payments: Connection[PaymentOf] = batched(Permission.PAYMENTS_READ, "The customer's payments, newest first.")(
        _payments
    )


def customer(entity: customers.Customer, actor: Actor) -> Customer:
    """A customer as the graph shows it to an actor."""
    return Customer(entity=entity, personal=actor.may(Permission.CUSTOMERS_PII, entity.merchant_id))
