"""What screening found of a payment, in the graph: the decision, and everything that explains it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.fraud.enums import RuleAction, RuleMode, RuleOutcome, ScreeningDecision
from api.fraud.seen import ScreenedValue, seen_by
from api.fraud.sight import PERSONAL_KINDS, Sight
from domain.fraud import screening as screenings
from domain.fraud.expression import Facts
from domain.fraud.list_kind import STANDARD_LISTS
from domain.fraud.rule_set import ActiveRule, ScorePolicy
from domain.kernel.ids import PLATFORM, Prefix, format_id


@strawberry.type(description="From how many points on a payment is reviewed, and blocked.")
class ScoreThresholds:
    """One author's."""

    review_at: int | None = attribute("From so many points on it is reviewed; null: never by points alone.")
    block_at: int | None = attribute("From so many points on it is blocked; null: never by points alone.")


def score_thresholds(policy: ScorePolicy) -> ScoreThresholds:
    """A policy as the graph shows it."""
    return ScoreThresholds(review_at=policy.review_at, block_at=policy.block_at)


@strawberry.type(description="A rule that decided about a payment.")
class DecidingRule:
    """Of the platform's rules merchants learn the names, and no more."""

    rule_id: strawberry.ID = attribute("The rule's id; of the platform's rules only staff can look it up.")
    name: str = attribute("What it was called then.")
    of_platform: bool = attribute("Whether it is the platform's, over all merchants.")


def deciding_rules(screening: screenings.Screening, ids: Iterable[UUID]) -> list[DecidingRule]:
    """Those rules, as they were in force when the payment was screened."""
    wanted = frozenset(ids)
    return [rule for judgement in (screening.platform, screening.merchant) for rule in _deciding(judgement, wanted)]


def _deciding(judgement: screenings.Judgement, wanted: frozenset[UUID]) -> list[DecidingRule]:
    # A rule can stand in a set twice: live, and with a newer version in shadow.
    rules = {rule.rule_id: rule for rule in judgement.rule_set.rules if rule.rule_id in wanted}
    platform = judgement.rule_set.merchant_id == PLATFORM
    return [DecidingRule(rule_id=_rule_id(rule), name=rule.name, of_platform=platform) for rule in rules.values()]


def _decided_by(judgement: screenings.Judgement) -> list[DecidingRule]:
    return _deciding(judgement, frozenset(judgement.decided_by))


def _rule_id(rule: ActiveRule) -> strawberry.ID:
    return strawberry.ID(format_id(Prefix.RULE, rule.rule_id))


def _values(result: screenings.RuleResult, facts: Facts, sight: Sight) -> list[ScreenedValue]:
    return seen_by(result.rule.expression, facts, sight)


@strawberry.type(description="What became of one rule in a screening.")
class ScreenedRule:
    """Of the set that was in force."""

    entity: strawberry.Private[screenings.RuleResult]
    facts: strawberry.Private[Facts]
    sight: strawberry.Private[Sight]
    rule_id: strawberry.ID = derived("The rule's id.", _rule_id, "entity.rule")
    name: str = derived("What it was called then.", "entity.rule.name")
    version: int = derived("Which of its versions was evaluated.", "entity.rule.version")
    mode: RuleMode = derived("Whether it acted or was only recorded.", "entity.rule.mode")
    action: RuleAction = derived("What it does when it matches.", "entity.rule.action")
    points: int | None = derived(
        "The points that it adds when it matches, if that is what it does.", "entity.rule.points"
    )
    expression: str = derived("What it looks for.", "entity.rule.expression")
    outcome: RuleOutcome = derived("What became of it.", "entity.outcome")
    message: str | None = derived("Why it could not be evaluated, if it could not.", "entity.message")
    values: list[ScreenedValue] = derived(
        "What it asked for, as it was then; nothing else of the payment.", _values, "entity", "facts", "sight"
    )


@strawberry.type(description="A standard list that had one of the payment's values.")
class FraudListHit:
    """It decides by itself."""

    list_name: str = attribute("The list.")
    value: str | None = attribute("The payment's value; null for personal data without the permission customers:pii.")


def _revision(entity: screenings.Judgement, detailed: bool) -> int | None:  # noqa: FBT001 - an attribute
    return entity.rule_set.revision if detailed else None


def _score(entity: screenings.Judgement, detailed: bool) -> int | None:  # noqa: FBT001
    return entity.score if detailed else None


def _thresholds(entity: screenings.Judgement, detailed: bool) -> ScoreThresholds | None:  # noqa: FBT001
    return score_thresholds(entity.rule_set.policy) if detailed else None


def _results(entity: screenings.Judgement, detailed: bool, sight: Sight) -> list[ScreenedRule] | None:  # noqa: FBT001
    if not detailed:
        return None
    return [ScreenedRule(entity=result, facts=entity.facts, sight=sight) for result in entity.results]


def _hits(entity: screenings.Judgement, detailed: bool, sight: Sight) -> list[FraudListHit] | None:  # noqa: FBT001
    if not detailed:
        return None
    return [
        FraudListHit(list_name=hit.name, value=hit.value if sight.personal or not _is_personal(hit.name) else None)
        for hit in entity.hits
    ]


def _is_personal(list_name: str) -> bool:
    known = STANDARD_LISTS.get(list_name)
    return known is None or known[0] in PERSONAL_KINDS


@strawberry.type(
    description="What the rules and lists of one author say of a payment: the platform's, or the merchant's."
)
class ScreeningJudgement:
    """What of the platform's would tell a merchant about others is null for merchants."""

    entity: strawberry.Private[screenings.Judgement]
    sight: strawberry.Private[Sight]
    detailed: bool = attribute(
        "Whether you see all of it. Merchants do not of the platform's: all that may be null then is."
    )
    decision: ScreeningDecision = derived("What they say by themselves.", "entity.decision")
    request3ds: bool = derived("Whether they ask for 3-D Secure, whatever else they say.", "entity.request_3ds")
    awaits_score: bool = derived(
        "Whether some of it depends on the gateway's risk score, which has not come.", "entity.awaits_score"
    )
    decided_by: list[DecidingRule] = derived(
        "The rules that made the decision; none when lists or points did.", _decided_by, "entity"
    )
    revision: int | None = derived("The revision of the rules that were in force.", _revision, "entity", "detailed")
    score: int | None = derived("The points of its rules that matched.", _score, "entity", "detailed")
    thresholds: ScoreThresholds | None = derived("How many points were too many.", _thresholds, "entity", "detailed")
    results: list[ScreenedRule] | None = derived(
        "Every rule of the set, in its order.", _results, "entity", "detailed", "sight"
    )
    list_hits: list[FraudListHit] | None = derived(
        "The standard lists that had one of the payment's values.", _hits, "entity", "detailed", "sight"
    )


def _platform(entity: screenings.Screening, sight: Sight) -> ScreeningJudgement:
    return ScreeningJudgement(entity=entity.platform, sight=sight, detailed=sight.platform)


def _merchant(entity: screenings.Screening, sight: Sight) -> ScreeningJudgement:
    return ScreeningJudgement(entity=entity.merchant, sight=sight, detailed=True)


def _points(entity: screenings.Screening, sight: Sight) -> int:
    return entity.score if sight.platform else entity.merchant.score


def _all_deciding(entity: screenings.Screening) -> list[DecidingRule]:
    return [*_decided_by(entity.platform), *_decided_by(entity.merchant)]


@strawberry.type(description="What screening found of a payment, and why.")
class Screening:
    """Of the two authors' decisions the more severe holds."""

    entity: strawberry.Private[screenings.Screening]
    sight: strawberry.Private[Sight]
    decision: ScreeningDecision = derived("What became of the payment.", "entity.decision")
    request3ds: bool = derived("Whether 3-D Secure was asked for, also beside a review.", "entity.request_3ds")
    awaits_score: bool = derived(
        "Whether some of it depends on the gateway's risk score, which has not come.", "entity.awaits_score"
    )
    score: int = derived(
        "The points of all rules that matched; for merchants, of their own rules alone.", _points, "entity", "sight"
    )
    decided_by: list[DecidingRule] = derived(
        "The rules that made the authors' decisions; none when lists or points did.", _all_deciding, "entity"
    )
    duration_microseconds: int = derived("What judging took, in microseconds.", "entity.duration_microseconds")
    screened_at: datetime = derived("When the payment was judged.", "entity.screened_at")
    judged_again_at: datetime | None = derived(
        "When it was judged again by the gateway's risk score, if it was.", "entity.judged_again_at"
    )
    platform: ScreeningJudgement = derived("By the platform's rules and lists.", _platform, "entity", "sight")
    merchant: ScreeningJudgement = derived("By the merchant's own rules and lists.", _merchant, "entity", "sight")


def screening(entity: screenings.Screening, sight: Sight) -> Screening:
    """A screening as the graph shows it."""
    return Screening(entity=entity, sight=sight)
