"""Shut a client out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.identity.api_client import ApiClient
    from domain.identity.ports import ClientPorts, ClientsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableApiClient:
    """Which client."""

    client_id: UUID


async def disable_api_client(ports: ClientPorts, actor: Actor, command: DisableApiClient) -> ApiClient:
    """Refuse it new tokens at once, and the tokens that it has within a second.

    Raises `NotFound`, `Forbidden` (team:write), `TransitionNotAllowed` when it was disabled before.
    """

    async def work(unit: ClientsUnit) -> ApiClient:
        client = await unit.api_clients.get(command.client_id)
        if client is None or (client.merchant_id is None and not actor.everywhere):
            what = "The API client"
            raise NotFound(what, ("clientId",))
        if client.merchant_id is not None:
            actor.require(Permission.TEAM_WRITE, client.merchant_id)
        elif Permission.TEAM_WRITE not in actor.everywhere:
            raise Forbidden(Permission.TEAM_WRITE)
        disabled = client.disable()
        await unit.api_clients.save(disabled)
        await unit.audit.record(
            actor=actor,
            action="api_client.disabled",
            subject_type="api_client",
            subject_id=client.id,
            merchant_id=client.merchant_id,
            data={"name": client.name},
        )
        await unit.commit()
        return disabled

    return await in_unit(ports.units, actor, "identity.disable_api_client", work)
