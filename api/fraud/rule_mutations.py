"""The mutations of rules, policies and backtests: read the input, run the verb, show the result."""

from uuid import UUID

import strawberry

from api.approvals.types import approval_required
from api.context import Context
from api.fields import mutation
from api.fraud.authors import author_of
from api.fraud.backtests import backtest
from api.fraud.rule_inputs import (
    BacktestFraudRuleInput,
    CancelBacktestInput,
    CreateFraudRuleInput,
    DisableFraudRuleInput,
    PublishFraudRuleInput,
    SetScorePolicyInput,
    ShadowFraudRuleInput,
    UpdateFraudRuleInput,
)
from api.fraud.rule_results import (
    BacktestFraudRulePayload,
    BacktestFraudRuleResult,
    CancelBacktestPayload,
    CancelBacktestResult,
    CreateFraudRulePayload,
    CreateFraudRuleResult,
    DisableFraudRulePayload,
    DisableFraudRuleResult,
    PublishFraudRulePayload,
    PublishFraudRuleResult,
    SetScorePolicyPayload,
    SetScorePolicyResult,
    ShadowFraudRulePayload,
    ShadowFraudRuleResult,
    UpdateFraudRulePayload,
    UpdateFraudRuleResult,
)
from api.fraud.rules import fraud_rule
from api.fraud.screenings import score_thresholds
from api.identifiers import many_ids
from domain.approvals.approval_request import ApprovalRequest
from domain.fraud.cancel_backtest import CancelBacktest, cancel_backtest
from domain.fraud.create_rule import CreateRule, create_rule
from domain.fraud.disable_rule import DisableRule, disable_rule
from domain.fraud.publish_rule import PublishRule, publish_rule
from domain.fraud.rule_set import ScorePolicy
from domain.fraud.set_score_policy import SetScorePolicy, set_score_policy
from domain.fraud.shadow_rule import ShadowRule, shadow_rule
from domain.fraud.start_backtest import StartBacktest, TestedRule, start_backtest
from domain.fraud.update_rule import UpdateRule, update_rule
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, parse_id


@mutation(Permission.FRAUD_MANAGE, "Write a rule. It does nothing until it is tried or published.")
async def create(context: Context, input: CreateFraudRuleInput) -> CreateFraudRuleResult:  # noqa: A002 - GraphQL's word
    """Run `create_rule`."""
    command = CreateRule(
        merchant_id=author_of(context.actor, input.merchant_id, "merchantId"),
        name=input.name,
        description=input.description,
        position=input.position or 0,
        action=input.action,
        points=input.points,
        expression=input.expression,
        reason=input.reason,
    )
    return CreateFraudRulePayload(rule=fraud_rule(await create_rule(context.fraud, context.actor, command)))


@mutation(
    Permission.FRAUD_MANAGE,
    "Change a rule. What it says becomes another version, which does nothing yet; its name and place change at once.",
)
async def update(context: Context, input: UpdateFraudRuleInput) -> UpdateFraudRuleResult:  # noqa: A002
    """Run `update_rule`."""
    described = input.description
    command = UpdateRule(
        rule_id=_rule_id(input.rule_id),
        name=input.name,
        description=None if described is strawberry.UNSET else described or "",
        position=input.position,
        action=input.action,
        points=input.points,
        expression=input.expression,
        reason=input.reason,
    )
    return UpdateFraudRulePayload(rule=fraud_rule(await update_rule(context.fraud, context.actor, command)))


@mutation(Permission.FRAUD_MANAGE, "Try a rule on the payments that come, without letting it act.")
async def shadow(context: Context, input: ShadowFraudRuleInput) -> ShadowFraudRuleResult:  # noqa: A002
    """Run `shadow_rule`."""
    command = ShadowRule(rule_id=_rule_id(input.rule_id), version=_version(input.version), reason=input.reason)
    return ShadowFraudRulePayload(rule=fraud_rule(await shadow_rule(context.fraud, context.actor, command)))


@mutation(
    Permission.FRAUD_MANAGE,
    "Let a version of a rule act. Where a policy wants a second person, ask for approval instead.",
)
async def publish(context: Context, input: PublishFraudRuleInput) -> PublishFraudRuleResult:  # noqa: A002
    """Run `publish_rule`."""
    command = PublishRule(rule_id=_rule_id(input.rule_id), version=_version(input.version), reason=input.reason)
    result = await publish_rule(context.fraud, context.actor, command)
    if isinstance(result, ApprovalRequest):
        return approval_required(result)
    return PublishFraudRulePayload(rule=fraud_rule(result))


@mutation(Permission.FRAUD_MANAGE, "Stop a rule at once. This needs no approval.")
async def disable(context: Context, input: DisableFraudRuleInput) -> DisableFraudRuleResult:  # noqa: A002
    """Run `disable_rule`."""
    command = DisableRule(rule_id=_rule_id(input.rule_id), reason=input.reason)
    return DisableFraudRulePayload(rule=fraud_rule(await disable_rule(context.fraud, context.actor, command)))


@mutation(Permission.FRAUD_MANAGE, "Say from how many points on payments are reviewed, and blocked.")
async def set_policy(context: Context, input: SetScorePolicyInput) -> SetScorePolicyResult:  # noqa: A002
    """Run `set_score_policy`."""
    command = SetScorePolicy(
        merchant_id=author_of(context.actor, input.merchant_id, "merchantId"),
        policy=ScorePolicy(review_at=input.review_at, block_at=input.block_at),
        reason=input.reason,
    )
    rule_set = await set_score_policy(context.fraud, context.actor, command)
    return SetScorePolicyPayload(thresholds=score_thresholds(rule_set.policy))


@mutation(
    Permission.FRAUD_MANAGE,
    "Try rules on payments of the past: what they would have stopped, and what of that turned out to be fraud.",
)
async def start(context: Context, input: BacktestFraudRuleInput) -> BacktestFraudRuleResult:  # noqa: A002
    """Run `start_backtest`."""
    rules = many_ids(Prefix.RULE, input.rule_ids, "ruleIds")
    version = _version(input.version)
    if version is not None and len(rules) > 1:
        raise Invalid(("version",), "A version belongs to one rule; leave it out to test the newest of each.")
    command = StartBacktest(
        rules=tuple(TestedRule(rule_id=rule_id, version=version) for rule_id in rules),
        since=input.since,
        until=input.until or context.fraud.clock.now(),
        with_published=bool(input.with_published),
    )
    started = await start_backtest(context.fraud, context.actor, command)
    return BacktestFraudRulePayload(backtest=backtest(started, context.currency_of))


@mutation(Permission.FRAUD_MANAGE, "Stop a backtest; what it has found so far stays.")
async def cancel(context: Context, input: CancelBacktestInput) -> CancelBacktestResult:  # noqa: A002
    """Run `cancel_backtest`."""
    command = CancelBacktest(backtest_id=parse_id(Prefix.BACKTEST, input.backtest_id, ("backtestId",)))
    canceled = await cancel_backtest(context.fraud, context.actor, command)
    return CancelBacktestPayload(backtest=backtest(canceled, context.currency_of))


def _rule_id(text: str) -> UUID:
    return parse_id(Prefix.RULE, text, ("ruleId",))


def _version(number: int | None) -> int | None:
    if number is not None and number < 1:
        raise Invalid(("version",), "Versions count from 1; leave it out for the newest.")
    return number


@strawberry.type
class FraudRuleMutations:
    """The fields that rules, policies and backtests add to Mutation."""

    create_fraud_rule = create
    update_fraud_rule = update
    shadow_fraud_rule = shadow
    publish_fraud_rule = publish
    disable_fraud_rule = disable
    set_score_policy = set_policy
    backtest_fraud_rule = start
    cancel_backtest = cancel
