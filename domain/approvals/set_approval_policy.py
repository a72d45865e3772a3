"""Say from which amount on an action needs a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_action import WITHOUT_AMOUNT
from domain.approvals.approval_policy import ApprovalPolicy, ensure_optional
from domain.approvals.errors import StaffPolicy
from domain.identity.actor import Realm
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM
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
    """`threshold` is in `currency`; None: no such amount needs approval. `role` None: anybody who may decide.

    An action without an amount has neither: it needs approval if `required`. `merchant_id` is `PLATFORM` for what
    concerns all merchants.
    """

    merchant_id: UUID
    action: ApprovalAction
    currency: Currency | None = None
    threshold: Money | None = None
    role: Role | None = None
    required: bool = True


async def set_approval_policy(ports: ApprovalPorts, actor: Actor, command: SetApprovalPolicy) -> ApprovalPolicy | None:
    """The policy as it is from now on, none when it was removed. Requests that were made before stay as they are.

    Raises `Invalid`, `NotFound`, `Forbidden`, `StaffPolicy` when a merchant's person touches what staff have to
    approve, and `Unavailable`.
    """
    actor.require(Permission.APPROVALS_WRITE, command.merchant_id)
    ensure_optional(command.action)
    if (command.action in WITHOUT_AMOUNT) != (command.currency is None):
        rule = "has no amount, so leave the currency out" if command.currency else "needs the currency of its amounts"
        raise Invalid(("currency",), f"{command.action} {rule}.")
    policy = _policy(command)

    async def work(unit: ApprovalsUnit) -> ApprovalPolicy | None:
        await unit.approval_policies.lock(command.merchant_id)
        known = await unit.approval_policies.of(command.merchant_id, command.action)
        former = next((one for one in known if _currency(one) == command.currency), None)
        if actor.realm is not Realm.STAFF and any(one is not None and one.of_staff for one in (former, policy)):
            raise StaffPolicy
        if policy is not None:
            await unit.approval_policies.put(policy)
        else:
            await unit.approval_policies.remove(command.merchant_id, command.action, command.currency)
        concerned = None if command.merchant_id == PLATFORM else command.merchant_id
        await unit.audit.record(
            actor, "approvals.set_policy", "merchant", concerned, concerned, _audited(command, policy)
        )
        await unit.commit()
        return policy

    return await in_unit(ports.units, actor, "approval.policy", work)


def _policy(command: SetApprovalPolicy) -> ApprovalPolicy | None:
    if not command.required or (command.threshold is None and command.action not in WITHOUT_AMOUNT):
        return None
    return ApprovalPolicy(
        merchant_id=command.merchant_id, action=command.action, threshold=command.threshold, role=command.role
    )


def _currency(policy: ApprovalPolicy) -> Currency | None:
    return None if policy.threshold is None else policy.threshold.currency


def _audited(command: SetApprovalPolicy, policy: ApprovalPolicy | None) -> dict[str, JsonValue]:
    return {
        "action": command.action.value,
        "currency": command.currency and command.currency.code,
        "threshold_minor": command.threshold and command.threshold.minor,
        "role": command.role and command.role.value,
        "required": policy is not None,
    }
