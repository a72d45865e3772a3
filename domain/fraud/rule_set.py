"""All rules of one author that are evaluated, as they stand at one revision; what was is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.rule import RuleAction

MOST_RULES = 200
"""How many rules of one author are evaluated at once."""


class RuleMode(StrEnum):
    """Whether a rule acts or is only recorded."""

    LIVE = "LIVE"
    SHADOW = "SHADOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveRule:
    """One version of a rule in a set."""

    rule_id: UUID
    version: int
    mode: RuleMode
    action: RuleAction
    points: int | None = None
    expression: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePolicy:
    """From how many points on a payment is reviewed, and blocked; None: never by points alone. Raises `Invalid`."""

    review_at: int | None = None
    block_at: int | None = None

    def __post_init__(self) -> None:
        if any(at is not None and at < 1 for at in (self.review_at, self.block_at)):
            raise Invalid(("reviewAt",), "A threshold is 1 point or more; leave it out for none.")
        if self.review_at is not None and self.block_at is not None and self.block_at <= self.review_at:
            raise Invalid(("blockAt",), "Payments are blocked from more points on than they are reviewed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """`merchant_id` is `PLATFORM` for the rules over all merchants; `revision` counts from 1, and 0 is the empty set.

    `rules` stand in the order in which those of one action are asked.
    """

    merchant_id: UUID
    revision: int = 0
    rules: tuple[ActiveRule, ...] = ()
    policy: ScorePolicy = ScorePolicy()
    created_at: datetime | None = None

    def __post_init__(self) -> None:
        if len(self.rules) > MOST_RULES:
            raise Invalid(("ruleId",), f"At most {MOST_RULES} rules are evaluated at once; disable one first.")
