"""Post an adjustment that somebody else has approved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.kernel.unit import in_unit
from domain.settlements.adjustment import SettlementAdjustment
from domain.settlements.errors import AdjustmentStateForbids
from domain.settlements.postings import adjustment_entry

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.settlements.ports import SettlementPorts, SettlementUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutAdjustment:
    """The operation that the approved request had claimed."""

    operation_id: UUID


async def carry_out_adjustment(
    ports: SettlementPorts, actor: Actor, command: CarryOutAdjustment
) -> SettlementAdjustment:
    """The adjustment, posted to `pending` for the next settlement; done once, however often called.

    Raises `NotFound`, `Forbidden`, `Unavailable`, and `AdjustmentStateForbids` for a request that is not approved.
    """

    async def work(unit: SettlementUnit) -> SettlementAdjustment:
        at = ports.clock.now()
        # Read, not taken on trust: whoever calls this adjusts without the permission to.
        request = await unit.approvals.of_operation(command.operation_id)
        if request is None:
            what = "The request for approval"
            raise NotFound(what)
        actor.require(Permission.APPROVALS_DECIDE, request.merchant_id)
        done = await unit.adjustments.find(request.merchant_id, request.subject_id)
        if done is not None:
            return done
        adjustment = _approved(request, new_uuid(at), at)
        entry = adjustment_entry(adjustment.merchant_id, adjustment.amount, adjustment.entry_id, at)
        # First what only one of two at once can add.
        await unit.adjustments.add(adjustment)
        await unit.ledger.post((entry,))
        data = {
            "amount_minor": adjustment.amount.minor,
            "currency": adjustment.amount.currency.code,
            "reason": adjustment.reason,
            "requested_by": adjustment.requested_by.name,
        }
        await unit.audit.record(actor, "settlements.adjust", "adjustment", adjustment.id, adjustment.merchant_id, data)
        await unit.commit()
        return adjustment

    return await in_unit(ports.units, actor, "settlement.carry_out_adjustment", work)


def _approved(request: ApprovalRequest, entry_id: UUID, at: datetime) -> SettlementAdjustment:
    if request.status is not ApprovalStatus.APPROVED or request.decided_by is None:
        rule = f"Only an approved adjustment can be carried out; this request is {request.status}."
        raise AdjustmentStateForbids(rule)
    minor, reason = request.command["amount_minor"], request.command["reason"]
    assert isinstance(minor, int), "the request was written by its own verb"
    assert isinstance(reason, str), "the request was written by its own verb"
    return SettlementAdjustment(
        id=request.subject_id,
        merchant_id=request.merchant_id,
        amount=Money(minor, request.money.currency),
        reason=reason,
        requested_by=request.requested_by,
        approved_by=request.decided_by,
        entry_id=entry_id,
        at=at,
    )
