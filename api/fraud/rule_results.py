"""What the mutations of rules, policies and backtests answer with: a payload, or one of the errors that can happen."""

from typing import Annotated, TypeAlias

import strawberry

from api.approvals.types import ApprovalRequired
from api.describing import attribute
from api.errors import InvalidInput, InvalidState, NotFound, PermissionDenied, RuleExpressionInvalid
from api.fraud.backtests import Backtest
from api.fraud.rules import FraudRule
from api.fraud.screenings import ScoreThresholds

_RULE = "The rule, as it is now."


@strawberry.type(description="The rule is in draft: it does nothing yet.")
class CreateFraudRulePayload:
    """Of `createFraudRule`."""

    rule: FraudRule = attribute(_RULE)


@strawberry.type(description="The rule was changed; what it says anew does nothing yet.")
class UpdateFraudRulePayload:
    """Of `updateFraudRule`."""

    rule: FraudRule = attribute(_RULE)


@strawberry.type(description="The rule is evaluated and recorded from now on, without acting.")
class ShadowFraudRulePayload:
    """Of `shadowFraudRule`."""

    rule: FraudRule = attribute(_RULE)


@strawberry.type(description="The rule acts from now on.")
class PublishFraudRulePayload:
    """Of `publishFraudRule`."""

    rule: FraudRule = attribute(_RULE)


@strawberry.type(description="The rule neither acts nor is tried any more.")
class DisableFraudRulePayload:
    """Of `disableFraudRule`."""

    rule: FraudRule = attribute(_RULE)


@strawberry.type(description="From now on this holds.")
class SetScorePolicyPayload:
    """Of `setScorePolicy`."""

    thresholds: ScoreThresholds = attribute("From how many points on payments are reviewed, and blocked.")


@strawberry.type(description="The backtest waits for a worker.")
class BacktestFraudRulePayload:
    """Of `backtestFraudRule`."""

    backtest: Backtest = attribute("The backtest; ask for it again to see how far it is.")


@strawberry.type(description="The backtest was stopped.")
class CancelBacktestPayload:
    """Of `cancelBacktest`."""

    backtest: Backtest = attribute("The backtest, with what it had found.")


_Refusal: TypeAlias = InvalidInput | NotFound | PermissionDenied
_StateRefusal: TypeAlias = _Refusal | InvalidState
CreateFraudRuleResult = Annotated[
    CreateFraudRulePayload | _Refusal | RuleExpressionInvalid,
    strawberry.union("CreateFraudRuleResult", description="What `createFraudRule` answers with."),
]
UpdateFraudRuleResult = Annotated[
    UpdateFraudRulePayload | _Refusal | RuleExpressionInvalid,
    strawberry.union("UpdateFraudRuleResult", description="What `updateFraudRule` answers with."),
]
ShadowFraudRuleResult = Annotated[
    ShadowFraudRulePayload | _StateRefusal | RuleExpressionInvalid,
    strawberry.union("ShadowFraudRuleResult", description="What `shadowFraudRule` answers with."),
]
PublishFraudRuleResult = Annotated[
    PublishFraudRulePayload | ApprovalRequired | _StateRefusal | RuleExpressionInvalid,
    strawberry.union("PublishFraudRuleResult", description="What `publishFraudRule` answers with."),
]
DisableFraudRuleResult = Annotated[
    DisableFraudRulePayload | _StateRefusal,
    strawberry.union("DisableFraudRuleResult", description="What `disableFraudRule` answers with."),
]
SetScorePolicyResult = Annotated[
    SetScorePolicyPayload | _Refusal,
    strawberry.union("SetScorePolicyResult", description="What `setScorePolicy` answers with."),
]
BacktestFraudRuleResult = Annotated[
    BacktestFraudRulePayload | _Refusal,
    strawberry.union("BacktestFraudRuleResult", description="What `backtestFraudRule` answers with."),
]
CancelBacktestResult = Annotated[
    CancelBacktestPayload | _StateRefusal,
    strawberry.union("CancelBacktestResult", description="What `cancelBacktest` answers with."),
]
