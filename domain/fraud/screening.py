"""What screening found of one payment, kept whole: the decision, and everything that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.payments.screening import ScreeningDecision

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.expression import Facts
    from domain.fraud.rule_set import ActiveRule, RuleSet


class RuleOutcome(StrEnum):
    """What became of one rule."""

    MATCHED = "MATCHED"
    NOT_MATCHED = "NOT_MATCHED"
    FAILED = "FAILED"
    """It could not be evaluated; such a rule does nothing."""
    AWAITING_SCORE = "AWAITING_SCORE"
    """It needs the gateway's risk score, which has not come yet, or never came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """One rule of the set; `message` says why it failed."""

    rule: ActiveRule
    outcome: RuleOutcome
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHit:
    """A standard list that has one of the payment's values."""

    merchant_id: UUID
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the rules and lists of one author say: the platform's, or the merchant's own.

    `facts` are what they saw. `results` has every rule of the set, in its order. `score` is the sum of the points of
    matching live SCORE rules. `decided_by` are the live rules that made the decision; none when lists or the score did.
    """

    rule_set: RuleSet
    facts: Facts
    results: tuple[RuleResult, ...]
    hits: tuple[ListHit, ...] = ()
    score: int = 0
    decision: ScreeningDecision = ScreeningDecision.ALLOW
    request_3ds: bool = False
    awaits_score: bool = False
    decided_by: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """Of one payment. `decision` is the more severe of the two judgements'; `score` the sum of theirs.

    `duration_microseconds` is what judging took. `judged_again_at` is set once the gateway's score was looked at.
    """

    payment_id: UUID
    merchant_id: UUID
    decision: ScreeningDecision
    request_3ds: bool = False
    awaits_score: bool = False
    score: int = 0
    platform: Judgement
    merchant: Judgement
    duration_microseconds: int = 0
    screened_at: datetime
    judged_again_at: datetime | None = None
