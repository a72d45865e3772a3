"""Change a rule: what it says becomes another version, which does nothing yet; its name and place change at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import check_expression, keep_rule, rebuild
from domain.identity.permission import Permission
from domain.kernel.text import optional_text
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule import FraudRule, RuleAction, RuleVersion
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRule:
    """What is left out stays as it is; an empty `description` removes it. `points` belong to `action`, if it is given.

    `reason` says why, and is kept with the new version.
    """

    rule_id: UUID
    name: str | None = None
    description: str | None = None
    position: int | None = None
    action: RuleAction | None = None
    points: int | None = None
    expression: str | None = None
    reason: str | None = None


async def update_rule(ports: FraudPorts, actor: Actor, command: UpdateRule) -> FraudRule:
    """The rule afterwards; nothing is written when nothing changes.

    A published version goes on acting. Raises `NotFound`, `Forbidden`, `Invalid`, `ExpressionInvalid` and
    `Unavailable`.
    """
    optional_text(command.reason, ("reason",))

    async def work(unit: FraudUnit) -> FraudRule:
        at = ports.clock.now()
        rule = await unit.fraud_rules.for_update(command.rule_id)
        actor.require(Permission.FRAUD_MANAGE, rule.merchant_id)
        version = await _next_version(ports, unit, actor, rule, command, at)
        outside = _outside(rule, command)
        if version is None and not outside:
            return rule
        data: dict[str, JsonValue] = {**outside, "reason": command.reason}
        if version is None:
            changed = rule.amend(at, dict(outside), **outside)
        else:
            data |= {"version": version.number, "action": version.action.value}
            changed = rule.revise(at, {"action": version.action.value, **outside}, **outside)
        saved = await keep_rule(unit, actor, "update", changed, version, data)
        await rebuild(unit, saved.merchant_id, at)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "fraud_rule.update", work)


async def _next_version(
    ports: FraudPorts, unit: FraudUnit, actor: Actor, rule: FraudRule, command: UpdateRule, at: datetime
) -> RuleVersion | None:
    """One more version, if what the rule says changes."""
    former = await unit.fraud_rules.version(rule, rule.latest)
    said = {
        "action": command.action or former.action,
        "points": former.points if command.action is None and command.points is None else command.points,
        "expression": former.expression if command.expression is None else command.expression,
    }
    if said == {name: getattr(former, name) for name in said}:
        return None
    version = replace(
        former,
        **said,
        number=rule.latest + 1,
        reason=command.reason,
        author_id=actor.id,
        author_name=actor.name,
        created_at=at,
    )
    await check_expression(ports, unit, rule.merchant_id, version.action, version.expression)
    return version


def _outside(rule: FraudRule, command: UpdateRule) -> dict[str, JsonValue]:
    """What changes beside what it says."""
    wanted: dict[str, JsonValue] = {"name": command.name, "position": command.position}
    changes = {name: value for name, value in wanted.items() if value not in {None, getattr(rule, name)}}
    if command.description is not None and (command.description or None) != rule.description:
        changes["description"] = command.description or None
    return changes
