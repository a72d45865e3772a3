"""End a session: the person's own, or a member's of the team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.actor import ActorKind, system_actor
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.identity.ports import PeoplePorts, PeopleUnit
    from domain.identity.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeSession:
    """Which session."""

    session_id: UUID


async def revoke_session(ports: PeoplePorts, actor: Actor, command: RevokeSession) -> Session:
    """End it; ending it again changes nothing.

    People end their own; the system and staff who manage teams end anyone's. An owner of a merchant does not: the
    session of a person who belongs to several merchants is not one merchant's to end.

    Raises `NotFound` for another's session.
    """

    async def work(unit: PeopleUnit) -> Session:
        session = await unit.sessions.get(command.session_id)
        if session is None or not _may_end(actor, session):
            what = "The session"
            raise NotFound(what, ("sessionId",))
        ended = session.end(ports.clock.now())
        if ended is not session:
            await unit.sessions.save(ended)
            await unit.audit.record(
                actor=actor,
                action="session.ended",
                subject_type="session",
                subject_id=session.id,
                merchant_id=None,
                data={},
            )
            await unit.commit()
        return ended

    # Sessions belong to people: the fence of the actor's merchants has nothing to say about them.
    return await in_unit(ports.units, system_actor("sessions"), "identity.revoke_session", work)


def _may_end(actor: Actor, session: Session) -> bool:
    own = actor.kind is ActorKind.USER and actor.id == session.user_id
    return own or Permission.TEAM_WRITE in actor.everywhere
