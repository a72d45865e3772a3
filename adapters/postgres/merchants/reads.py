"""Lists and look-ups of merchants; every read is scoped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.keyset import Key, cursor_of, slice_of
from adapters.postgres.merchants.store import merchant_of
from adapters.postgres.merchants.tables import merchants
from adapters.postgres.statement import Statement
from domain.merchants.filter import MerchantFilter, MerchantOrder

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.merchants.merchant import Merchant

_BY_IDS = Statement(select(merchants).where(merchants.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))))


class MerchantReads:
    """The read side of merchants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def merchants(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Merchant]:
        """Merchants by id; what is missing does not exist for this scope."""
        found = await self._database.fetch(scope, _BY_IDS, ids=list(ids))
        return {row["id"]: merchant_of(row) for row in found if scope.covers(row["id"])}

    async def search(
        self, scope: Scope, wanted: MerchantFilter, order: MerchantOrder, request: PageRequest
    ) -> Slice[Merchant]:
        """One page; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        conditions.scope(scope, "id")
        conditions.any_of("status", wanted.status)
        conditions.any_of("country", wanted.country)
        conditions.any_of("currency", wanted.currency)
        conditions.add("position(lower({}) in lower(name)) > 0", wanted.text)
        ascending = order is MerchantOrder.CREATED_AT_ASC
        page = newest_first("merchants", conditions, request, ascending=ascending)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(page, *conditions.arguments)
        return slice_of(found, request, merchant_of)

    @staticmethod
    def cursor(merchant: Merchant) -> str:
        """Where a merchant stands in a list."""
        return cursor_of(Key.ID, 0, merchant.id)
