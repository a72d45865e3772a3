"""The queries of payments: parse filter and page, call one scoped read, show the rows."""

from dataclasses import replace
from typing import Annotated

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument
from api.fields import query
from api.identifiers import narrowed
from api.payments.enums import PaymentOrder
from api.payments.filters import PaymentFilter, wanted_payments
from api.payments.types import Payment, payment
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import PageRequest


@query(Permission.PAYMENTS_READ, "One payment, or null when there is none that you can see.")
async def one(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002 - GraphQL's word
) -> Payment | None:
    """By id."""
    payment_id = parse_id(Prefix.PAYMENT, id)
    found = await reading.reads.payments.payments(reading.scope, [payment_id])
    return payment(found[payment_id]) if payment_id in found else None


@query(Permission.PAYMENTS_READ, "Payments, newest first unless ordered otherwise.")
async def many(
    reading: Reading,
    filter: Annotated[PaymentFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    order_by: Annotated[PaymentOrder | None, argument("In which order.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Payment]:
    """By filter."""
    reads = reading.reads.payments
    order = order_by or PaymentOrder.CREATED_AT_DESC
    merchants = filter.merchant_ids if filter else None
    scope = narrowed(reading.scope, Prefix.MERCHANT, merchants, "filter", "merchantIds")
    wanted = wanted_payments(filter, reading.context.currency_of)
    if wanted.customer_email is not None:
        scope = scope.within(reading.actor.scope(Permission.CUSTOMERS_PII))
    elif wanted.text is not None:
        wanted = replace(wanted, text_finds_emails=reading.actor.may_everywhere(Permission.CUSTOMERS_PII, scope))
    page = await reads.search(scope, wanted, order, PageRequest.of(first, after, last, before), reading.asked)
    return connection(page, payment, lambda entity: reads.cursor(entity, order))


@strawberry.type
class PaymentQueries:
    """The fields that payments add to Query."""

    payment = one
    payments = many
