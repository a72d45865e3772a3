"""Say from which amount on an action of a merchant needs a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_policy import ApprovalPolicy
from domain.approvals.errors import StaffPolicy
from domain.identity.actor import Realm
from domain.identity.permission import Permission
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_action import ApprovalAction
    from domain.approvals.ports import ApprovalPorts, ApprovalsUnit
    from domain.identity.actor import Actor, Role
    from domain.kernel.events import JsonValue
    from domain.kernel.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SetApprovalPolicy:
    """`threshold` is in `currency`; None: no such amount needs approval. `role` None: anybody who may decide."""

    merchant_id: UUID
    action: ApprovalAction
    currency: Currency
    threshold: Money | None
    role: Role | None = None


async def set_approval_policy(ports: ApprovalPorts, actor: Actor, command: SetApprovalPolicy) -> ApprovalPolicy | None:
    """The policy as it is from now on, none when it was removed. Requests that were made before stay as they are.

    Raises `Invalid`, `NotFound`, `Forbidden`, `StaffPolicy` when a merchant's person touches what staff have to
    approve, and `Unavailable`.
    """
    actor.require(Permission.APPROVALS_WRITE, command.merchant_id)
    policy = _policy(command)

    async def work(unit: ApprovalsUnit) -> ApprovalPolicy | None:
        await unit.approval_policies.lock(command.merchant_id)
        known = await unit.approval_policies.of(command.merchant_id, command.action)
        former = next((one for one in known if one.threshold.currency == command.currency), None)
        if actor.realm is not Realm.STAFF and any(one is not None and one.of_staff for one in (former, policy)):
            raise StaffPolicy
        if policy is not None:
            await unit.approval_policies.put(policy)
        else:
            await unit.approval_policies.remove(command.merchant_id, command.action, command.currency)
        await unit.audit.record(
            actor, "approvals.set_policy", "merchant", command.merchant_id, command.merchant_id, _audited(command)
        )
        await unit.commit()
        return policy

    return await in_unit(ports.units, actor, "approval.policy", work)


def _policy(command: SetApprovalPolicy) -> ApprovalPolicy | None:
    if command.threshold is None:
        return None
    return ApprovalPolicy(
        merchant_id=command.merchant_id, action=command.action, threshold=command.threshold, role=command.role
    )


def _audited(command: SetApprovalPolicy) -> dict[str, JsonValue]:
    return {
        "action": command.action.value,
        "currency": command.currency.code,
        "threshold_minor": None if command.threshold is None else command.threshold.minor,
        "role": None if command.role is None else command.role.value,
    }
