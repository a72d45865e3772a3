"""What an operator does from the command line before anyone can sign in."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.postgres.audit.store import AuditStore
from adapters.postgres.database import Database
from adapters.postgres.identity.unit import IdentityUnits
from app.refusal import Refused
from domain.identity import create_api_client as clients
from domain.identity import create_staff as staff
from domain.identity.actor import system_actor
from domain.identity.permission import CLIENT_SCOPES, Permission, StaffRole
from domain.kernel.clock import SystemClock
from domain.kernel.errors import DomainError
from domain.kernel.ids import Prefix, parse_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from app.settings import Settings
    from domain.identity.invitation import Invitation
    from domain.kernel.clock import Clock

_OPERATOR = system_actor("command line")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPorts:
    """What the verbs about people and machines run on."""

    units: IdentityUnits
    clock: Clock


async def create_staff(settings: Settings, email: str, role: str) -> Invitation:
    """Invite someone to the staff: the role is theirs at the next sign-in with this verified address.

    Raises `Refused` with what to do.
    """
    if role not in StaffRole.__members__:
        message = f"There is no role {role}; the roles are {', '.join(StaffRole)}."
        raise Refused(message)
    async with _ports(settings) as ports:
        return await staff.create_staff(ports, _OPERATOR, staff.CreateStaff(email=email, role=StaffRole(role)))


async def create_client(settings: Settings, name: str, merchant: str, scopes: Iterable[str]) -> tuple[str, str]:
    """Make a client of a merchant; returns its id and its secret, which is kept nowhere else.

    Raises `Refused` with what to do.
    """
    asked = list(scopes)
    if unknown := [scope for scope in asked if scope not in CLIENT_SCOPES]:
        message = f"A client cannot have {', '.join(unknown)}; the scopes are {', '.join(sorted(CLIENT_SCOPES))}."
        raise Refused(message)
    async with _ports(settings) as ports:
        command = clients.CreateApiClient(
            merchant_id=parse_id(Prefix.MERCHANT, merchant, ("merchant",)),
            name=name,
            scopes=frozenset(map(Permission, asked)),
        )
        created = await clients.create_api_client(ports, _OPERATOR, command)
    assert created.secret is not None, "a client without keys has a secret"
    return created.client.client_id, created.secret


@asynccontextmanager
async def _ports(settings: Settings) -> AsyncGenerator[IdentityPorts]:
    if settings.database_url is None:
        message = "There is no database; set DATABASE_URL."
        raise Refused(message)
    try:
        database = await Database.connect(settings.database_url, size=1)
        try:
            yield IdentityPorts(units=IdentityUnits(database, AuditStore), clock=SystemClock())
        finally:
            await database.close()
    except DomainError as error:
        raise Refused(error.message) from error
