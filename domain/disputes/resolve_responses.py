"""Ask the gateways what became of answers whose outcome nobody knows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.record_response import RecordResponse, record_response
from domain.disputes.sending import request_of
from domain.kernel.unit import in_unit
from domain.payments.gateway import OutcomeKind

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveResponses:
    """At most so many at a time."""

    limit: int = 10


async def resolve_responses(ports: DisputePorts, actor: Actor, command: ResolveResponses) -> int:
    """How many answers were asked about; each one's next check is further away than the last.

    An answer that the gateway has never seen is handed over again under its own id, so it ends one way or the other
    and is taken once at most. What went wrong with some is raised as an `ExceptionGroup` once all were asked about.
    """

    async def lease(unit: DisputesUnit) -> list[DisputeResponse]:
        leased = await unit.responses.lease_due(ports.clock.now(), command.limit)
        await unit.commit()
        return leased

    leased = await in_unit(ports.units, actor, "resolve.lease", lease)
    errors: list[Exception] = []
    for ended in await asyncio.gather(*(_resolve(ports, actor, one) for one in leased), return_exceptions=True):
        if isinstance(ended, Exception):
            errors.append(ended)
        elif ended is not None:
            raise ended
    if errors:
        message = "some answers could not be resolved"
        raise ExceptionGroup(message, errors)
    return len(leased)


async def _resolve(ports: DisputePorts, actor: Actor, response: DisputeResponse) -> None:
    gateway = ports.gateways.get(response.gateway)
    # Without the contents of files: what was taken is known also while nobody can read them.
    outcome = await gateway.look_up_response(await request_of(ports, actor, response, contents=False))
    if outcome.kind is OutcomeKind.NOT_FOUND:
        if not await _still_open(ports, actor, response):
            return
        outcome = await gateway.respond(await request_of(ports, actor, response))
    await record_response(ports, actor, RecordResponse(response_id=response.id, outcome=outcome))


async def _still_open(ports: DisputePorts, actor: Actor, response: DisputeResponse) -> bool:
    """Whether nobody has concluded the answer since it was leased, under the dispute's lock."""

    async def work(unit: DisputesUnit) -> bool:
        await unit.disputes.for_update(response.dispute_id)
        return (await unit.responses.get(response.id)).open

    return await in_unit(ports.units, actor, "resolve.check", work)
