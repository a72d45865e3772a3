"""Units of work over people and machines."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from adapters.postgres.identity.machines import PostgresApiClients, PostgresSigningKeys
from adapters.postgres.identity.store import PostgresInvitations, PostgresMemberships, PostgresSessions, PostgresUsers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from asyncpg.transaction import Transaction

    from adapters.postgres.database import Database, FencedConnection
    from domain.identity.actor import Actor
    from domain.identity.ports import Audit


class IdentityUnit:
    """One transaction; satisfies `PeopleUnit`, `ClientsUnit` and `KeysUnit`."""

    def __init__(self, connection: FencedConnection, transaction: Transaction, audit: Audit) -> None:
        self.users = PostgresUsers(connection)
        self.memberships = PostgresMemberships(connection)
        self.invitations = PostgresInvitations(connection)
        self.sessions = PostgresSessions(connection)
        self.api_clients = PostgresApiClients(connection)
        self.signing_keys = PostgresSigningKeys(connection)
        self.audit = audit
        self.committed = False
        self._transaction = transaction

    async def commit(self) -> None:
        """Make it all durable."""
        await self._transaction.commit()
        self.committed = True


class IdentityUnits:
    """Opens units, with an audit trail in the same transaction."""

    def __init__(self, database: Database, audit_of: Callable[[FencedConnection], Audit]) -> None:
        self._database = database
        self._audit_of = audit_of

    @asynccontextmanager
    async def begin(self, actor: Actor, name: str) -> AsyncGenerator[IdentityUnit]:
        """A unit fenced to the merchants that the actor can see; rolled back unless it was committed."""
        del name  # for failpoints and traces, of which sign-in has none
        async with self._database.connection(actor.visible) as connection:
            transaction = connection.transaction()
            await transaction.start()
            unit = IdentityUnit(connection, transaction, self._audit_of(connection))
            try:
                yield unit
            finally:
                if not unit.committed and not connection.is_closed():
                    await transaction.rollback()
