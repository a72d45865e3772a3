"""Rows to rules, rule sets and lists, and back: the only place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.postgres.hydration import hydrator
from domain.fraud.fraud_list import FraudList, ListEntry
from domain.fraud.list_kind import ListEffect, ListKind
from domain.fraud.rule import FraudRule, RuleAction, RuleStatus, RuleVersion
from domain.fraud.rule_set import ActiveRule, RuleMode, RuleSet, ScorePolicy

if TYPE_CHECKING:
    from asyncpg import Record

_ACTIONS = {action.value: action for action in RuleAction}
_MODES = {mode.value: mode for mode in RuleMode}


def _no_events(_: Record) -> tuple[()]:
    return ()


def active_rules_of(row: Record) -> tuple[ActiveRule, ...]:
    """The rules that a row has as JSON."""
    return tuple(
        ActiveRule(
            rule_id=UUID(one["rule_id"]),
            version=one["version"],
            mode=_MODES[one["mode"]],
            action=_ACTIONS[one["action"]],
            points=one["points"],
            expression=one["expression"],
            name=one["name"],
        )
        for one in row["rules"]
    )


def policy_of(row: Record) -> ScorePolicy:
    """The thresholds in a row."""
    return ScorePolicy(review_at=row["review_at"], block_at=row["block_at"])


rule_of = hydrator(FraudRule, {"status": RuleStatus, "events": _no_events})
version_of = hydrator(RuleVersion, {"action": RuleAction})
said_version_of = hydrator(
    RuleVersion,
    {
        "rule_id": lambda row: row["id"],
        "number": lambda row: row["said_number"],
        "action": lambda row: _ACTIONS[row["action"]],
        "created_at": lambda row: row["said_at"],
    },
)
"""Of a row that has a rule's columns and beside them a version's."""
rule_set_of = hydrator(RuleSet, {"rules": active_rules_of, "policy": policy_of})
list_of = hydrator(FraudList, {"kind": ListKind, "effect": ListEffect})
entry_of = hydrator(ListEntry)


def rule_values(rule: FraudRule) -> dict[str, Any]:
    """The columns of a rule."""
    values = {name: getattr(rule, name) for name in FraudRule.__slots__ if name != "events"}
    return {**values, "status": rule.status.value}


def version_values(version: RuleVersion) -> dict[str, Any]:
    """The columns of a version."""
    values = {name: getattr(version, name) for name in RuleVersion.__slots__}
    return {**values, "action": version.action.value}


def rule_set_values(rule_set: RuleSet) -> dict[str, Any]:
    """The columns of a rule set."""
    return {
        "merchant_id": rule_set.merchant_id,
        "revision": rule_set.revision,
        "rules": [active_rule_values(rule) for rule in rule_set.rules],
        "review_at": rule_set.policy.review_at,
        "block_at": rule_set.policy.block_at,
        "created_at": rule_set.created_at,
    }


def active_rule_values(rule: ActiveRule) -> dict[str, Any]:
    """A rule of a set as JSON."""
    return {
        "rule_id": str(rule.rule_id),
        "version": rule.version,
        "mode": rule.mode.value,
        "action": rule.action.value,
        "points": rule.points,
        "expression": rule.expression,
        "name": rule.name,
    }


def list_values(fraud_list: FraudList) -> dict[str, Any]:
    """The columns of a list."""
    values = {name: getattr(fraud_list, name) for name in FraudList.__slots__}
    return {**values, "kind": fraud_list.kind.value, "effect": fraud_list.effect.value}
