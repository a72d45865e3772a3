"""The demo's rules as they are written: what acts must leave test traffic alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.cel.language import CelLanguage
from app.demo.seed.rulebook import ENTRIES, LISTS, POLICIES, RULES, DemoRule, Step
from app.simulator.cards import CARDS, Behaviour, TestCard
from domain.fraud.expression import Facts
from domain.fraud.list_kind import STANDARD_LISTS
from domain.fraud.rule import RuleAction
from domain.fraud.variables import VARIABLES, FactValue, VariableType
from domain.fraud.velocity import VelocityFigures
from tests.builders.moments import MORNING

ACTING = [rule for rule in RULES if rule.steps and rule.steps[-1][1] is Step.PUBLISH]
KINDS = {
    **{name: kind for name, (kind, _) in STANDARD_LISTS.items()},
    **{one.name: one.kind for one in LISTS},
}
LANGUAGE = CelLanguage()
TOKENS = sorted(set(CARDS) - {"tok_high_risk"})


def facts_of(card: TestCard, rule: DemoRule) -> Facts:
    """A payment of a test card, the ten-thousandth of its kind, at its oddest."""
    values: dict[str, FactValue] = {
        one.name: {VariableType.INT: 0, VariableType.STRING: "", VariableType.TIMESTAMP: MORNING}[one.type]
        for one in VARIABLES
    }
    values |= {
        "payment.amount_minor": 99_999_900,
        "payment.currency": "EUR",
        "payment.merchant_country": "DE",
        "payment.hour": 3,
        "card.brand": card.brand.upper(),
        "card.bin": card.bin,
        "card.country": card.country,
        "card.funding": card.funding.upper(),
        "customer.domain": "example.com",
        "device.id": "one",
        "billing.country": "JP",
        "shipping.country": "AU",
        "gateway.score": card.risk_score,
    }
    served = {value for entries in ENTRIES if entries.list_name == "served_countries" for value in entries.values}
    needs = LANGUAGE.check(rule.expression, KINDS)
    figures = VelocityFigures(count=10_000, sum_minor=10**12)
    return Facts(
        values=values,
        velocities={
            query: VelocityFigures(
                count=figures.count, sum_minor=figures.sum_minor, distinct=dict.fromkeys(query.distinct, 10_000)
            )
            for query in needs.velocities
        },
        listed=frozenset({("served_countries", card.country)} if card.country in served else ()),
    )


def matches(rule: DemoRule, card: TestCard) -> bool:
    """Whether the rule holds of such a payment."""
    (found,) = LANGUAGE.compile([rule.expression]).evaluate(facts_of(card, rule))
    assert isinstance(found, bool), found
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_compiles(rule: DemoRule) -> None:
    LANGUAGE.check(rule.expression, KINDS)


@pytest.mark.parametrize("token", TOKENS)
def test_no_test_card_meets_a_rule_that_acts(token: str) -> None:
    card = CARDS[token]
    matched = [rule for rule in ACTING if matches(rule, card)]
    assert {rule.action for rule in matched} <= {RuleAction.SCORE}
    for author, (_, policy, _) in POLICIES.items():
        score = sum(rule.points or 0 for rule in matched if rule.author == author)
        assert score < (policy.review_at or score + 1)
    assert card.risk_score < 80 or card.behaviour is Behaviour.DECLINE


def test_the_risky_card_is_held_and_neither_blocked_nor_challenged() -> None:
    matched = [rule for rule in ACTING if matches(rule, CARDS["tok_high_risk"])]
    assert {rule.action for rule in matched} == {RuleAction.REVIEW, RuleAction.SCORE}
    assert any(rule.expression == "gateway.score >= 80" for rule in matched)
    for author, (_, policy, _) in POLICIES.items():
        score = sum(rule.points or 0 for rule in matched if rule.author == author)
        assert score < (policy.block_at or score + 1)


def test_there_are_rules_in_every_state_and_of_every_action() -> None:
    last = [rule.steps[-1][1] if rule.steps else None for rule in RULES]
    assert set(last) == {*Step, None}
    assert {rule.action for rule in RULES} == set(RuleAction)
    assert {rule.action for rule in ACTING} >= {RuleAction.REQUEST_3DS, RuleAction.BLOCK, RuleAction.REVIEW}


def test_steps_follow_the_writing() -> None:
    for rule in RULES:
        days = [rule.written, *(day for day, _, _ in rule.steps)]
        assert days == sorted(days, reverse=True)
    assert all(timedelta(days=entries.added) for entries in ENTRIES)
