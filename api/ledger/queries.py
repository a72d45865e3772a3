"""The queries of the ledger."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument, attribute
from api.fields import query
from api.identifiers import narrowed, optional_id
from api.ledger.types import Balance, EntryKind, LedgerEntry, balance, ledger_entry
from api.money import codes_of
from api.scalars import CurrencyCode
from api.spans import DateTimeRange, moments
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import PageRequest
from domain.ledger import filter as ledger_filter


@strawberry.input(description="Which ledger entries. Everything given must hold; a list means any of.")
class LedgerEntryFilter:
    """For `ledgerEntries`."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants.", default=None)
    payment_id: strawberry.ID | None = attribute("Posted by this payment.", default=None)
    dispute_id: strawberry.ID | None = attribute("Posted by this dispute.", default=None)
    kind: list[EntryKind] | None = attribute("That record these facts.", default=None)
    account: list[str] | None = attribute("With a posting on one of these accounts.", default=None)
    currency: list[CurrencyCode] | None = attribute("With a posting in one of these currencies.", default=None)
    posted_at: DateTimeRange | None = attribute("Posted then.", default=None)


@query(Permission.BALANCES_READ, "What a merchant is owed in each currency.")
async def balances(
    reading: Reading,
    merchant_id: Annotated[strawberry.ID, argument("The merchant.")],
    as_of: Annotated[datetime | None, argument("As it was at this moment; now when left out.")] = None,
) -> list[Balance]:
    """One for each currency that the merchant has ever had."""
    merchant = parse_id(Prefix.MERCHANT, merchant_id, ("merchantId",))
    if not await reading.reads.merchants.merchants(reading.scope, [merchant]):
        what = "The merchant"
        raise NotFound(what, ("merchantId",))
    found = await reading.reads.ledger.balances(reading.scope, merchant, as_of)
    return [balance(entity) for entity in found]


@query(Permission.LEDGER_READ, "Entries of the ledger, newest first.")
async def entries(
    reading: Reading,
    filter: Annotated[LedgerEntryFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[LedgerEntry]:
    """By filter."""
    given = filter or LedgerEntryFilter()
    wanted = ledger_filter.LedgerEntryFilter(
        kind=None if given.kind is None else tuple(given.kind),
        payment_id=optional_id(Prefix.PAYMENT, given.payment_id, "filter", "paymentId"),
        dispute_id=optional_id(Prefix.DISPUTE, given.dispute_id, "filter", "disputeId"),
        account=None if given.account is None else tuple(given.account),
        currency=codes_of(given.currency, reading.context.currency_of, "filter", "currency"),
        posted_at=moments(given.posted_at),
    )
    reads = reading.reads.ledger
    scope = narrowed(reading.scope, Prefix.MERCHANT, given.merchant_ids, "filter", "merchantIds")
    page = await reads.search(scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, ledger_entry, reads.cursor)


@strawberry.type
class LedgerQueries:
    """The fields that the ledger adds to Query."""

    balances = balances
    ledger_entries = entries
