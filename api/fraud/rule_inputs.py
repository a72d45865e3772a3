"""What the mutations of rules, policies and backtests take."""

from datetime import datetime

import strawberry

from api.describing import attribute
from api.fraud.authors import MERCHANT
from api.fraud.enums import RuleAction

_RULE = "The rule."
_POINTS = "The points that it adds, from -100 to 100 and not 0; for SCORE rules, and no others."
_EXPRESSION = (
    "What it looks for, in the Common Expression Language (https://cel.dev), at most 2,000 characters:"
    ' `card.country != billing.country && velocity("card", "1h").count > 3`.'
)
_REASON = "Why, for whoever wonders later; at most 255 characters."


@strawberry.input(description="A new rule.")
class CreateFraudRuleInput:
    """For `createFraudRule`."""

    merchant_id: strawberry.ID | None = attribute(MERCHANT, default=None)
    name: str = attribute("What it is called, at most 120 characters.")
    description: str | None = attribute("What it is for, at most 1,000 characters.", default=None)
    position: int | None = attribute("Its place among the rules of its action, the lowest first.", default=0)
    action: RuleAction = attribute("What it does when it matches.")
    points: int | None = attribute(_POINTS, default=None)
    expression: str = attribute(_EXPRESSION)
    reason: str | None = attribute(_REASON, default=None)


@strawberry.input(description="What changes of a rule; what is left out stays as it is.")
class UpdateFraudRuleInput:
    """For `updateFraudRule`."""

    rule_id: strawberry.ID = attribute(_RULE)
    name: str | None = attribute("What it is called from now on.", default=None)
    description: str | None = attribute("What it is for; null removes the description.", default=strawberry.UNSET)
    position: int | None = attribute("Its place among the rules of its action.", default=None)
    action: RuleAction | None = attribute("What it does when it matches; its points belong to it.", default=None)
    points: int | None = attribute(_POINTS, default=None)
    expression: str | None = attribute(_EXPRESSION, default=None)
    reason: str | None = attribute(_REASON, default=None)


@strawberry.input(description="A rule to try out on the payments that come.")
class ShadowFraudRuleInput:
    """For `shadowFraudRule`."""

    rule_id: strawberry.ID = attribute(_RULE)
    version: int | None = attribute("Which of its versions; the newest when left out.", default=None)
    reason: str | None = attribute(_REASON, default=None)


@strawberry.input(description="A rule that shall act.")
class PublishFraudRuleInput:
    """For `publishFraudRule`."""

    rule_id: strawberry.ID = attribute(_RULE)
    version: int | None = attribute("Which of its versions; the newest when left out.", default=None)
    reason: str = attribute(_REASON)


@strawberry.input(description="A rule that shall neither act nor be tried any more.")
class DisableFraudRuleInput:
    """For `disableFraudRule`."""

    rule_id: strawberry.ID = attribute(_RULE)
    reason: str = attribute(_REASON)


@strawberry.input(description="From how many points on payments are reviewed, and blocked.")
class SetScorePolicyInput:
    """For `setScorePolicy`."""

    merchant_id: strawberry.ID | None = attribute(MERCHANT, default=None)
    review_at: int | None = attribute(
        "From so many points on they are reviewed; left out: never by points alone.", default=None
    )
    block_at: int | None = attribute(
        "From so many points on, more than `reviewAt`, they are blocked; left out: never by points alone.", default=None
    )
    reason: str = attribute(_REASON)


@strawberry.input(description="Rules to try on payments of the past.")
class BacktestFraudRuleInput:
    """For `backtestFraudRule`."""

    rule_ids: list[strawberry.ID] = attribute("The rules, of one author, 50 at most; they are judged together.")
    version: int | None = attribute(
        "Which version, when it is one rule; the newest of each when left out.", default=None
    )
    since: datetime = attribute("Payments created from then on, at most 400 days before `until`.")
    until: datetime | None = attribute("Payments created before then; until now when left out.", default=None)
    with_published: bool | None = attribute(
        "Whether they are judged together with what their author has published, in the places of their own published"
        " versions.",
        default=False,
    )


@strawberry.input(description="A backtest to stop.")
class CancelBacktestInput:
    """For `cancelBacktest`."""

    backtest_id: strawberry.ID = attribute("The backtest.")
