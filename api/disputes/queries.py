"""The queries of disputes: parse filter and page, call one scoped read, show the rows."""

from typing import Annotated

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument
from api.disputes.enums import DisputeOrder, Network
from api.disputes.filters import (
    DisputeFilter,
    DisputeNoticeFilter,
    EarlyFraudWarningFilter,
    wanted_disputes,
    wanted_notices,
    wanted_warnings,
)
from api.disputes.notices import KeptDisputeNotice, kept_dispute_notice
from api.disputes.policies import DisputePolicy, dispute_policy
from api.disputes.reason_codes import ReasonCode, reason_code
from api.disputes.stats import DisputeStats, dispute_stats
from api.disputes.types import Dispute, dispute
from api.disputes.warnings import EarlyFraudWarning, early_fraud_warning
from api.fields import query
from api.identifiers import narrowed
from domain.disputes import dispute_stats as stats
from domain.disputes.reason_codes.catalogue import catalogue
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import PageRequest


@query(Permission.DISPUTES_READ, "One dispute, or null when there is none that you can see.")
async def one(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002 - GraphQL's word
) -> Dispute | None:
    """By id."""
    dispute_id = parse_id(Prefix.DISPUTE, id)
    found = await reading.reads.disputes.disputes(reading.scope, [dispute_id])
    return dispute(found[dispute_id]) if dispute_id in found else None


@query(Permission.DISPUTES_READ, "Disputes, newest first unless ordered otherwise.")
async def many(
    reading: Reading,
    filter: Annotated[DisputeFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    order_by: Annotated[DisputeOrder | None, argument("In which order.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Dispute]:
    """By filter."""
    reads = reading.reads.disputes
    order = order_by or DisputeOrder.CREATED_AT_DESC
    merchants = filter.merchant_ids if filter else None
    scope = narrowed(reading.scope, Prefix.MERCHANT, merchants, "filter", "merchantIds")
    wanted = wanted_disputes(filter, reading.context)
    page = await reads.search(scope, wanted, order, PageRequest.of(first, after, last, before))
    return connection(page, dispute, lambda entity: reads.cursor(entity, order))


@query(Permission.DISPUTES_READ, "How many disputes stand where, and how many of each category were won.")
async def numbers(
    reading: Reading,
    filter: Annotated[DisputeFilter | None, argument("Of which disputes.")] = None,  # noqa: A002
) -> DisputeStats:
    """By filter."""
    merchants = filter.merchant_ids if filter else None
    scope = narrowed(reading.scope, Prefix.MERCHANT, merchants, "filter", "merchantIds")
    tallies = await reading.reads.disputes.tallies(scope, wanted_disputes(filter, reading.context))
    return dispute_stats(stats.dispute_stats(tallies))


@query(Permission.DISPUTES_READ, "One early fraud warning, or null when there is none that you can see.")
async def warning(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002
) -> EarlyFraudWarning | None:
    """By id."""
    warning_id = parse_id(Prefix.WARNING, id)
    found = await reading.reads.disputes.warnings(reading.scope, [warning_id])
    return early_fraud_warning(found[warning_id]) if warning_id in found else None


@query(Permission.DISPUTES_READ, "Early fraud warnings, newest first.")
async def warnings(
    reading: Reading,
    filter: Annotated[EarlyFraudWarningFilter | None, argument("Which.")] = None,  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[EarlyFraudWarning]:
    """By filter."""
    given = filter or EarlyFraudWarningFilter()
    reads = reading.reads.disputes
    scope = narrowed(reading.scope, Prefix.MERCHANT, given.merchant_ids, "filter", "merchantIds")
    page = await reads.search_warnings(scope, wanted_warnings(given), PageRequest.of(first, after, last, before))
    return connection(page, early_fraud_warning, reads.place)


@query(Permission.DISPUTES_READ, "The reason codes of the networks, as catalogued.")
async def codes(
    reading: Reading,
    network: Annotated[Network | None, argument("Of this network; of all when left out.")] = None,
) -> list[ReasonCode]:
    """From the catalogues."""
    del reading
    return [
        reason_code(code)
        for own, book in catalogue().items()
        if network is None or own is network
        for code in book.values()
    ]


@query(Permission.DISPUTES_READ, "What a merchant does not fight about, by currency.")
async def policies(
    reading: Reading,
    merchant_id: Annotated[strawberry.ID, argument("The merchant.")],
) -> list[DisputePolicy]:
    """One at most for each currency."""
    merchant = parse_id(Prefix.MERCHANT, merchant_id, ("merchantId",))
    if not await reading.reads.merchants.merchants(reading.scope, [merchant]):
        what = "The merchant"
        raise NotFound(what, ("merchantId",))
    found = await reading.reads.disputes.policies(reading.scope, [merchant])
    return [dispute_policy(entity) for entity in found.get(merchant, [])]


@query(Permission.DISPUTES_MANAGE, "What networks said, newest first; of what staff have to look at, unless asked.")
async def notices(
    reading: Reading,
    filter: Annotated[DisputeNoticeFilter | None, argument("Which.")] = None,  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[KeptDisputeNotice]:
    """By what became of them. Of most nobody knows yet whose they are: whoever reads them acts for all merchants."""
    if reading.scope.merchant_ids is not None:
        raise Forbidden(Permission.DISPUTES_MANAGE)
    reads = reading.reads.disputes
    request = PageRequest.of(first, after, last, before)
    page = await reads.search_notices(reading.scope, wanted_notices(filter), request)
    return connection(page, kept_dispute_notice, reads.notice_cursor)


@strawberry.type
class DisputeQueries:
    """The fields that disputes add to Query."""

    dispute = one
    disputes = many
    dispute_stats = numbers
    early_fraud_warning = warning
    early_fraud_warnings = warnings
    dispute_reason_codes = codes
    dispute_policies = policies
    dispute_notices = notices
