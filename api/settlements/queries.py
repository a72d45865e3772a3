"""The queries of settlements: parse filter and page, call one scoped read, show the rows."""

from typing import Annotated
from uuid import UUID

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument
from api.fields import query
from api.identifiers import narrowed
from api.money import codes_of
from api.scalars import CurrencyCode
from api.settlements.accounts import SettlementAccount, SettlementPreview, settlement_account, settlement_preview
from api.settlements.enums import SettlementOrder
from api.settlements.inputs import (
    CURRENCY,
    MERCHANT,
    SettlementAccountFilter,
    SettlementFilter,
    wanted_accounts,
    wanted_settlements,
)
from api.settlements.reserves import SettlementAdjustment, settlement_adjustment
from api.settlements.totals import SettlementTotals, settlement_totals
from api.settlements.types import READ, Settlement, settlement
from domain.kernel.errors import NotFound
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import PageRequest


@query(READ, "One settlement, or null when there is none that you can see.")
async def one(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002 - GraphQL's word
) -> Settlement | None:
    """By id."""
    settlement_id = parse_id(Prefix.SETTLEMENT, id)
    found = await reading.reads.settlements.settlements_by_id(reading.scope, [settlement_id])
    return settlement(found[settlement_id]) if settlement_id in found else None


@query(READ, "Settlements, the last opened first unless ordered otherwise.")
async def many(
    reading: Reading,
    filter: Annotated[SettlementFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    order_by: Annotated[SettlementOrder | None, argument("In which order.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Settlement]:
    """By filter."""
    reads = reading.reads.settlements
    order = order_by or SettlementOrder.OPENED_AT_DESC
    scope = narrowed(reading.scope, Prefix.MERCHANT, filter and filter.merchant_ids, "filter", "merchantIds")
    wanted = wanted_settlements(filter, reading.context)
    page = await reads.settlements(scope, wanted, order, PageRequest.of(first, after, last, before))
    return connection(page, settlement, lambda entity: reads.settlement_cursor(entity, order))


@query(READ, "How many settlements have come how far, and what they sum to, by currency.")
async def totals(
    reading: Reading,
    filter: Annotated[SettlementFilter | None, argument("Of which settlements.")] = None,  # noqa: A002
) -> SettlementTotals:
    """By filter."""
    scope = narrowed(reading.scope, Prefix.MERCHANT, filter and filter.merchant_ids, "filter", "merchantIds")
    rows = await reading.reads.settlements.tally(scope, wanted_settlements(filter, reading.context))
    return settlement_totals(rows, reading.context.currency_of)


@query(READ, "How a merchant is settled in a currency, or null when it never was owed anything in it.")
async def account(
    reading: Reading,
    merchant_id: Annotated[strawberry.ID, argument(MERCHANT)],
    currency: Annotated[CurrencyCode, argument(CURRENCY)],
) -> SettlementAccount | None:
    """Of one merchant and currency."""
    key = (await _merchant(reading, merchant_id), reading.context.currency_of(currency).code)
    found = await reading.reads.settlements.accounts_by_key(reading.scope, [key])
    return settlement_account(found[key]) if key in found else None


@query(READ, "How merchants are settled, those of the newest merchants first.")
async def accounts(
    reading: Reading,
    filter: Annotated[SettlementAccountFilter | None, argument("Which.")] = None,  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[SettlementAccount]:
    """By filter."""
    reads = reading.reads.settlements
    scope = narrowed(reading.scope, Prefix.MERCHANT, filter and filter.merchant_ids, "filter", "merchantIds")
    wanted = wanted_accounts(filter, reading.context)
    page = await reads.accounts(scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, settlement_account, reads.account_cursor)


@query(READ, "What a merchant's next settlement would hold if it were closed now; null when none is open.")
async def preview(
    reading: Reading,
    merchant_id: Annotated[strawberry.ID, argument(MERCHANT)],
    currency: Annotated[CurrencyCode, argument(CURRENCY)],
) -> SettlementPreview | None:
    """Added up anew each time."""
    merchant, of = await _merchant(reading, merchant_id), reading.context.currency_of(currency)
    now = reading.context.settlements.clock.now()
    found = await reading.reads.settlements.preview(reading.scope, merchant, of, now)
    return None if found is None else settlement_preview(found)


@query(READ, "What was given to merchants and taken from them by hand, newest first.")
async def adjustments(
    reading: Reading,
    merchant_ids: Annotated[list[strawberry.ID] | None, argument("Of these merchants.")] = None,
    currency: Annotated[list[CurrencyCode] | None, argument("In these currencies.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[SettlementAdjustment]:
    """By merchant and currency."""
    reads = reading.reads.settlements
    scope = narrowed(reading.scope, Prefix.MERCHANT, merchant_ids, "merchantIds")
    codes = codes_of(currency, reading.context.currency_of, "currency")
    page = await reads.adjustments(scope, codes, PageRequest.of(first, after, last, before))
    return connection(page, settlement_adjustment, reads.place)


async def _merchant(reading: Reading, text: str) -> UUID:
    """The merchant of an id; raise `NotFound` for one that the viewer cannot see."""
    merchant = parse_id(Prefix.MERCHANT, text, ("merchantId",))
    if not await reading.reads.merchants.merchants(reading.scope, [merchant]):
        what = "The merchant"
        raise NotFound(what, ("merchantId",))
    return merchant


@strawberry.type
class SettlementQueries:
    """The fields that settlements add to Query."""

    settlement = one
    settlements = many
    settlement_totals = totals
    settlement_account = account
    settlement_accounts = accounts
    settlement_preview = preview
    settlement_adjustments = adjustments
