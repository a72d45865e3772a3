"""Create a client that calls the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.api_client import ApiClient, ClientAuthMethod, ClientStatus
from domain.identity.permission import Permission
from domain.identity.secret import digest, new_secret
from domain.kernel.errors import Forbidden
from domain.kernel.ids import new_uuid
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.identity.ports import ClientPorts, ClientsUnit
    from domain.kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApiClient:
    """`merchant_id` None makes a client of the platform. `jwks` is for private_key_jwt, and for nothing else."""

    merchant_id: UUID | None
    name: str
    scopes: frozenset[Permission]
    auth_method: ClientAuthMethod = ClientAuthMethod.SECRET_BASIC
    jwks: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedApiClient:
    """The client, and its secret for the only time (None for a client that signs assertions)."""

    client: ApiClient
    secret: str | None


async def create_api_client(ports: ClientPorts, actor: Actor, command: CreateApiClient) -> CreatedApiClient:
    """Keep a client with at most the permissions that its maker has there.

    Raises `NotFound` or `Forbidden` (team:write, and each scope), `Invalid` for a name, scopes or keys that cannot be.
    """
    _require(actor, command)
    signs = command.auth_method is ClientAuthMethod.PRIVATE_KEY_JWT
    secret = None if signs else new_secret()
    now = ports.clock.now()
    client = ApiClient(
        id=new_uuid(now),
        merchant_id=command.merchant_id,
        name=clean_text(command.name, ("name",), longest=100),
        scopes=command.scopes,
        auth_method=command.auth_method,
        status=ClientStatus.ACTIVE,
        created_at=now,
        secret_hash=None if secret is None else digest(secret),
        jwks=command.jwks,
    )

    async def work(unit: ClientsUnit) -> CreatedApiClient:
        await unit.api_clients.add(client)
        await unit.audit.record(
            actor=actor,
            action="api_client.created",
            subject_type="api_client",
            subject_id=client.id,
            merchant_id=client.merchant_id,
            data={"name": client.name, "scopes": [*sorted(client.scopes)], "authMethod": client.auth_method.value},
        )
        await unit.commit()
        return CreatedApiClient(client=client, secret=secret)

    return await in_unit(ports.units, actor, "identity.create_api_client", work)


def _require(actor: Actor, command: CreateApiClient) -> None:
    for permission in (Permission.TEAM_WRITE, *sorted(command.scopes)):
        if command.merchant_id is not None:
            actor.require(permission, command.merchant_id)
        elif permission not in actor.everywhere:
            raise Forbidden(permission)
