"""The rules that are tried: each as Paydesk's users write it, and as somebody would in Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import ActiveRule, RuleMode, RuleSet, ScorePolicy
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

POLICY = ScorePolicy(review_at=40, block_at=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """`holds` is given what the statement read, by the names of variables."""

    action: RuleAction
    points: int | None = None
    expression: str
    holds: Callable[[Mapping[str, Any]], bool]


RULES = (
    Written(
        action=RuleAction.REQUEST_3DS,
        expression='payment.amount_minor > 60000 && card.country == "DE"',
        holds=lambda v: v["payment.amount_minor"] > 60000 and v["card.country"] == "DE",
    ),
    Written(
        action=RuleAction.ALLOW,
        expression='customer.email.endsWith("9@mail.example.net") && payment.amount_minor < 2000',
        holds=lambda v: v["customer.email"].endswith("9@mail.example.net") and v["payment.amount_minor"] < 2000,
    ),
    Written(
        action=RuleAction.BLOCK,
        expression='payment.amount_minor > 95000 && card.brand == "AMEX"',
        holds=lambda v: v["payment.amount_minor"] > 95000 and v["card.brand"] == "AMEX",
    ),
    Written(
        action=RuleAction.BLOCK,
        expression='card.country in ["KP", "IR", "SY"] || customer.domain == "trashmail.example"',
        holds=lambda v: v["card.country"] in {"KP", "IR", "SY"} or v["customer.domain"] == "trashmail.example",
    ),
    Written(
        action=RuleAction.REVIEW,
        expression='payment.currency == "JPY" && payment.amount_minor > 80000 && payment.hour < 6',
        holds=lambda v: v["payment.currency"] == "JPY" and v["payment.amount_minor"] > 80000 and v["payment.hour"] < 6,
    ),
    Written(
        action=RuleAction.REVIEW,
        expression='card.funding == "PREPAID" && payment.amount_minor > 10000',
        holds=lambda v: v["card.funding"] == "PREPAID" and v["payment.amount_minor"] > 10000,
    ),
    Written(
        action=RuleAction.SCORE,
        points=30,
        expression='payment.hour >= 1 && payment.hour <= 4 && card.brand != "VISA"',
        holds=lambda v: 1 <= v["payment.hour"] <= 4 and v["card.brand"] != "VISA",
    ),
    Written(
        action=RuleAction.SCORE,
        points=20,
        expression="payment.amount_minor > 50000",
        holds=lambda v: v["payment.amount_minor"] > 50000,
    ),
    Written(
        action=RuleAction.SCORE,
        points=15,
        expression='customer.id == "" && payment.method == "CARD"',
        holds=lambda v: not v["customer.id"] and v["payment.method"] == "CARD",
    ),
    Written(
        action=RuleAction.SCORE,
        points=-20,
        expression="customer.account_age_days > 60",
        holds=lambda v: v["customer.account_age_days"] > 60,
    ),
)


def rule_set() -> RuleSet:
    """All of them, over all merchants."""
    return RuleSet(
        merchant_id=PLATFORM,
        rules=tuple(
            ActiveRule(
                rule_id=UUID(int=number),
                version=1,
                mode=RuleMode.LIVE,
                action=rule.action,
                points=rule.points,
                expression=rule.expression,
                name=f"Rule {number}",
            )
            for number, rule in enumerate(RULES, 1)
        ),
        policy=POLICY,
    )
