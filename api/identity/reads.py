"""What the graph needs to read of people and machines; PostgreSQL satisfies it. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from domain.identity.actor import Scope
    from domain.identity.api_client import ApiClient
    from domain.identity.membership import Membership
    from domain.identity.user import User


class IdentityReads(Protocol):
    """Who somebody is. Of others only what the scope's merchants have to do with."""

    async def users(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, User]:
        """People by id."""
        ...

    async def clients(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, ApiClient]:
        """API clients by id."""
        ...

    async def memberships_of(self, scope: Scope, user_id: UUID) -> list[Membership]:
        """A person's memberships."""
        ...
