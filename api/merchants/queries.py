"""The queries of merchants."""

from typing import Annotated

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument, attribute
from api.fields import query
from api.identifiers import narrowed
from api.merchants.types import Merchant, MerchantOrder, MerchantStatus, merchant
from api.money import codes_of
from api.scalars import CountryCode, CurrencyCode
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import PageRequest
from domain.kernel.text import optional_text
from domain.merchants import filter as merchant_filter


@strawberry.input(description="Which merchants. Everything given must hold; a list means any of.")
class MerchantFilter:
    """For `merchants`."""

    ids: list[strawberry.ID] | None = attribute("These.", default=None)
    status: list[MerchantStatus] | None = attribute("In these statuses.", default=None)
    country: list[CountryCode] | None = attribute("In these countries.", default=None)
    currency: list[CurrencyCode] | None = attribute("That mostly sell in these currencies.", default=None)
    text: str | None = attribute("With this in their name.", default=None)


@query(Permission.MERCHANTS_READ, "One merchant, or null when there is none that you can see.")
async def one(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002 - GraphQL's word
) -> Merchant | None:
    """By id."""
    merchant_id = parse_id(Prefix.MERCHANT, id)
    found = await reading.reads.merchants.merchants(reading.scope, [merchant_id])
    return merchant(found[merchant_id]) if merchant_id in found else None


@query(Permission.MERCHANTS_READ, "Merchants, newest first unless ordered otherwise.")
async def many(
    reading: Reading,
    filter: Annotated[MerchantFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    order_by: Annotated[MerchantOrder | None, argument("In which order.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Merchant]:
    """By filter."""
    given = filter or MerchantFilter()
    wanted = merchant_filter.MerchantFilter(
        status=None if given.status is None else tuple(given.status),
        country=None if given.country is None else tuple(given.country),
        currency=codes_of(given.currency, reading.context.currency_of, "filter", "currency"),
        text=optional_text(given.text, ("filter", "text")),
    )
    reads = reading.reads.merchants
    scope = narrowed(reading.scope, Prefix.MERCHANT, given.ids, "filter", "ids")
    order = order_by or MerchantOrder.CREATED_AT_DESC
    page = await reads.search(scope, wanted, order, PageRequest.of(first, after, last, before))
    return connection(page, merchant, reads.cursor)


@strawberry.type
class MerchantQueries:
    """The fields that merchants add to Query."""

    merchant = one
    merchants = many
