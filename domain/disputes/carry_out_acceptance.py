"""Concede a dispute after somebody else has approved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus
from domain.disputes.beginning import keep_response
from domain.disputes.deliver_response import DeliverResponse, deliver_response
from domain.disputes.errors import AcceptanceRefused, AcceptanceUndecided, DisputeStateForbids
from domain.disputes.gateway import ResponseKind
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.unit import in_unit
from domain.payments.operation import OperationStatus

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutAcceptance:
    """The response that the approved request had claimed."""

    response_id: UUID


async def carry_out_acceptance(ports: DisputePorts, actor: Actor, command: CarryOutAcceptance) -> DisputeResponse:
    """The answer once the gateway has taken it. It is begun once, however often this is called.

    Raises `NotFound`, `Forbidden`, `DisputeStateForbids` (also when a later stage has begun since it was asked for),
    `AcceptanceRefused`, `AcceptanceUndecided` until the gateway has said something, and `Unavailable`.
    """
    response_id = command.response_id

    async def work(unit: DisputesUnit) -> tuple[DisputeResponse, bool]:
        request = await unit.approvals.of_operation(response_id)
        if request is None:
            what = "The request for approval"
            raise NotFound(what)
        # Read, not taken on trust: whoever calls this concedes money without the permission to.
        if request.status is not ApprovalStatus.APPROVED:
            raise DisputeStateForbids(f"Only an approved acceptance can be carried out; this one is {request.status}.")
        dispute = await unit.disputes.for_update(request.subject_id)
        actor.require(Permission.APPROVALS_DECIDE, dispute.merchant_id)
        try:
            return await unit.responses.get(response_id), True
        except NotFound:
            pass
        if dispute.stage.value != request.command["stage"] or dispute.amount_minor != request.money.minor:
            raise DisputeStateForbids("The dispute has gone on to another stage or amount; accept it anew.")
        response = await keep_response(unit, actor, dispute, response_id, ResponseKind.ACCEPT, ports.clock.now())
        await unit.commit()
        return response, False

    response, earlier = await in_unit(ports.units, actor, "accept.intent", work)
    if not earlier:
        response = await deliver_response(ports, actor, DeliverResponse(response=response))
    if response.open:
        raise AcceptanceUndecided
    if response.status is OperationStatus.FAILED:
        raise AcceptanceRefused(response.response_code)
    return response
