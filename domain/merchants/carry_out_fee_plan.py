"""Make a version of a fee plan that somebody else has approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.approvals.approval_request import ApprovalStatus
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.unit import in_unit
from domain.merchants.errors import FeePlanNotApproved, FeePlanOutdated, FeePlanTooLate
from domain.merchants.fee_plan_record import recorded_plan
from domain.merchants.fee_plan_version import FeePlanVersion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.merchants.ports import MerchantPorts, MerchantsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutFeePlan:
    """The operation that the approved request had claimed."""

    operation_id: UUID


async def carry_out_fee_plan(ports: MerchantPorts, actor: Actor, command: CarryOutFeePlan) -> FeePlanVersion:
    """The version, which holds from now on or from the moment that was asked for.

    Done once, however often called. What was posted stays as it is: the plan is looked at when money moves.

    Raises `NotFound`, `Forbidden`, `Unavailable`, `FeePlanNotApproved`, `FeePlanOutdated` when there is another version
    since it was asked for, and `FeePlanTooLate` when its moment has passed.
    """

    async def work(unit: MerchantsUnit) -> FeePlanVersion:
        # Read, not taken on trust: whoever calls this changes fees without the permission to.
        request = await _approved(unit, command.operation_id)
        actor.require(Permission.APPROVALS_DECIDE, request.merchant_id)
        merchant = await unit.merchants.for_update(request.subject_id)
        # Under the lock: what holds from now on was not in force for anything that is posted already.
        at = ports.clock.now()
        done = await unit.fee_plans.of_operation(merchant.id, request.operation_id)
        if done is not None:
            return done
        given: Mapping[str, Any] = request.command
        latest = await unit.fee_plans.latest(merchant.id)
        if latest != given["number"]:
            raise FeePlanOutdated
        begins = datetime.fromisoformat(given["effective_from"]) if given["effective_from"] else at
        if begins < at:
            raise FeePlanTooLate(begins)
        version = FeePlanVersion(
            merchant_id=merchant.id,
            number=latest + 1,
            plan=recorded_plan(given["plan"]),
            effective_from=begins,
            reason=given["reason"],
            operation_id=request.operation_id,
            requested_by=request.requested_by,
            approved_by=request.decided_by,
            created_at=at,
        )
        await unit.fee_plans.add(version)
        await unit.merchants.save(merchant.change_fee_plan(version.plan, begins, at))
        data = {
            "version": version.number,
            "effective_from": begins.isoformat(),
            "reason": version.reason,
            "requested_by": request.requested_by.name,
            "operation_id": str(request.operation_id),
        }
        await unit.audit.record(actor, "merchants.change_fee_plan", "merchant", merchant.id, merchant.id, data)
        await unit.commit()
        return version

    return await in_unit(ports.units, actor, "merchant.fee_plan", work)


async def _approved(unit: MerchantsUnit, operation_id: UUID) -> ApprovalRequest:
    request = await unit.approvals.of_operation(operation_id)
    if request is None:
        what = "The request for approval"
        raise NotFound(what)
    if request.status is not ApprovalStatus.APPROVED:
        raise FeePlanNotApproved(request.status.value)
    return request
