"""One merchant and the platform writing rules, and payments that are judged by them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.approved_actions import ActionTable, approved_publications, approved_refunds
from app.screening import FraudScreening
from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalRequest
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.ports import ApprovalPorts
from domain.approvals.set_approval_policy import SetApprovalPolicy, set_approval_policy
from domain.fraud.add_list_entries import AddListEntries, add_list_entries
from domain.fraud.create_rule import CreateRule, create_rule
from domain.fraud.disable_rule import DisableRule, disable_rule
from domain.fraud.ports import FraudPorts
from domain.fraud.publish_rule import PublishRule, publish_rule
from domain.fraud.rule import FraudRule, RuleAction
from domain.fraud.rule_set import RuleSet, ScorePolicy
from domain.fraud.rule_shelf import RuleShelf
from domain.fraud.set_score_policy import SetScorePolicy, set_score_policy
from domain.fraud.shadow_rule import ShadowRule, shadow_rule
from domain.fraud.update_rule import UpdateRule, update_rule
from domain.kernel.ids import PLATFORM
from tests.builders.identity import a_staff_actor
from tests.fakes.desk import JOBS
from tests.fakes.rule_language import StandInLanguage

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.listing import RowResult
    from domain.identity.actor import Actor, Role
    from tests.fakes.desk import Desk


class FraudDesk:
    """Beside the desk of payments, whose payments are judged by these rules. Staff write the platform's rules."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actor = desk.actor
        self.staff = a_staff_actor()
        self.other_staff = a_staff_actor()
        self.language = StandInLanguage()
        self.screening = FraudScreening(self.language, RuleShelf())
        desk.ports = replace(desk.ports, screening=self.screening)
        self.ports = FraudPorts(
            clock=desk.clock,
            units=desk.ports.units,  # pyright: ignore[reportArgumentType] - the units of all contexts
            language=self.language,
            shelf=self.screening.shelf,
            payments=desk.ports,
        )
        actions = ActionTable(approved_refunds(desk.ports) | approved_publications(self.ports))
        self.approvals = ApprovalPorts(clock=desk.clock, units=desk.ports.units, actions=actions)

    def author(self, merchant_id: UUID) -> Actor:
        """Who writes the rules of an author."""
        return self.staff if merchant_id == PLATFORM else self.actor

    async def create(self, expression: str = "true", actor: Actor | None = None, **more: Any) -> FraudRule:
        """A draft that would review everything, the merchant's unless told otherwise."""
        values: dict[str, Any] = {
            "merchant_id": self.desk.merchant.id,
            "name": "A rule",
            "action": RuleAction.REVIEW,
            "expression": expression,
        }
        command = CreateRule(**{**values, **more})
        return await create_rule(self.ports, actor or self.author(command.merchant_id), command)

    async def update(self, rule: FraudRule, actor: Actor | None = None, **changes: Any) -> FraudRule:
        """Change it."""
        command = UpdateRule(rule_id=rule.id, **changes)
        return await update_rule(self.ports, actor or self.author(rule.merchant_id), command)

    async def shadow(self, rule: FraudRule, actor: Actor | None = None, **more: Any) -> FraudRule:
        """Try it."""
        command = ShadowRule(rule_id=rule.id, **more)
        return await shadow_rule(self.ports, actor or self.author(rule.merchant_id), command)

    async def publish(self, rule: FraudRule, actor: Actor | None = None, **more: Any) -> FraudRule:
        """Let it act."""
        published = await self._publish(rule, actor, **more)
        assert isinstance(published, FraudRule), published
        return published

    async def ask_to_publish(self, rule: FraudRule, actor: Actor | None = None, **more: Any) -> ApprovalRequest:
        """The same where it needs approval."""
        request = await self._publish(rule, actor, **more)
        assert isinstance(request, ApprovalRequest), request
        return request

    async def _publish(self, rule: FraudRule, actor: Actor | None, **more: Any) -> FraudRule | ApprovalRequest:
        values: dict[str, Any] = {"rule_id": rule.id, "reason": "It was tried long enough"}
        command = PublishRule(**{**values, **more})
        return await publish_rule(self.ports, actor or self.author(rule.merchant_id), command)

    async def published(self, expression: str = "true", **more: Any) -> FraudRule:
        """A rule that acts."""
        return await self.publish(await self.create(expression, **more))

    async def disable(self, rule: FraudRule, actor: Actor | None = None, reason: str = "It does harm") -> FraudRule:
        """Stop it."""
        command = DisableRule(rule_id=rule.id, reason=reason)
        return await disable_rule(self.ports, actor or self.author(rule.merchant_id), command)

    async def set_policy(self, merchant_id: UUID, actor: Actor | None = None, **more: int | None) -> RuleSet:
        """How many points are too many."""
        command = SetScorePolicy(merchant_id=merchant_id, policy=ScorePolicy(**more), reason="As agreed")
        return await set_score_policy(self.ports, actor or self.author(merchant_id), command)

    async def put(self, list_name: str, *values: str, actor: Actor | None = None, **more: Any) -> list[RowResult]:
        """Put values on a list, the merchant's unless told otherwise."""
        given: dict[str, Any] = {
            "merchant_id": self.desk.merchant.id,
            "list_name": list_name,
            "values": values,
            "reason": "Seen in March",
        }
        command = AddListEntries(**{**given, **more})
        return await add_list_entries(self.ports, actor or self.author(command.merchant_id), command)

    async def want_approval(self, merchant_id: UUID, role: Role | None = None) -> None:
        """Publications of an author need approval from now on."""
        command = SetApprovalPolicy(merchant_id=merchant_id, action=ApprovalAction.PUBLISH_FRAUD_RULE, role=role)
        await set_approval_policy(self.approvals, self.staff, command)

    async def approve(self, request: ApprovalRequest, actor: Actor | None = None) -> ApprovalRequest:
        """Somebody else says yes."""
        other = self.other_staff if request.merchant_id == PLATFORM else self.desk.approver
        return await approve_request(self.approvals, actor or other, ApproveRequest(request_id=request.id))

    async def in_force(self, merchant_id: UUID) -> RuleSet:
        """The author's newest rule set."""
        async with self.ports.units.begin(JOBS, "desk") as unit:
            return await unit.rule_sets.current(merchant_id)
