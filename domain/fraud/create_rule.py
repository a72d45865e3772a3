"""Write a rule, which does nothing until it is tried or published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import audited, check_expression, ensure_author
from domain.fraud.rule import RuleVersion, new_rule
from domain.identity.permission import Permission
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule import FraudRule, RuleAction
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRule:
    """`merchant_id` is whose payments it judges, `PLATFORM` for all. `reason` says why there is this rule."""

    merchant_id: UUID
    name: str
    description: str | None = None
    position: int = 0
    action: RuleAction
    points: int | None = None
    expression: str
    reason: str | None = None


async def create_rule(ports: FraudPorts, actor: Actor, command: CreateRule) -> FraudRule:
    """The rule, in draft. Raises `NotFound`, `Forbidden`, `Invalid`, `ExpressionInvalid` and `Unavailable`."""
    actor.require(Permission.FRAUD_MANAGE, command.merchant_id)

    async def work(unit: FraudUnit) -> FraudRule:
        at = ports.clock.now()
        await ensure_author(unit, command.merchant_id)
        rule = new_rule(
            merchant_id=command.merchant_id,
            name=command.name,
            description=command.description or None,
            position=command.position,
            at=at,
            data={"action": command.action.value},
        )
        version = RuleVersion(
            rule_id=rule.id,
            merchant_id=rule.merchant_id,
            number=rule.latest,
            action=command.action,
            points=command.points,
            expression=command.expression,
            reason=command.reason,
            author_id=actor.id,
            author_name=actor.name,
            created_at=at,
        )
        await check_expression(ports, unit, rule.merchant_id, version.action, version.expression)
        saved = await unit.fraud_rules.add(rule, version)
        data = {"name": saved.name, "action": version.action.value, "reason": version.reason}
        await unit.audit.record(actor, "fraud.create_rule", "fraud_rule", saved.id, audited(saved.merchant_id), data)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "fraud_rule.create", work)
