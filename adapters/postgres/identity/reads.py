"""People, memberships and API clients, read back for the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.identity.rows import client_of, membership_of, user_of
from adapters.postgres.identity.tables import api_clients, memberships, users
from adapters.postgres.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.identity.api_client import ApiClient
    from domain.identity.membership import Membership
    from domain.identity.user import User

_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_USERS = Statement(select(users).where(users.c.id == any_(_IDS)))
# A person is no tenant's: whoever shares a merchant with one may see who it is.
_COLLEAGUES = Statement(
    select(users).where(
        users.c.id == any_(_IDS),
        users.c.id.in_(
            select(memberships.c.user_id).where(
                memberships.c.merchant_id == any_(bindparam("merchant_ids", type_=ARRAY(Uuid())))
            )
        ),
    )
)
_CLIENTS = Statement(select(api_clients).where(api_clients.c.id == any_(_IDS)))
_MEMBERSHIPS = Statement(
    select(memberships).where(memberships.c.user_id == bindparam("user_id")).order_by(memberships.c.id)
)


class IdentityReads:
    """The read side of identity."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def users(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, User]:
        """People by id, of whom the scope's merchants have a membership."""
        if scope.merchant_ids is None:
            found = await self._database.fetch(scope, _USERS, ids=list(ids))
        else:
            merchant_ids = list(scope.merchant_ids)
            found = await self._database.fetch(scope, _COLLEAGUES, ids=list(ids), merchant_ids=merchant_ids)
        return {row["id"]: user_of(row) for row in found}

    async def clients(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, ApiClient]:
        """API clients by id."""
        found = await self._database.fetch(scope, _CLIENTS, ids=list(ids))
        clients = {row["id"]: client_of(row) for row in found}
        if scope.merchant_ids is None:
            return clients
        return {id_: client for id_, client in clients.items() if client.merchant_id in scope.merchant_ids}

    async def memberships_of(self, scope: Scope, user_id: UUID) -> list[Membership]:
        """A person's memberships at the scope's merchants."""
        found = await self._database.fetch(scope, _MEMBERSHIPS, user_id=user_id)
        return [membership for membership in map(membership_of, found) if scope.covers(membership.merchant_id)]
