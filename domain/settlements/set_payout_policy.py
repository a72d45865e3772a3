"""Ask for another limit up to which payouts need no person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.asking import require_approval
from domain.approvals.proposal import Proposal
from domain.identity.permission import Permission, StaffRole
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit
from domain.settlements.payout_policy import policy_id

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from domain.settlements.payout_policy import PayoutPolicy
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPayoutPolicy:
    """Of its currency; zero has a person approve every payout. `reason` is for whoever approves it."""

    automatic_up_to: Money
    reason: str


async def set_payout_policy(ports: PayoutPorts, actor: Actor, command: SetPayoutPolicy) -> ApprovalRequest:
    """The request that another person of the payments company has to approve; nothing changes until then.

    Raises `Forbidden`, `Invalid` and `Unavailable`.
    """
    actor.require(Permission.PAYOUTS_WRITE, PLATFORM)
    clean_text(command.reason, ("reason",))
    if command.automatic_up_to.minor < 0:
        raise Invalid(("automaticUpTo",), "A limit is not less than zero; zero has a person approve every payout.")

    async def work(unit: PayoutUnit) -> ApprovalRequest:
        at = ports.clock.now()
        current = await unit.payout_policies.of(command.automatic_up_to.currency)
        proposal = _proposal(command, current, new_uuid(at))
        request = await require_approval(unit, actor, proposal, StaffRole.APPROVER, at)
        await unit.commit()
        return request

    return await in_unit(ports.units, actor, "payout_policy.set", work)


def _proposal(command: SetPayoutPolicy, current: PayoutPolicy | None, operation_id: UUID) -> Proposal:
    limit = command.automatic_up_to
    return Proposal(
        merchant_id=PLATFORM,
        action=ApprovalAction.SET_PAYOUT_POLICY,
        subject_type="payout_policy",
        subject_id=policy_id(limit.currency),
        operation_id=operation_id,
        # Whoever approves has looked at the policy as it is now: none that was set since is undone.
        command={
            "currency": limit.currency.code,
            "exponent": limit.currency.exponent,
            "automatic_up_to_minor": limit.minor,
            "version": current.version if current else 0,
            "reason": command.reason,
        },
    )
