"""A hundred rules, as a careful shop and its payments company would have them: counts, lists and what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import ActiveRule, RuleMode, RuleSet, ScorePolicy
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from datetime import datetime

RULES = 100
_DIMENSIONS = ("card", "email", "ip", "customer", "device", "merchant")
_WINDOWS = ("10m", "1h", "24h", "7d", "30d")
_LISTS = (
    'in_list("blocked_emails", customer.email)',
    'in_list("blocked_ips", ip.address) && payment.amount_minor > 5000',
    'in_list("blocked_cards", card.fingerprint) || in_list("blocked_bins", card.bin)',
    'in_list("blocked_countries", card.country)',
)
_KNOWN = (
    'card.country != customer.country && payment.amount_minor > 20000 && card.funding == "PREPAID"',
    'payment.hour < 5 && customer.account_age_days < 2 && payment.currency == "EUR"',
    'customer.email.endsWith(".example.invalid") || customer.domain == "trashmail.example"',
    'billing.country != shipping.country && shipping.country in ["KP", "IR", "SY"]',
)
# So high that next to nothing matches: what is measured is what every payment costs.
_NEVER = 1_000_000


def _expressions() -> list[str]:
    counts = [
        f'velocity("{dimension}", "{window}").count > {_NEVER}' for dimension in _DIMENSIONS for window in _WINDOWS
    ]
    sums = [
        f'velocity("{dimension}", "{window}").sum_minor + payment.amount_minor > {_NEVER * 10_000}'
        for dimension in _DIMENSIONS
        for window in _WINDOWS[:4]
    ]
    apart = [
        f'velocity("{dimension}", "24h").distinct("{other}") > {number + 50}'
        for number, (dimension, other) in enumerate(
            (("card", "email"), ("email", "card"), ("ip", "card"), ("device", "card"), ("device", "email"))
        )
    ]
    listed, known = list(_LISTS) * 5, [f"{one} || payment.amount_minor > {_NEVER * 100}" for one in _KNOWN]
    every = counts + sums + apart + listed + known
    return (every * (1 + RULES // len(every)))[:RULES]


def rule_sets(merchant_id: UUID, at: datetime) -> tuple[RuleSet, RuleSet]:
    """The platform's sixty rules and the merchant's forty; every other of them only adds points."""
    # Dealt out in turns, so that both have rules of every kind.
    dealt = _expressions()
    mine = [text for place, text in enumerate(dealt) if place % 5 in {1, 3}]
    platforms = [text for place, text in enumerate(dealt) if place % 5 not in {1, 3}]
    return _set(PLATFORM, platforms, at), _set(merchant_id, mine, at)


def _set(author: UUID, expressions: list[str], at: datetime) -> RuleSet:
    return RuleSet(
        merchant_id=author,
        revision=1,
        rules=tuple(
            ActiveRule(
                rule_id=UUID(int=number),
                version=1,
                mode=RuleMode.LIVE,
                action=RuleAction.REVIEW if number % 2 else RuleAction.SCORE,
                points=None if number % 2 else 5,
                expression=expression,
                name=f"Rule {number}",
            )
            for number, expression in enumerate(expressions, 1)
        ),
        policy=ScorePolicy(review_at=500, block_at=900),
        created_at=at,
    )
