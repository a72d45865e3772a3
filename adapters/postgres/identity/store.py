"""The write side of people: users, memberships, invitations, sessions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.identity.rows import (
    invitation_of,
    membership_of,
    row_of_invitation,
    row_of_membership,
    row_of_session,
    row_of_user,
    session_of,
    user_of,
)
from adapters.postgres.identity.tables import invitations, memberships, sessions, staff_invitations, users
from adapters.postgres.statement import Statement
from domain.identity.actor import Realm
from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from collections.abc import Generator
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.identity.invitation import Invitation
    from domain.identity.membership import Membership
    from domain.identity.session import Session
    from domain.identity.user import User

_KEY = sa.bindparam("key")
_PENDING = sa.literal_column("'PENDING'")


@contextmanager
def raced() -> Generator[None]:
    """A unique key that the verb had found free was taken meanwhile: the whole unit runs again and sees it."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        message = "Someone else changed the same object; try again."
        raise Contention(message) from error
    except asyncpg.ForeignKeyViolationError as error:
        what = "The merchant"
        raise NotFound(what, ("merchantId",)) from error


class PostgresUsers:
    """People, locked once loaded."""

    _by_identity = Statement(
        sa.select(users)
        .where(
            users.c.realm == sa.bindparam("realm"),
            users.c.issuer == sa.bindparam("issuer"),
            users.c.subject == sa.bindparam("subject"),
        )
        .with_for_update()
    )
    _by_email = Statement(
        sa.select(users)
        .where(users.c.realm == sa.bindparam("realm"), users.c.email == sa.bindparam("email"))
        .with_for_update()
    )
    _add = Statement(users.insert())
    _save = Statement(users.update().where(users.c.id == _KEY))

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def by_identity(self, realm: Realm, issuer: str, subject: str) -> User | None:
        """The person that the provider's identity belongs to."""
        args = self._by_identity.args(realm=realm, issuer=issuer, subject=subject)
        row = await self._connection.fetchrow(self._by_identity.sql, *args)
        return None if row is None else user_of(row)

    async def by_email(self, realm: Realm, email: str) -> User | None:
        """The person of an address in lower case, linked or not."""
        row = await self._connection.fetchrow(self._by_email.sql, *self._by_email.args(realm=realm, email=email))
        return None if row is None else user_of(row)

    async def add(self, user: User) -> None:
        """Keep a new person; raise `Contention` when someone else was quicker."""
        with raced():
            await self._connection.execute(self._add.sql, *self._add.args(**row_of_user(user)))

    async def save(self, user: User) -> None:
        """Keep what changed; raise `Contention` when the address now belongs to another."""
        with raced():
            await self._connection.execute(self._save.sql, *self._save.args(**row_of_user(user), key=user.id))


class PostgresMemberships:
    """Who belongs where, as far as the fence lets see."""

    _of_user = Statement(
        sa.select(memberships).where(memberships.c.user_id == sa.bindparam("user_id")).order_by(memberships.c.id)
    )
    _insert = insert(memberships)
    _put = Statement(
        _insert.on_conflict_do_update(
            constraint="uq_memberships_merchant_id_user_id", set_={"role": _insert.excluded.role}
        )
    )

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def of_user(self, user_id: UUID) -> list[Membership]:
        """All memberships of a person, oldest first."""
        rows = await self._connection.fetch(self._of_user.sql, *self._of_user.args(user_id=user_id))
        return [membership_of(row) for row in rows]

    async def put(self, membership: Membership) -> None:
        """Keep it; where the person belongs already, only the role changes."""
        with raced():
            await self._connection.execute(self._put.sql, *self._put.args(**row_of_membership(membership)))


class PostgresInvitations:
    """Invitations of both realms, locked once loaded."""

    _pending = Statement(
        sa.select(invitations)
        .where(invitations.c.email == sa.bindparam("email"), invitations.c.status == _PENDING)
        .order_by(invitations.c.id)
        .with_for_update()
    )
    _staff_pending = Statement(
        sa.select(staff_invitations)
        .where(staff_invitations.c.email == sa.bindparam("email"), staff_invitations.c.status == _PENDING)
        .with_for_update()
    )
    _add = Statement(invitations.insert())
    _staff_add = Statement(staff_invitations.insert())
    _save = Statement(
        invitations.update().where(invitations.c.merchant_id == sa.bindparam("tenant"), invitations.c.id == _KEY)
    )
    _staff_save = Statement(staff_invitations.update().where(staff_invitations.c.id == _KEY))

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def pending(self, realm: Realm, email: str) -> list[Invitation]:
        """Those to an address that nobody has decided, expired or not."""
        statement = self._pending if realm is Realm.MERCHANT else self._staff_pending
        rows = await self._connection.fetch(statement.sql, *statement.args(email=email))
        return [invitation_of(row) for row in rows]

    async def add(self, invitation: Invitation) -> None:
        """Keep a new one; raise `NotFound` for a merchant that does not exist, `Contention` for a pending twin."""
        statement = self._staff_add if invitation.merchant_id is None else self._add
        with raced():
            await self._connection.execute(statement.sql, *statement.args(**row_of_invitation(invitation)))

    async def save(self, invitation: Invitation) -> None:
        """Keep its new status."""
        statement = self._staff_save if invitation.merchant_id is None else self._save
        args = statement.args(**row_of_invitation(invitation), tenant=invitation.merchant_id, key=invitation.id)
        await self._connection.execute(statement.sql, *args)


class PostgresSessions:
    """Signed-in browsers, locked once loaded."""

    _get = Statement(sa.select(sessions).where(sessions.c.id == _KEY).with_for_update())
    _by_token = Statement(sa.select(sessions).where(sessions.c.token_hash == _KEY).with_for_update())
    _of_provider = Statement(
        sa.select(sessions)
        .where(
            sessions.c.issuer == sa.bindparam("issuer"),
            sessions.c.provider_sid == sa.bindparam("provider_sid"),
            sessions.c.ended_at.is_(None),
        )
        .order_by(sessions.c.id)
        .with_for_update()
    )
    _of_user = Statement(
        sa.select(sessions)
        .where(sessions.c.user_id == sa.bindparam("user_id"), sessions.c.ended_at.is_(None))
        .order_by(sessions.c.id)
        .with_for_update()
    )
    _add = Statement(sessions.insert())
    _save = Statement(sessions.update().where(sessions.c.id == _KEY))

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def get(self, session_id: UUID) -> Session | None:
        """One by its id."""
        row = await self._connection.fetchrow(self._get.sql, *self._get.args(key=session_id))
        return None if row is None else session_of(row)

    async def by_token(self, token_hash: bytes) -> Session | None:
        """One by the SHA-256 of its token."""
        row = await self._connection.fetchrow(self._by_token.sql, *self._by_token.args(key=token_hash))
        return None if row is None else session_of(row)

    async def of_provider(self, issuer: str, provider_sid: str) -> list[Session]:
        """Those that are not ended and belong to a session of the provider."""
        args = self._of_provider.args(issuer=issuer, provider_sid=provider_sid)
        return [session_of(row) for row in await self._connection.fetch(self._of_provider.sql, *args)]

    async def of_user(self, user_id: UUID) -> list[Session]:
        """Those of a person that are not ended."""
        rows = await self._connection.fetch(self._of_user.sql, *self._of_user.args(user_id=user_id))
        return [session_of(row) for row in rows]

    async def add(self, session: Session) -> None:
        """Keep a new one."""
        await self._connection.execute(self._add.sql, *self._add.args(**row_of_session(session)))

    async def save(self, session: Session) -> None:
        """Keep when it was seen and when it ended."""
        await self._connection.execute(self._save.sql, *self._save.args(**row_of_session(session), key=session.id))
