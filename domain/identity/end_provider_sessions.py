"""The provider says that a person signed out there: our sessions of it end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.identity.actor import Actor, Realm
    from domain.identity.ports import PeoplePorts, PeopleUnit
    from domain.identity.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProviderSessions:
    """The provider's session (`provider_sid`), or without one all sessions of `subject`."""

    realm: Realm
    issuer: str
    subject: str | None
    provider_sid: str | None


async def end_provider_sessions(ports: PeoplePorts, actor: Actor, command: EndProviderSessions) -> list[Session]:
    """End them; those of another realm go on, since it is another client of the provider's. `actor` is the system.

    Nobody's session, or one that has ended, is no error: the provider cannot know. Raises `Contention`.
    """

    async def work(unit: PeopleUnit) -> list[Session]:
        now = ports.clock.now()
        ended = [session.end(now) for session in await _named(unit, command)]
        for session in ended:
            await unit.sessions.save(session)
            await unit.audit.record(
                actor=actor,
                action="session.ended_by_provider",
                subject_type="session",
                subject_id=session.id,
                merchant_id=None,
                data={"realm": command.realm.value, "issuer": command.issuer},
            )
        await unit.commit()
        return ended

    return await in_unit(ports.units, actor, "identity.end_provider_sessions", work)


async def _named(unit: PeopleUnit, command: EndProviderSessions) -> list[Session]:
    if command.provider_sid is not None:
        found = await unit.sessions.of_provider(command.issuer, command.provider_sid)
        return [session for session in found if session.realm is command.realm]
    if command.subject is None:
        return []
    user = await unit.users.by_identity(command.realm, command.issuer, command.subject)
    return [] if user is None else await unit.sessions.of_user(user.id)
