"""What every verb on rules does: check what they say, change them, and write down what is in force from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.fraud.expression import LONGEST_EXPRESSION, ExpressionInvalid
from domain.fraud.list_kind import STANDARD_LISTS
from domain.fraud.rule import AFTER_AUTHORIZATION
from domain.fraud.rule_set import ActiveRule, RuleMode, RuleSet
from domain.fraud.variables import VARIABLES
from domain.kernel.ids import PLATFORM
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.expression import Needs
    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule import FraudRule, RuleAction, RuleVersion
    from domain.fraud.rule_set import ScorePolicy
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue

_LATE = tuple(variable.name for variable in VARIABLES if variable.after_authorization)


async def ensure_author(unit: FraudUnit, merchant_id: UUID) -> None:
    """Raise `NotFound` for neither the platform nor a merchant that the unit's actor can see."""
    if merchant_id != PLATFORM:
        await unit.merchants.get(merchant_id)


def audited(merchant_id: UUID) -> UUID | None:
    """Whom a line of the audit log concerns: the platform's things concern no merchant."""
    return None if merchant_id == PLATFORM else merchant_id


async def check_expression(
    ports: FraudPorts, unit: FraudUnit, merchant_id: UUID, action: RuleAction, expression: str
) -> Needs:
    """What it needs; raise `ExpressionInvalid` or `Invalid` for what can be no rule of the author with this action."""
    clean_text(expression, ("expression",), longest=LONGEST_EXPRESSION, multiline=True)
    kinds = {name: kind for name, (kind, _) in STANDARD_LISTS.items()}
    needs = ports.language.check(expression, {**kinds, **await unit.fraud_lists.kinds(merchant_id)})
    late = [name for name in _LATE if name in needs.variables]
    if late and action not in AFTER_AUTHORIZATION:
        rule = f"{late[0]} is known once the payment is authorized, when only REVIEW and SCORE rules can still act."
        before = expression[: max(expression.find(late[0]), 0)].split("\n")
        raise ExpressionInvalid(rule, line=len(before), column=len(before[-1]) + 1)
    return needs


async def rebuild(unit: FraudUnit, merchant_id: UUID, at: datetime, policy: ScorePolicy | None = None) -> RuleSet:
    """The author's next rule set, of what is published and in shadow in this unit; the former when it is the same.

    Raises `Invalid` for too many rules, and `Contention` when somebody else has written the next one.
    """
    # The revision first: whatever is changed after it was read takes the number that is added below.
    former = await unit.rule_sets.current(merchant_id)
    found = await unit.fraud_rules.active(merchant_id)
    rules = tuple(active(rule, version, _mode(rule, version)) for rule, version in found)
    if (rules, policy or former.policy) == (former.rules, former.policy):
        return former
    rule_set = RuleSet(
        merchant_id=merchant_id,
        revision=former.revision + 1,
        rules=rules,
        policy=policy or former.policy,
        created_at=at,
    )
    await unit.rule_sets.add(rule_set)
    return rule_set


async def keep_rule(
    unit: FraudUnit,
    actor: Actor,
    name: str,
    rule: FraudRule,
    version: RuleVersion | None,
    data: Mapping[str, JsonValue],
) -> FraudRule:
    """Save a changed rule, with its line in the audit log."""
    saved = await unit.fraud_rules.save(rule, version)
    more = {"name": saved.name, "status": saved.status.value, **data}
    await unit.audit.record(actor, f"fraud.{name}_rule", "fraud_rule", saved.id, audited(saved.merchant_id), more)
    return saved


def active(rule: FraudRule, version: RuleVersion, mode: RuleMode) -> ActiveRule:
    """One version of a rule, as a set has it."""
    return ActiveRule(
        rule_id=rule.id,
        version=version.number,
        mode=mode,
        action=version.action,
        points=version.points,
        expression=version.expression,
        name=rule.name,
    )


def _mode(rule: FraudRule, version: RuleVersion) -> RuleMode:
    return RuleMode.LIVE if version.number == rule.published else RuleMode.SHADOW
