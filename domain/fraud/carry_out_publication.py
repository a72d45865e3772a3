"""Let a version of a rule act after somebody else has approved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus
from domain.fraud.changing_rules import check_expression, keep_rule, rebuild
from domain.fraud.errors import FraudRuleStateForbids
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule import FraudRule
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutPublication:
    """The operation that the approved request had claimed."""

    operation_id: UUID


async def carry_out_publication(ports: FraudPorts, actor: Actor, command: CarryOutPublication) -> FraudRule:
    """The rule with the approved version acting, also when there are newer versions.

    Done once, however often called: whatever became of the rule since, it is answered as it is.

    Raises `NotFound`, `Forbidden`, `Invalid`, `ExpressionInvalid`, `TransitionNotAllowed`, `Unavailable`, and
    `FraudRuleStateForbids` for a request that is not approved, and when a version was published, or the rule disabled,
    since it was made.
    """

    async def work(unit: FraudUnit) -> FraudRule:
        at = ports.clock.now()
        # Read, not taken on trust: whoever calls this publishes without the permission to.
        request = await _approved(unit, command.operation_id)
        actor.require(Permission.APPROVALS_DECIDE, request.merchant_id)
        rule = await unit.fraud_rules.for_update(request.subject_id)
        number = _number(request.command["version"])
        # A rule that was disabled afterwards stays so: done is done, also for a job that was not told.
        if rule.published == number or await unit.fraud_rules.was_published(rule, request.operation_id):
            return rule
        if rule.releases != request.command["releases"]:
            raise FraudRuleStateForbids("The rule was published or disabled since this was asked for; ask anew.")
        version = await unit.fraud_rules.version(rule, number)
        await check_expression(ports, unit, rule.merchant_id, version.action, version.expression)
        told = {"reason": request.command["reason"], "operation_id": str(request.operation_id)}
        data = {"version": number, **told, "requested_by": request.requested_by.name}
        saved = await keep_rule(unit, actor, "publish", rule.publish(number, at, told), None, data)
        await rebuild(unit, saved.merchant_id, at)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "fraud_rule.publish", work)


async def _approved(unit: FraudUnit, operation_id: UUID) -> ApprovalRequest:
    request = await unit.approvals.of_operation(operation_id)
    if request is None:
        what = "The request for approval"
        raise NotFound(what)
    if request.status is not ApprovalStatus.APPROVED:
        rule = f"Only an approved publication can be carried out; this request is {request.status}."
        raise FraudRuleStateForbids(rule)
    return request


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
