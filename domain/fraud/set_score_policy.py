"""Say from how many points on an author's payments are reviewed, and blocked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import audited, ensure_author, rebuild
from domain.identity.permission import Permission
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule_set import RuleSet, ScorePolicy
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SetScorePolicy:
    """For the payments of a merchant, or of all of them when it is `PLATFORM`; `reason` says why."""

    merchant_id: UUID
    policy: ScorePolicy
    reason: str


async def set_score_policy(ports: FraudPorts, actor: Actor, command: SetScorePolicy) -> RuleSet:
    """What is in force from now on. Raises `NotFound`, `Forbidden`, `Invalid` and `Unavailable`."""
    actor.require(Permission.FRAUD_MANAGE, command.merchant_id)
    clean_text(command.reason, ("reason",))

    async def work(unit: FraudUnit) -> RuleSet:
        await ensure_author(unit, command.merchant_id)
        rule_set = await rebuild(unit, command.merchant_id, ports.clock.now(), command.policy)
        data = {
            "review_at": command.policy.review_at,
            "block_at": command.policy.block_at,
            "revision": rule_set.revision,
            "reason": command.reason,
        }
        concerned = audited(command.merchant_id)
        await unit.audit.record(actor, "fraud.set_score_policy", "merchant", concerned, concerned, data)
        await unit.commit()
        return rule_set

    return await in_unit(ports.units, actor, "fraud_rule.policy", work)
