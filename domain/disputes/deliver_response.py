"""Beats two and three of an answer: hand it to the gateway with no transaction open, then record what it said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.record_response import RecordResponse, record_response
from domain.disputes.sending import request_of

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverResponse:
    """An answer whose intent is committed."""

    response: DisputeResponse


async def deliver_response(ports: DisputePorts, actor: Actor, command: DeliverResponse) -> DisputeResponse:
    """The answer after the gateway's first word, which may be that nobody knows.

    Raises `Unavailable` when the database or the storage of files is away: a job goes on with it then.
    """
    response = command.response
    request = await request_of(ports, actor, response)
    outcome = await ports.gateways.get(response.gateway).respond(request)
    return await record_response(ports, actor, RecordResponse(response_id=response.id, outcome=outcome))
