"""The queries of payouts: parse filter and page, call one scoped read, show the rows."""

from typing import Annotated

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument
from api.fields import query
from api.identifiers import narrowed
from api.settlements.payout_enums import PayoutOrder
from api.settlements.payout_inputs import PayoutFilter, wanted_payouts
from api.settlements.payouts import (
    READ,
    Payout,
    PayoutPolicy,
    PayoutTotal,
    payout,
    payout_policy,
    payout_total,
    shown_to,
)
from domain.kernel.errors import Forbidden
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import PageRequest

_MERCHANTS = ("filter", "merchantIds")


@query(READ, "One payout, or null when there is none that you can see.")
async def one(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002 - GraphQL's word
) -> Payout | None:
    """By id."""
    payout_id = parse_id(Prefix.PAYOUT, id)
    found = await reading.reads.payouts.payouts(reading.scope, [payout_id])
    return payout(found[payout_id], reading.actor) if payout_id in found else None


@query(READ, "Payouts, newest first unless ordered otherwise.")
async def many(
    reading: Reading,
    filter: Annotated[PayoutFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    order_by: Annotated[PayoutOrder | None, argument("In which order.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Payout]:
    """By filter."""
    reads = reading.reads.payouts
    order = order_by or PayoutOrder.CREATED_AT_DESC
    scope = narrowed(reading.scope, Prefix.MERCHANT, filter.merchant_ids if filter else None, *_MERCHANTS)
    wanted = wanted_payouts(filter, reading.context)
    page = await reads.search(scope, wanted, order, PageRequest.of(first, after, last, before))
    return connection(page, shown_to(reading.actor), lambda entity: reads.cursor(entity, order))


@query(READ, "How many payouts there are in each status and currency, and what they amount to.")
async def totals(
    reading: Reading,
    filter: Annotated[PayoutFilter | None, argument("Of which payouts.")] = None,  # noqa: A002
) -> list[PayoutTotal]:
    """By filter."""
    scope = narrowed(reading.scope, Prefix.MERCHANT, filter.merchant_ids if filter else None, *_MERCHANTS)
    found = await reading.reads.payouts.totals(scope, wanted_payouts(filter, reading.context))
    return [payout_total(entity) for entity in found]


@query(READ, "Up to what payouts need no person, by currency. Staff see it.")
async def policies(reading: Reading) -> list[PayoutPolicy]:
    """One at most for each currency."""
    if reading.scope.merchant_ids is not None:
        raise Forbidden(READ, "Only the payments company's own people see its policies.")
    return [payout_policy(entity) for entity in await reading.reads.payouts.policies(reading.scope)]


@strawberry.type
class PayoutQueries:
    """The fields that payouts add to Query."""

    payout = one
    payouts = many
    payout_totals = totals
    payout_policies = policies
