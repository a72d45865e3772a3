"""The write side of machines: clients, and the keys that sign their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from adapters.postgres.identity.rows import client_of, key_of, row_of_client, row_of_key
from adapters.postgres.identity.store import raced
from adapters.postgres.identity.tables import api_clients, signing_keys
from adapters.postgres.statement import Statement

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.identity.api_client import ApiClient
    from domain.identity.signing_key import SigningKey

_KEY = sa.bindparam("key")
# Any number, as long as it stays the same over releases.
_ROTATION_LOCK = 0x7061796B657973


class PostgresApiClients:
    """Machines, as far as the fence lets see, locked once loaded."""

    _get = Statement(sa.select(api_clients).where(api_clients.c.id == _KEY).with_for_update())
    _add = Statement(api_clients.insert())
    _save = Statement(api_clients.update().where(api_clients.c.id == _KEY))

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def get(self, client_id: UUID) -> ApiClient | None:
        """One by its id."""
        row = await self._connection.fetchrow(self._get.sql, *self._get.args(key=client_id))
        return None if row is None else client_of(row)

    async def add(self, client: ApiClient) -> None:
        """Keep a new one; raise `NotFound` for a merchant that does not exist."""
        with raced():
            await self._connection.execute(self._add.sql, *self._add.args(**row_of_client(client)))

    async def save(self, client: ApiClient) -> None:
        """Keep its new status and credentials."""
        await self._connection.execute(self._save.sql, *self._save.args(**row_of_client(client), key=client.id))


PUBLISHED = Statement(
    sa.select(signing_keys)
    .where(sa.or_(signing_keys.c.retires_at.is_(None), signing_keys.c.retires_at > sa.bindparam("now")))
    .order_by(signing_keys.c.id.desc())
)


class PostgresSigningKeys:
    """Signing keys; loading them waits until any other rotation is over."""

    _add = Statement(signing_keys.insert())
    _save = Statement(signing_keys.update().where(signing_keys.c.id == _KEY))

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def published(self, now: datetime) -> list[SigningKey]:
        """Those that are not retired, newest first."""
        # A statement of its own: the next one's snapshot must be taken after the lock was given.
        await self._connection.execute("SELECT pg_advisory_xact_lock($1)", _ROTATION_LOCK)
        rows = await self._connection.fetch(PUBLISHED.sql, *PUBLISHED.args(now=now))
        return [key_of(row) for row in rows]

    async def add(self, key: SigningKey) -> None:
        """Keep a new one."""
        await self._connection.execute(self._add.sql, *self._add.args(**row_of_key(key)))

    async def save(self, key: SigningKey) -> None:
        """Keep when it retires."""
        await self._connection.execute(self._save.sql, *self._save.args(**row_of_key(key), key=key.id))
