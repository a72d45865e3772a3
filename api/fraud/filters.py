"""The filters of reviews, rules and list entries, as requests give them and as the domain takes them."""

from typing import TypeVar
from uuid import UUID

import strawberry

from api.context import Context
from api.describing import attribute
from api.fraud.authors import MERCHANT, author_of
from api.fraud.enums import ReviewOutcome, ReviewSla, ReviewStatus, RuleAction, RuleStatus
from api.identifiers import many_ids
from api.money import codes_of
from api.scalars import CurrencyCode
from api.spans import DateTimeRange, DecimalRange, moments, scaled
from domain.fraud import filter as filters
from domain.kernel.ids import Prefix

Value = TypeVar("Value")


@strawberry.input(description="Which fraud reviews. Everything given must hold; a list means any of.")
class FraudReviewFilter:
    """For `fraudReviews` and `fraudReviewStats`."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants.", default=None)
    status: list[ReviewStatus] | None = attribute("In these statuses.", default=None)
    sla: list[ReviewSla] | None = attribute("With so much of their time left.", default=None)
    assignee_ids: list[strawberry.ID] | None = attribute("That these people work on.", default=None)
    unassigned: bool | None = attribute("True: that nobody works on; false: that somebody does.", default=None)
    snoozed: bool | None = attribute("Whether they are hidden from the queue now.", default=None)
    outcome: list[ReviewOutcome] | None = attribute("That turned out to be this.", default=None)
    rule_ids: list[strawberry.ID] | None = attribute("That these rules sent here.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies.", default=None)
    amount: DecimalRange | None = attribute("Of amounts in major units, in whatever currency.", default=None)
    due_at: DateTimeRange | None = attribute("To be decided by then.", default=None)
    opened_at: DateTimeRange | None = attribute("Opened then.", default=None)


@strawberry.input(description="Which rules. Everything given must hold; a list means any of.")
class FraudRuleFilter:
    """For `fraudRules`."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants.", default=None)
    of_platform: bool | None = attribute("True: the platform's alone; false: merchants' own alone.", default=None)
    status: list[RuleStatus] | None = attribute("In these statuses.", default=None)
    action: list[RuleAction] | None = attribute(
        "That do one of these: by the version that acts, else by the one that is tried, else by the newest.",
        default=None,
    )


@strawberry.input(description="Which entries of a list.")
class ListEntryFilter:
    """For `listEntries`."""

    merchant_id: strawberry.ID | None = attribute(MERCHANT, default=None)
    list_name: str = attribute("The list.")
    value: str | None = attribute("With this value, in its normal form.", default=None)
    expired: bool | None = attribute("Whether they count no more.", default=None)


def wanted_reviews(given: FraudReviewFilter | None, context: Context) -> filters.ReviewFilter:
    """The domain's filter; raise `Invalid` that names the path. The merchants narrow the scope instead."""
    now = context.fraud.clock.now()
    if given is None:
        return filters.ReviewFilter(now=now)
    return filters.ReviewFilter(
        status=_tuple(given.status),
        assignee_ids=_ids(Prefix.USER, given.assignee_ids, "assigneeIds"),
        unassigned=given.unassigned,
        snoozed=given.snoozed,
        sla=_tuple(given.sla),
        outcome=_tuple(given.outcome),
        rule_ids=_ids(Prefix.RULE, given.rule_ids, "ruleIds"),
        currency=codes_of(given.currency, context.currency_of, "filter", "currency"),
        amount=scaled(given.amount, "filter", "amount"),
        due_at=moments(given.due_at),
        opened_at=moments(given.opened_at),
        now=now,
    )


def wanted_rules(given: FraudRuleFilter | None) -> filters.RuleFilter:
    """The same of rules."""
    if given is None:
        return filters.RuleFilter()
    return filters.RuleFilter(platform=given.of_platform, status=_tuple(given.status), action=_tuple(given.action))


def wanted_entries(given: ListEntryFilter, context: Context) -> filters.ListEntryFilter:
    """The same of entries."""
    return filters.ListEntryFilter(
        merchant_id=author_of(context.actor, given.merchant_id, "filter", "merchantId"),
        list_name=given.list_name,
        value=given.value,
        expired=given.expired,
        now=context.fraud.clock.now(),
    )


def _ids(prefix: Prefix, given: list[strawberry.ID] | None, name: str) -> tuple[UUID, ...] | None:
    return None if given is None else tuple(many_ids(prefix, given, "filter", name))


def _tuple(values: list[Value] | None) -> tuple[Value, ...] | None:
    return None if values is None else tuple(values)
