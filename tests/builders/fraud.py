"""Rules with their versions, rule sets, lists, traces and screenings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.fraud.expression import Facts
from domain.fraud.fraud_list import FraudList, ListEntry
from domain.fraud.list_kind import ListKind
from domain.fraud.rule import FraudRule, RuleAction, RuleStatus, RuleVersion
from domain.fraud.rule_set import ActiveRule, RuleMode, RuleSet, ScorePolicy
from domain.fraud.screening import Judgement, RuleOutcome, RuleResult, Screening
from domain.fraud.trace import Trace, hash_of
from domain.fraud.velocity import Dimension
from domain.kernel.ids import PLATFORM, new_uuid
from domain.payments.screening import ScreeningDecision
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from uuid import UUID

    from domain.payments.payment import Payment

EXPRESSION = 'card.country == "DE"'


def a_rule(status: RuleStatus = RuleStatus.DRAFT, **values: Any) -> FraudRule:
    """A merchant's rule, as it would be in a status with one version."""
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "name": "German cards",
        "status": status,
        "published": 1 if status is RuleStatus.PUBLISHED else None,
        "shadow": 1 if status is RuleStatus.SHADOW else None,
        "created_at": MORNING,
        "updated_at": MORNING,
        "version": 1,
    }
    return FraudRule(**{**defaults, **values})


def a_version(rule: FraudRule | None = None, **values: Any) -> RuleVersion:
    """A rule's newest version, which reviews German cards."""
    rule = rule or a_rule()
    defaults: dict[str, Any] = {
        "rule_id": rule.id,
        "merchant_id": rule.merchant_id,
        "number": rule.latest,
        "action": RuleAction.REVIEW,
        "points": 10 if values.get("action") is RuleAction.SCORE else None,
        "expression": EXPRESSION,
        "author_id": new_uuid(MORNING),
        "author_name": "Ada Lovelace",
        "created_at": MORNING,
    }
    return RuleVersion(**{**defaults, **values})


def an_active_rule(action: RuleAction = RuleAction.REVIEW, **values: Any) -> ActiveRule:
    """A live rule that matches always; ten points when it has points."""
    defaults: dict[str, Any] = {
        "rule_id": new_uuid(MORNING),
        "version": 1,
        "mode": RuleMode.LIVE,
        "action": action,
        "points": 10 if action is RuleAction.SCORE else None,
        "expression": "true",
        "name": f"To {action.value.lower()}",
    }
    return ActiveRule(**{**defaults, **values})


def a_rule_set(*rules: ActiveRule, merchant_id: UUID = PLATFORM, **values: Any) -> RuleSet:
    """The platform's first, unless told otherwise."""
    defaults: dict[str, Any] = {
        "merchant_id": merchant_id,
        "revision": 1,
        "rules": rules,
        "policy": ScorePolicy(),
        "created_at": MORNING,
    }
    return RuleSet(**{**defaults, **values})


def a_list(**values: Any) -> FraudList:
    """A list of e-mail addresses that rules ask for."""
    defaults: dict[str, Any] = {
        "merchant_id": new_uuid(MORNING),
        "name": "regulars",
        "kind": ListKind.EMAIL,
        "description": "Customers of many years",
        "created_at": MORNING,
    }
    return FraudList(**{**defaults, **values})


def an_entry(value: str = "mary@example.com", **values: Any) -> ListEntry:
    """A blocked e-mail address."""
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "list_name": "blocked_emails",
        "value": value,
        "reason": "A stolen card",
        "author_id": new_uuid(MORNING),
        "author_name": "Ada Lovelace",
        "created_at": MORNING,
    }
    return ListEntry(**{**defaults, **values})


def a_trace(payment: Payment | None = None, **values: Any) -> Trace:
    """Of 100 euros by a card and an e-mail address; `card`, `email` and so on are what is hashed, None for unknown."""
    known: dict[Dimension, str | None] = {Dimension.CARD: "fp_1", Dimension.EMAIL: "mary@example.com"}
    known |= {dimension: values.pop(dimension.value) for dimension in Dimension if dimension.value in values}
    defaults: dict[str, Any] = {
        "merchant_id": payment.merchant_id if payment else new_uuid(MORNING),
        "payment_id": payment.id if payment else new_uuid(MORNING),
        "at": payment.created_at if payment else MORNING,
        "amount": payment.money(payment.amount_minor) if payment else eur(100),
        "hashes": {dimension: hash_of(dimension, value) for dimension, value in known.items() if value is not None},
    }
    return Trace(**{**defaults, **values})


def a_judgement(rule_set: RuleSet | None = None, **values: Any) -> Judgement:
    """Of the platform's empty set, in which nothing matched."""
    rule_set = rule_set or RuleSet(merchant_id=PLATFORM)
    results = tuple(RuleResult(rule=rule, outcome=RuleOutcome.NOT_MATCHED) for rule in rule_set.rules)
    defaults: dict[str, Any] = {"rule_set": rule_set, "facts": Facts(values={}), "results": results}
    return Judgement(**{**defaults, **values})


def a_screening(payment: Payment, **values: Any) -> Screening:
    """Of a payment that both authors, who have no rules, allow."""
    defaults: dict[str, Any] = {
        "payment_id": payment.id,
        "merchant_id": payment.merchant_id,
        "decision": ScreeningDecision.ALLOW,
        "platform": a_judgement(),
        "merchant": a_judgement(RuleSet(merchant_id=payment.merchant_id)),
        "duration_microseconds": 800,
        "screened_at": MORNING,
    }
    return Screening(**{**defaults, **values})
