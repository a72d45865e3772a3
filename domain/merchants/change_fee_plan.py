"""Ask for another fee plan of a merchant: a second person of staff always has to approve it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.asking import require_approval
from domain.approvals.proposal import Proposal
from domain.identity.permission import Permission, StaffRole
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit
from domain.merchants.charging import plan_at
from domain.merchants.fee_plan_record import plan_record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.merchants.fee_plan import FeePlan
    from domain.merchants.ports import MerchantPorts, MerchantsUnit

FURTHEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFeePlan:
    """The whole plan, in the place of the one there is; `effective_from` None: as soon as it is approved.

    `reason` is for whoever approves it, and is kept with the version.
    """

    merchant_id: UUID
    plan: FeePlan
    effective_from: datetime | None = None
    reason: str


async def change_fee_plan(ports: MerchantPorts, actor: Actor, command: ChangeFeePlan) -> ApprovalRequest:
    """The request that somebody else has to approve; until then nothing changes.

    Staff only. Raises `Forbidden`, `NotFound`, `Unavailable`, and `Invalid` for a moment that is over or too far away,
    and for a plan that is none or the one that there is.
    """
    if Permission.FEES_MANAGE not in actor.everywhere:
        raise Forbidden(Permission.FEES_MANAGE)
    clean_text(command.reason, ("reason",))
    command.plan.check_new()

    async def work(unit: MerchantsUnit) -> ApprovalRequest:
        at = ports.clock.now()
        begins = command.effective_from
        if begins is not None and not at < begins <= at + FURTHEST:
            raise Invalid(("effectiveFrom",), "A plan begins in the future, and within two years; or leave it out.")
        merchant = await unit.merchants.for_update(command.merchant_id)
        current = await plan_at(unit.fee_plans, merchant, begins or at)
        if current == command.plan and not merchant.next_fee_plans:
            raise Invalid(("feeRates",), "This is the merchant's plan already.")
        proposal = Proposal(
            merchant_id=merchant.id,
            action=ApprovalAction.CHANGE_FEE_PLAN,
            subject_type="merchant",
            subject_id=merchant.id,
            operation_id=new_uuid(at),
            # Whoever approves compares with the plan as it is: a change that was approved meanwhile makes this void.
            command={
                "number": await unit.fee_plans.latest(merchant.id),
                "current": plan_record(current),
                "plan": plan_record(command.plan),
                "effective_from": None if begins is None else begins.isoformat(),
                "reason": command.reason,
            },
        )
        request = await require_approval(unit, actor, proposal, StaffRole.APPROVER, at)
        await unit.commit()
        return request

    return await in_unit(ports.units, actor, "merchant.change_fee_plan", work)
