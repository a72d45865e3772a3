"""The queries of approvals."""

from typing import Annotated
from uuid import UUID

import strawberry

from api.approvals.enums import ApprovalAction, ApprovalStatus
from api.approvals.types import ApprovalPolicy, ApprovalRequest, approval_policy, approval_request
from api.connection import After, Before, Connection, First, Last, connection
from api.context import Context, Reading
from api.describing import argument, attribute
from api.fields import query
from api.identifiers import narrowed, optional_id
from api.money import codes_of
from api.scalars import CurrencyCode
from api.spans import DateTimeRange, DecimalRange, moments, scaled
from domain.approvals import filter as approval_filter
from domain.identity.actor import Realm
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid, NotFound
from domain.kernel.ids import PLATFORM, Prefix, parse_id, split_id
from domain.kernel.paging import PageRequest

_ASKERS = frozenset({Prefix.USER, Prefix.CLIENT})


@strawberry.input(description="Which requests for approval. Everything given must hold; a list means any of.")
class ApprovalRequestFilter:
    """For `approvalRequests`."""

    merchant_ids: list[strawberry.ID] | None = attribute("That concern these merchants.", default=None)
    status: list[ApprovalStatus] | None = attribute("In these statuses.", default=None)
    action: list[ApprovalAction] | None = attribute("To do these things.", default=None)
    payment_id: strawberry.ID | None = attribute("About this payment.", default=None)
    fraud_rule_id: strawberry.ID | None = attribute("About this fraud rule, instead of a payment.", default=None)
    requested_by_id: strawberry.ID | None = attribute("Of this person or API client.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies.", default=None)
    amount: DecimalRange | None = attribute("Of amounts in major units, in whatever currency.", default=None)
    requested_at: DateTimeRange | None = attribute("Asked for then.", default=None)


@query(Permission.APPROVALS_READ, "One request for approval, or null when there is none that you can see.")
async def one(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002 - GraphQL's word
) -> ApprovalRequest | None:
    """By id."""
    request_id = parse_id(Prefix.APPROVAL, id)
    found = await reading.reads.approvals.requests(reading.scope, [request_id])
    return approval_request(found[request_id]) if request_id in found else None


@query(Permission.APPROVALS_READ, "Requests for approval, newest first.")
async def many(
    reading: Reading,
    filter: Annotated[ApprovalRequestFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[ApprovalRequest]:
    """By filter."""
    given = filter or ApprovalRequestFilter()
    reads = reading.reads.approvals
    scope = narrowed(reading.scope, Prefix.MERCHANT, given.merchant_ids, "filter", "merchantIds")
    page = await reads.search(scope, _wanted(given, reading.context), PageRequest.of(first, after, last, before))
    return connection(page, approval_request, reads.cursor)


@query(Permission.APPROVALS_READ, "What a merchant or the platform wants approved, by action and currency.")
async def policies(
    reading: Reading,
    merchant_id: Annotated[
        strawberry.ID | None,
        argument("The merchant; may be left out by who acts for one, and by staff for the platform's own policies."),
    ] = None,
) -> list[ApprovalPolicy]:
    """One at most for each action and currency."""
    author = _author(reading, merchant_id)
    if author != PLATFORM and not await reading.reads.merchants.merchants(reading.scope, [author]):
        what = "The merchant"
        raise NotFound(what, ("merchantId",))
    found = await reading.reads.approvals.policies(reading.scope, [author])
    return [approval_policy(entity) for entity in found.get(author, [])]


def _author(reading: Reading, merchant_id: str | None) -> UUID:
    """Whose policies are asked for."""
    if merchant_id is not None:
        return parse_id(Prefix.MERCHANT, merchant_id, ("merchantId",))
    return PLATFORM if reading.actor.realm is Realm.STAFF else reading.actor.only_merchant


def _wanted(given: ApprovalRequestFilter, context: Context) -> approval_filter.ApprovalRequestFilter:
    """The domain's filter; raise `Invalid` that names the path. The merchants narrow the scope instead."""
    return approval_filter.ApprovalRequestFilter(
        status=None if given.status is None else tuple(given.status),
        action=None if given.action is None else tuple(given.action),
        subject_id=_subject(given),
        requested_by=None if given.requested_by_id is None else _asker(given.requested_by_id),
        currency=codes_of(given.currency, context.currency_of, "filter", "currency"),
        amount=scaled(given.amount, "filter", "amount"),
        requested_at=moments(given.requested_at),
    )


def _subject(given: ApprovalRequestFilter) -> UUID | None:
    payment_id = optional_id(Prefix.PAYMENT, given.payment_id, "filter", "paymentId")
    rule_id = optional_id(Prefix.RULE, given.fraud_rule_id, "filter", "fraudRuleId")
    if payment_id and rule_id:
        raise Invalid(("filter", "fraudRuleId"), "A request is about one thing; give a payment or a fraud rule.")
    return payment_id or rule_id


def _asker(text: str) -> UUID:
    path = ("filter", "requestedById")
    prefix, value = split_id(text, path)
    if prefix not in _ASKERS:
        raise Invalid(path, f"This is the id of another type ({prefix}); give one that begins with usr_ or cli_.")
    return value


@strawberry.type
class ApprovalQueries:
    """The fields that approvals add to Query."""

    approval_request = one
    approval_requests = many
    approval_policies = policies
