"""Stop a rule at once: neither acting nor tried any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import keep_rule, rebuild
from domain.identity.permission import Permission
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule import FraudRule
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableRule:
    """`reason` is for whoever wonders later."""

    rule_id: UUID
    reason: str


async def disable_rule(ports: FraudPorts, actor: Actor, command: DisableRule) -> FraudRule:
    """The disabled rule. It needs no approval, so that a rule that does harm can be stopped by whoever sees it.

    Raises `NotFound`, `Forbidden`, `Invalid`, `TransitionNotAllowed` and `Unavailable`.
    """
    clean_text(command.reason, ("reason",))

    async def work(unit: FraudUnit) -> FraudRule:
        at = ports.clock.now()
        rule = await unit.fraud_rules.for_update(command.rule_id)
        actor.require(Permission.FRAUD_MANAGE, rule.merchant_id)
        data = {"version": rule.published, "reason": command.reason}
        saved = await keep_rule(unit, actor, "disable", rule.disable(at, command.reason), None, data)
        await rebuild(unit, saved.merchant_id, at)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "fraud_rule.disable", work)
