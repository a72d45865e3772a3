"""By the clock: accept what merchants have said that they do not fight about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.beginning import keep_response
from domain.disputes.deliver_response import DeliverResponse, deliver_response
from domain.disputes.gateway import ResponseKind
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptByPolicy:
    """At most so many at a time."""

    limit: int = 50


async def accept_by_policy(ports: DisputePorts, actor: Actor, command: AcceptByPolicy) -> int:
    """How many were handed over as accepted; the policy is the approval.

    Disputes do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    tried.
    """

    async def acceptable(unit: DisputesUnit) -> list[UUID]:
        return await unit.dispute_queue.acceptable(ports.clock.now(), command.limit)

    accepted = 0
    errors: list[Exception] = []
    for dispute_id in await in_unit(ports.units, actor, "policy.find", acceptable):
        try:
            response = await _begin(ports, actor, dispute_id)
            if response is not None:
                await deliver_response(ports, actor, DeliverResponse(response=response))
                accepted += 1
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            errors.append(error)
    if errors:
        message = "some disputes could not be accepted"
        raise ExceptionGroup(message, errors)
    return accepted


async def _begin(ports: DisputePorts, actor: Actor, dispute_id: UUID) -> DisputeResponse | None:
    async def work(unit: DisputesUnit) -> DisputeResponse | None:
        at = ports.clock.now()
        dispute = await unit.disputes.for_update(dispute_id)
        policies = await unit.dispute_policies.of_merchant(dispute.merchant_id)
        if not any(policy.accepts(dispute) for policy in policies):
            return None
        response = await keep_response(unit, actor, dispute, new_uuid(at), ResponseKind.ACCEPT, at)
        await unit.commit()
        return response

    return await in_unit(ports.units, actor, "policy.accept", work)
