"""Ask for something to be given to a merchant, or taken from it, with its next settlement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.asking import require_approval
from domain.approvals.proposal import Proposal
from domain.identity.permission import Permission, StaffRole
from domain.kernel.errors import NotFound
from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.kernel.unit import in_unit
from domain.settlements.adjustment import ensure_adjustment

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.settlements.ports import SettlementPorts, SettlementUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustSettlement:
    """`amount` is positive for what the merchant is given; `reason` is for whoever approves it."""

    idempotency_key: str
    merchant_id: UUID
    amount: Money
    reason: str


async def adjust_settlement(ports: SettlementPorts, actor: Actor, command: AdjustSettlement) -> ApprovalRequest:
    """The request for approval, also for the same key again: nothing is posted before somebody else approves it.

    Raises `NotFound`, `Forbidden`, `Invalid` and `IdempotencyConflict`.
    """
    actor.require(Permission.SETTLEMENTS_WRITE, command.merchant_id)
    ensure_adjustment(command.amount, command.reason)

    async def work(unit: SettlementUnit) -> ApprovalRequest:
        at = ports.clock.now()
        merchant = await unit.merchants.get(command.merchant_id)
        adjustment_id = new_uuid(at)
        claim = KeyClaim(
            merchant_id=merchant.id,
            mutation="adjustSettlement",
            key=command.idempotency_key,
            input_hash=input_hash(command),
            payment_id=adjustment_id,
            operation_id=adjustment_id,
            claimed_at=at,
        )
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
            return await _asked(unit, earlier.operation_id)
        proposal = _proposal(command, adjustment_id)
        request = await require_approval(unit, actor, proposal, StaffRole.APPROVER, at)
        await unit.commit()
        return request

    return await in_unit(ports.units, actor, "settlement.adjust", work)


def _proposal(command: AdjustSettlement, adjustment_id: UUID) -> Proposal:
    return Proposal(
        merchant_id=command.merchant_id,
        action=ApprovalAction.ADJUST_SETTLEMENT,
        # A request's amount has no sign; the command says which way it goes.
        amount=Money(abs(command.amount.minor), command.amount.currency),
        subject_type="adjustment",
        subject_id=adjustment_id,
        operation_id=adjustment_id,
        command={"amount_minor": command.amount.minor, "reason": command.reason},
    )


async def _asked(unit: SettlementUnit, operation_id: UUID) -> ApprovalRequest:
    request = await unit.approvals.of_operation(operation_id)
    if request is None:
        what = "The request for approval"
        raise NotFound(what)
    return request
