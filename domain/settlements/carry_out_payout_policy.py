"""Set the limit up to which payouts need no person, after somebody else has approved that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.errors import ApproverIsNoPerson
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM
from domain.kernel.money import Currency, Money
from domain.kernel.unit import in_unit
from domain.settlements.payout_errors import PayoutPolicyChanged
from domain.settlements.payout_policy import PayoutPolicy

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutPayoutPolicy:
    """The operation that the approved request had claimed."""

    operation_id: UUID


async def carry_out_payout_policy(ports: PayoutPorts, actor: Actor, command: CarryOutPayoutPolicy) -> PayoutPolicy:
    """The policy; done once, however often called.

    Raises `NotFound`, `Forbidden`, `PayoutPolicyChanged` for a request that is not approved or that another has
    overtaken, and `Unavailable`.
    """

    async def work(unit: PayoutUnit) -> PayoutPolicy:
        # Read, not taken on trust: whoever calls this sets a policy without the permission to.
        request = await unit.approvals.of_operation(command.operation_id)
        if request is None:
            what = "The request for approval"
            raise NotFound(what)
        actor.require(Permission.APPROVALS_DECIDE, PLATFORM)
        wanted = _wanted(request, ports.clock.now())
        current = await unit.payout_policies.of(wanted.automatic_up_to.currency)
        if current is not None and current.operation_id == request.operation_id:
            return current
        if request.status is not ApprovalStatus.APPROVED or (current.version if current else 0) + 1 != wanted.version:
            raise PayoutPolicyChanged
        await unit.payout_policies.put(wanted)
        data = {name: request.command[name] for name in ("currency", "automatic_up_to_minor", "reason")}
        more = {"operation_id": str(request.operation_id), "requested_by": request.requested_by.name}
        await unit.audit.record(
            actor, "payout_policies.set", "payout_policy", request.subject_id, None, {**data, **more}
        )
        await unit.commit()
        return wanted

    return await in_unit(ports.units, actor, "payout_policy.carry_out", work)


def _wanted(request: ApprovalRequest, at: datetime) -> PayoutPolicy:
    if request.decided_by is None:
        raise ApproverIsNoPerson
    command = cast("dict[str, int]", request.command)
    currency = Currency(cast("str", request.command["currency"]), command["exponent"])
    return PayoutPolicy(
        automatic_up_to=Money(command["automatic_up_to_minor"], currency),
        operation_id=request.operation_id,
        requested_by=request.requested_by,
        approved_by=request.decided_by,
        updated_at=at,
        version=command["version"] + 1,
    )
