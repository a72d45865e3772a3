"""See whether an expression could be a rule, and what it would ask for; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import check_expression, ensure_author
from domain.identity.permission import Permission
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.expression import Needs
    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule import RuleAction
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """An author's rule: the platform's when `merchant_id` is `PLATFORM`."""

    merchant_id: UUID
    action: RuleAction
    expression: str


async def check_rule(ports: FraudPorts, actor: Actor, command: CheckRule) -> Needs:
    """What it needs. Raises `NotFound`, `Forbidden`, `Invalid`, `ExpressionInvalid` and `Unavailable`."""
    actor.require(Permission.FRAUD_READ, command.merchant_id)

    async def work(unit: FraudUnit) -> Needs:
        await ensure_author(unit, command.merchant_id)
        return await check_expression(ports, unit, command.merchant_id, command.action, command.expression)

    return await in_unit(ports.units, actor, "fraud_rule.check", work)
