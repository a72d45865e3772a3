"""The names of merchants, for pages that name them in passing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from adapters.postgres.merchants.tables import merchants
from adapters.postgres.statement import Statement

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.identity.actor import Actor

_NAMES = Statement(sa.select(merchants.c.id, merchants.c.name).where(merchants.c.id == sa.any_(sa.bindparam("ids"))))


class MerchantNames:
    """Reads what an actor belongs to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, actor: Actor) -> dict[UUID, str]:
        """The names of the merchants that the actor has grants at. Raises `Unavailable`."""
        rows = await self._database.fetch(actor.visible, _NAMES, ids=sorted(actor.grants))
        return {row["id"]: row["name"] for row in rows}
