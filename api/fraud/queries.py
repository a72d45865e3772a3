"""The queries of fraud: parse filter and page, call one scoped read, show the rows."""

from typing import Annotated
from uuid import UUID

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument
from api.errors import expression_invalid
from api.fields import query
from api.fraud.authors import MERCHANT, author_of
from api.fraud.backtests import Backtest, backtest
from api.fraud.enums import ReviewOrder, RuleAction
from api.fraud.filters import (
    FraudReviewFilter,
    FraudRuleFilter,
    ListEntryFilter,
    wanted_entries,
    wanted_reviews,
    wanted_rules,
)
from api.fraud.lists import FraudList, ListEntry, fraud_list, list_entry
from api.fraud.reviews import FraudReview, fraud_review
from api.fraud.rules import FraudRule, FraudRuleCheck, fraud_rule, rule_needs
from api.fraud.screenings import ScoreThresholds, score_thresholds
from api.fraud.stats import FraudReviewStats, fraud_review_stats
from api.identifiers import narrowed, optional_id
from domain.fraud.check_rule import CheckRule, check_rule
from domain.fraud.expression import ExpressionInvalid
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM, Prefix, parse_id
from domain.kernel.paging import PageRequest

READ = Permission.FRAUD_READ


@query(READ, "One fraud review, or null when there is none that you can see.")
async def review(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002 - GraphQL's word
) -> FraudReview | None:
    """By id."""
    review_id = parse_id(Prefix.REVIEW, id)
    found = await reading.reads.fraud.reviews_by_id(reading.scope, [review_id])
    return fraud_review(found[review_id], reading.actor) if review_id in found else None


@query(READ, "Fraud reviews, newest first unless ordered otherwise.")
async def reviews(
    reading: Reading,
    filter: Annotated[FraudReviewFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    order_by: Annotated[ReviewOrder | None, argument("In which order.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[FraudReview]:
    """By filter."""
    reads = reading.reads.fraud
    order = order_by or ReviewOrder.OPENED_AT_DESC
    merchants = filter.merchant_ids if filter else None
    scope = narrowed(reading.scope, Prefix.MERCHANT, merchants, "filter", "merchantIds")
    wanted = wanted_reviews(filter, reading.context)
    page = await reads.reviews(scope, wanted, order, PageRequest.of(first, after, last, before))
    return connection(
        page, lambda entity: fraud_review(entity, reading.actor), lambda entity: reads.review_cursor(entity, order)
    )


@query(READ, "How many reviews stand where, and what they hold.")
async def review_numbers(
    reading: Reading,
    filter: Annotated[FraudReviewFilter | None, argument("Of which reviews.")] = None,  # noqa: A002
) -> FraudReviewStats:
    """By filter."""
    merchants = filter.merchant_ids if filter else None
    scope = narrowed(reading.scope, Prefix.MERCHANT, merchants, "filter", "merchantIds")
    rows = await reading.reads.fraud.tally(scope, wanted_reviews(filter, reading.context))
    return fraud_review_stats(rows, reading.context.currency_of)


@query(READ, "One rule, or null when there is none that you can see.")
async def rule(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002
) -> FraudRule | None:
    """By id."""
    rule_id = parse_id(Prefix.RULE, id)
    found = await reading.reads.fraud.rules_by_id(reading.scope, [rule_id])
    return fraud_rule(found[rule_id]) if rule_id in found else None


@query(READ, "Rules, newest first: a merchant's own, and for staff everybody's and the platform's.")
async def rules(
    reading: Reading,
    filter: Annotated[FraudRuleFilter | None, argument("Which.")] = None,  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[FraudRule]:
    """By filter."""
    reads = reading.reads.fraud
    merchants = filter.merchant_ids if filter else None
    scope = narrowed(reading.scope, Prefix.MERCHANT, merchants, "filter", "merchantIds")
    page = await reads.rules(scope, wanted_rules(filter), PageRequest.of(first, after, last, before))
    return connection(page, fraud_rule, reads.place)


@query(READ, "From how many points on payments are reviewed, and blocked.")
async def policy(
    reading: Reading,
    merchant_id: Annotated[strawberry.ID | None, argument(MERCHANT)] = None,
) -> ScoreThresholds:
    """Of one author."""
    author = author_of(reading.actor, merchant_id, "merchantId")
    await _ensure_there(reading, author)
    found = await reading.reads.fraud.rule_sets(reading.scope, [author])
    return score_thresholds(found[author].policy)


@query(READ, "Whether a rule can be made of an expression, and what it would ask for. Nothing is written.")
async def check(
    reading: Reading,
    expression: Annotated[str, argument("The expression, at most 2,000 characters.")],
    action: Annotated[RuleAction, argument("What the rule would do.")],
    merchant_id: Annotated[strawberry.ID | None, argument(MERCHANT)] = None,
) -> FraudRuleCheck:
    """Run `check_rule`."""
    author = author_of(reading.actor, merchant_id, "merchantId")
    command = CheckRule(merchant_id=author, action=action, expression=expression)
    try:
        needs = await check_rule(reading.context.fraud, reading.actor, command)
    except ExpressionInvalid as error:
        return FraudRuleCheck(valid=False, needs=None, error=expression_invalid(error, "expression"))
    return FraudRuleCheck(valid=True, needs=rule_needs(needs), error=None)


@query(READ, "All lists of a merchant or of the platform, the standard ones first.")
async def lists(
    reading: Reading,
    merchant_id: Annotated[strawberry.ID | None, argument(MERCHANT)] = None,
) -> list[FraudList]:
    """Of one author."""
    author = author_of(reading.actor, merchant_id, "merchantId")
    await _ensure_there(reading, author)
    found = await reading.reads.fraud.lists(reading.scope, author)
    return [fraud_list(entity, entries) for entity, entries in found]


@query(READ, "The entries of a list, newest first.")
async def entries(
    reading: Reading,
    filter: Annotated[ListEntryFilter, argument("Which.")],  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[ListEntry]:
    """By filter."""
    reads = reading.reads.fraud
    wanted = wanted_entries(filter, reading.context)
    page = await reads.entries(reading.scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, lambda entity: list_entry(entity, reading.actor), reads.place)


@query(READ, "One backtest, or null when there is none that you can see.")
async def one_backtest(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002
) -> Backtest | None:
    """By id."""
    backtest_id = parse_id(Prefix.BACKTEST, id)
    found = await reading.reads.fraud.backtests_by_id(reading.scope, [backtest_id])
    return backtest(found[backtest_id], reading.context.currency_of) if backtest_id in found else None


@query(READ, "Backtests, newest first.")
async def many_backtests(
    reading: Reading,
    rule_id: Annotated[strawberry.ID | None, argument("Of this rule; of all when left out.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Backtest]:
    """Of one rule, or all."""
    reads = reading.reads.fraud
    wanted = optional_id(Prefix.RULE, rule_id, "ruleId")
    page = await reads.backtests(reading.scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, lambda entity: backtest(entity, reading.context.currency_of), reads.place)


async def _ensure_there(reading: Reading, author: UUID) -> None:
    if author == PLATFORM and reading.scope.covers(PLATFORM):
        return
    if not await reading.reads.merchants.merchants(reading.scope, [author]):
        what = "The merchant"
        raise NotFound(what, ("merchantId",))


@strawberry.type
class FraudQueries:
    """The fields that fraud adds to Query."""

    fraud_review = review
    fraud_reviews = reviews
    fraud_review_stats = review_numbers
    fraud_rule = rule
    fraud_rules = rules
    check_fraud_rule = check
    score_policy = policy
    fraud_lists = lists
    list_entries = entries
    backtest = one_backtest
    backtests = many_backtests
