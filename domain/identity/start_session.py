"""Open a session for a person who has just signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.secret import digest, new_secret
from domain.identity.session import ABSOLUTE_LIMIT, Session
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.identity.ports import PeoplePorts, PeopleUnit
    from domain.identity.user import User


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSession:
    """`replaces` is the token of the browser's session before, which ends: a sign-in always changes the token."""

    user: User
    issuer: str
    provider_sid: str | None = None
    id_token: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedSession:
    """The session and its token, which exists nowhere else but in the browser."""

    session: Session
    token: str


async def start_session(ports: PeoplePorts, actor: Actor, command: StartSession) -> StartedSession:
    """Keep a new session, and end the one that it replaces. `actor` is the system. Raises `Contention`."""

    async def work(unit: PeopleUnit) -> StartedSession:
        now = ports.clock.now()
        if command.replaces is not None:
            before = await unit.sessions.by_token(digest(command.replaces))
            if before is not None:
                await unit.sessions.save(before.end(now))
        token = new_secret()
        session = Session(
            id=new_uuid(now),
            token_hash=digest(token),
            user_id=command.user.id,
            realm=command.user.realm,
            csrf_token=new_secret(),
            issuer=command.issuer,
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE_LIMIT,
            provider_sid=command.provider_sid,
            id_token=command.id_token,
        )
        await unit.sessions.add(session)
        await unit.commit()
        return StartedSession(session=session, token=token)

    return await in_unit(ports.units, actor, "identity.start_session", work)
