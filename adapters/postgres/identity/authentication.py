"""What authentication reads and keeps before there is any actor: it sees every merchant's rows, by exact key only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.identity.machines import PUBLISHED
from adapters.postgres.identity.rows import attempt_of, client_of, key_of, membership_of, session_of, token_of, user_of
from adapters.postgres.identity.tables import (
    access_tokens,
    api_clients,
    memberships,
    sessions,
    sign_in_attempts,
    signing_keys,
    used_assertions,
    users,
)
from adapters.postgres.statement import Statement
from domain.identity.actor import Scope

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.identity.access_token import AccessToken
    from domain.identity.api_client import ApiClient
    from domain.identity.membership import Membership
    from domain.identity.session import Session
    from domain.identity.sign_in_attempt import SignInAttempt
    from domain.identity.signing_key import SigningKey
    from domain.identity.user import User

_ALL = Scope(None)
_NOW = sa.bindparam("now")

_CLIENT = Statement(sa.select(api_clients).where(api_clients.c.id == sa.bindparam("id")))
_TOKEN = Statement(sa.select(access_tokens).where(access_tokens.c.jti == sa.bindparam("jti")))
_CLIENT_OF_TOKEN = Statement(
    sa.select(api_clients, access_tokens.c.revoked_at, access_tokens.c.merchant_id.label("token_merchant_id"))
    .join(access_tokens, access_tokens.c.client_id == api_clients.c.id)
    .where(access_tokens.c.jti == sa.bindparam("jti"))
)
_ISSUE = Statement(access_tokens.insert())
_REVOKE = Statement(
    access_tokens.update()
    .where(access_tokens.c.jti == sa.bindparam("key"), access_tokens.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("at"))
)
_USE = Statement(insert(used_assertions).on_conflict_do_nothing())
_BEGIN = Statement(sign_in_attempts.insert())
_TAKE = Statement(
    sign_in_attempts.delete()
    .where(sign_in_attempts.c.state_hash == sa.bindparam("state_hash"))
    .returning(*sign_in_attempts.c)
)
_SESSION = Statement(
    sa.select(sessions).where(sessions.c.token_hash == sa.bindparam("token_hash"), sessions.c.ended_at.is_(None))
)
_USER = Statement(sa.select(users).where(users.c.id == sa.bindparam("id")))
_MEMBERSHIPS = Statement(
    sa.select(memberships).where(memberships.c.user_id == sa.bindparam("id")).order_by(memberships.c.id)
)
_SEEN = Statement(
    sessions.update()
    .where(sessions.c.id == sa.bindparam("key"), sessions.c.last_seen_at < sa.bindparam("at"))
    .values(last_seen_at=sa.bindparam("at"))
)
_PURGE = [
    Statement(table.delete().where(column < _NOW))
    for table, column in (
        (access_tokens, access_tokens.c.expires_at),
        (used_assertions, used_assertions.c.expires_at),
        (sign_in_attempts, sign_in_attempts.c.expires_at),
        (sessions, sessions.c.expires_at),
        (signing_keys, signing_keys.c.retires_at),
    )
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """A session that nobody has ended, with its person as they are now. The limits are for the caller to check."""

    session: Session
    user: User
    memberships: list[Membership]


class Authentication:
    """Clients, tokens, sessions and sign-in attempts by what only their holder knows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def client(self, client_id: UUID) -> ApiClient | None:
        """The client of an id."""
        row = await self._database.fetchrow(_ALL, _CLIENT, id=client_id)
        return None if row is None else client_of(row)

    async def token(self, jti: UUID) -> AccessToken | None:
        """What is remembered of a token."""
        row = await self._database.fetchrow(_ALL, _TOKEN, jti=jti)
        return None if row is None else token_of(row)

    async def client_of_token(self, jti: UUID) -> ApiClient | None:
        """The client as it is now, if the token was issued, is not revoked, and the client is the merchant's still."""
        row = await self._database.fetchrow(_ALL, _CLIENT_OF_TOKEN, jti=jti)
        if row is None or row["revoked_at"] is not None or row["merchant_id"] != row["token_merchant_id"]:
            return None
        return client_of(row)

    async def issue(self, token: AccessToken, assertion: tuple[bytes, datetime] | None) -> bool:
        """Remember a token and the assertion that it was given for; false when that was used before."""
        async with self._database.transaction(_ALL) as connection:
            if assertion is not None:
                used = await connection.execute(_USE.sql, *_USE.args(digest=assertion[0], expires_at=assertion[1]))
                if used.endswith(" 0"):
                    return False
            args = _ISSUE.args(
                jti=token.jti,
                client_id=token.client_id,
                merchant_id=token.merchant_id,
                issued_at=token.issued_at,
                expires_at=token.expires_at,
                revoked_at=token.revoked_at,
            )
            await connection.execute(_ISSUE.sql, *args)
        return True

    async def revoke(self, jti: UUID, at: datetime) -> None:
        """The token is good for nothing from now on; again, or for a token never issued, nothing happens."""
        await self._database.execute(_ALL, _REVOKE, key=jti, at=at)

    async def use_assertion(self, assertion: bytes, expires_at: datetime) -> bool:
        """Note that a signed statement was used (`assertion_digest`); false when it was used before."""
        return await self._database.execute(_ALL, _USE, digest=assertion, expires_at=expires_at) == 1

    async def published_keys(self, now: datetime) -> list[SigningKey]:
        """The signing keys that are not retired, newest first."""
        return [key_of(row) for row in await self._database.fetch(_ALL, PUBLISHED, now=now)]

    async def begin_sign_in(self, attempt: SignInAttempt) -> None:
        """Keep an attempt until its callback."""
        await self._database.execute(
            _ALL,
            _BEGIN,
            state_hash=attempt.state_hash,
            browser_hash=attempt.browser_hash,
            realm=attempt.realm.value,
            nonce=attempt.nonce,
            code_verifier=attempt.code_verifier,
            return_to=attempt.return_to,
            created_at=attempt.created_at,
            expires_at=attempt.expires_at,
        )

    async def take_sign_in(self, state_hash: bytes) -> SignInAttempt | None:
        """The attempt of a state, for the only time: whoever asks again gets None. It may have expired."""
        row = await self._database.fetchrow(_ALL, _TAKE, state_hash=state_hash)
        return None if row is None else attempt_of(row)

    async def session(self, token_hash: bytes) -> SessionState | None:
        """The session of a token that nobody has ended, with its person's present state."""
        async with self._database.connection(_ALL) as connection:
            row = await connection.fetchrow(_SESSION.sql, *_SESSION.args(token_hash=token_hash))
            if row is None:
                return None
            session = session_of(row)
            user = await connection.fetchrow(_USER.sql, *_USER.args(id=session.user_id))
            if user is None:
                return None
            rows = await connection.fetch(_MEMBERSHIPS.sql, *_MEMBERSHIPS.args(id=session.user_id))
        return SessionState(session=session, user=user_of(user), memberships=[membership_of(r) for r in rows])

    async def session_seen(self, session: Session) -> None:
        """Keep when it was last seen."""
        await self._database.execute(_ALL, _SEEN, key=session.id, at=session.last_seen_at)


def assertion_digest(issuer: str, jti: str) -> bytes:
    """The key under which a signed statement is remembered: a `jti` is unique per issuer, and may have any length."""
    return hashlib.sha256(f"{len(issuer)}:{issuer}{jti}".encode("utf-8", "surrogatepass")).digest()


async def purge_expired(database: Database, now: datetime) -> int:
    """Delete what has expired and can do nothing any more; returns how many rows."""
    return sum([await database.execute(_ALL, statement, now=now) for statement in _PURGE])
