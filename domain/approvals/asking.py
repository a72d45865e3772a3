"""How a verb of a higher context asks for approval, in the transaction of its own intent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.approvals.approval_policy import policy_for
from domain.approvals.approval_request import new_request

if TYPE_CHECKING:
    from datetime import datetime

    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.ports import ApprovalsUnit
    from domain.approvals.proposal import Proposal
    from domain.identity.actor import Actor, Role


async def ask_for_approval(
    unit: ApprovalsUnit, actor: Actor, proposal: Proposal, at: datetime
) -> ApprovalRequest | None:
    """The request that the merchant's policies want for this, added to the unit; nothing when they want none.

    Whoever gets a request commits and does nothing else: what was asked for is done when somebody approves it.
    """
    policies = await unit.approval_policies.of(proposal.merchant_id, proposal.action)
    policy = policy_for(policies, proposal.action, proposal.amount)
    if policy is None:
        return None
    return await require_approval(unit, actor, proposal, policy.role, at)


async def require_approval(
    unit: ApprovalsUnit, actor: Actor, proposal: Proposal, role: Role | None, at: datetime
) -> ApprovalRequest:
    """A request that somebody of the role has to approve, whatever the policies say; None: whoever may decide there."""
    request = await unit.approvals.add(new_request(proposal, role, actor, at))
    data = {
        "action": request.action.value,
        "amount_minor": request.amount and request.amount.minor,
        "currency": request.amount and request.amount.currency.code,
        "operation_id": str(request.operation_id),
    }
    await unit.audit.record(actor, "approvals.request", "approval_request", request.id, request.concerns, data)
    return request
