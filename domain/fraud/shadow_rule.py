"""Try a rule on the payments that come, without letting it act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import check_expression, keep_rule, rebuild
from domain.identity.permission import Permission
from domain.kernel.text import optional_text
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule import FraudRule
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowRule:
    """Which version; the newest when it is left out."""

    rule_id: UUID
    version: int | None = None
    reason: str | None = None


async def shadow_rule(ports: FraudPorts, actor: Actor, command: ShadowRule) -> FraudRule:
    """The rule, of which the version is evaluated and recorded from now on; a published one goes on acting.

    Raises `NotFound`, `Forbidden`, `Invalid`, `ExpressionInvalid` when it compiles no more, `FraudRuleStateForbids`,
    `TransitionNotAllowed` and `Unavailable`.
    """
    optional_text(command.reason, ("reason",))

    async def work(unit: FraudUnit) -> FraudRule:
        at = ports.clock.now()
        rule = await unit.fraud_rules.for_update(command.rule_id)
        actor.require(Permission.FRAUD_MANAGE, rule.merchant_id)
        version = await unit.fraud_rules.version(rule, command.version or rule.latest)
        await check_expression(ports, unit, rule.merchant_id, version.action, version.expression)
        data = {"version": version.number, "reason": command.reason}
        saved = await keep_rule(unit, actor, "shadow", rule.try_out(version.number, at), None, data)
        await rebuild(unit, saved.merchant_id, at)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "fraud_rule.shadow", work)
