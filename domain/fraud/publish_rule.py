"""Let a version of a rule act, or ask for the approval that this needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.asking import ask_for_approval
from domain.approvals.proposal import Proposal
from domain.fraud.changing_rules import check_expression, keep_rule, rebuild
from domain.identity.permission import Permission
from domain.kernel.ids import new_uuid
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule import FraudRule, RuleVersion
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRule:
    """Which version; the newest when it is left out. `reason` says why, also to whoever has to approve it."""

    rule_id: UUID
    version: int | None = None
    reason: str


async def publish_rule(ports: FraudPorts, actor: Actor, command: PublishRule) -> FraudRule | ApprovalRequest:
    """The rule, of which the version acts from now on in the place of the one that did.

    Where a policy of the author wants this approved, nothing changes: the answer is the request for approval.

    Raises `NotFound`, `Forbidden`, `Invalid` (also for more rules than are evaluated at once), `ExpressionInvalid` when
    it compiles no more, `FraudRuleStateForbids`, `TransitionNotAllowed` and `Unavailable`.
    """
    clean_text(command.reason, ("reason",))

    async def work(unit: FraudUnit) -> FraudRule | ApprovalRequest:
        at = ports.clock.now()
        rule = await unit.fraud_rules.for_update(command.rule_id)
        actor.require(Permission.FRAUD_MANAGE, rule.merchant_id)
        version = await unit.fraud_rules.version(rule, command.version or rule.latest)
        await check_expression(ports, unit, rule.merchant_id, version.action, version.expression)
        published = rule.publish(version.number, at, {"reason": command.reason})
        request = await ask_for_approval(unit, actor, _proposal(rule, version, command.reason, at), at)
        if request is not None:
            await unit.commit()
            return request
        data = {"version": version.number, "reason": command.reason}
        saved = await keep_rule(unit, actor, "publish", published, None, data)
        await rebuild(unit, saved.merchant_id, at)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "fraud_rule.publish", work)


def _proposal(rule: FraudRule, version: RuleVersion, reason: str, at: datetime) -> Proposal:
    return Proposal(
        merchant_id=rule.merchant_id,
        action=ApprovalAction.PUBLISH_FRAUD_RULE,
        subject_type="fraud_rule",
        subject_id=rule.id,
        operation_id=new_uuid(at),
        # Whoever approves has looked at the rule as it acts now: nothing that was published or stopped since is undone.
        command={"version": version.number, "releases": rule.releases, "reason": reason},
    )
