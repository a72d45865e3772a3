"""Lists and look-ups of merchants; every read is scoped."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.keyset import Key, cursor_of, slice_of
from adapters.postgres.merchants.fee_plan_store import version_of
from adapters.postgres.merchants.store import merchant_of
from adapters.postgres.merchants.tables import merchants
from adapters.postgres.statement import Statement
from domain.kernel.errors import Invalid
from domain.kernel.paging import Slice
from domain.merchants.filter import MerchantFilter, MerchantOrder

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest
    from domain.merchants.fee_plan_version import FeePlanVersion
    from domain.merchants.merchant import Merchant

_BY_IDS = Statement(select(merchants).where(merchants.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))))

_FEE_PLANS = """
SELECT v.* FROM unnest($1::uuid[]) AS m (id) CROSS JOIN LATERAL (
    SELECT * FROM fee_plan_versions
    WHERE merchant_id = m.id AND ($2::integer IS NULL OR number < $2) ORDER BY number DESC LIMIT $3
) AS v
ORDER BY v.merchant_id, v.number DESC
"""
_LONGEST_NUMBER = 9


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

    async def fee_plans(
        self, scope: Scope, merchant_ids: Sequence[UUID], request: PageRequest
    ) -> list[Slice[FeePlanVersion]]:
        """A page of the versions of each merchant's fee plan, newest first; the cursor is the version's number.

        Raises `Invalid` for a cursor that is none.
        """
        before = None if request.cursor is None else _number(request.cursor)
        ids = [id_ for id_ in dict.fromkeys(merchant_ids) if scope.covers(id_)]
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_FEE_PLANS, ids, before, request.limit + 1)
        versions: defaultdict[UUID, list[FeePlanVersion]] = defaultdict(list)
        for row in found:
            versions[row["merchant_id"]].append(version_of(row))
        return [
            Slice(
                rows=versions[id_][: request.limit],
                has_next=len(versions[id_]) > request.limit,
                has_previous=before is not None,
            )
            for id_ in merchant_ids
        ]

    @staticmethod
    def place(version: FeePlanVersion) -> str:
        """Where a version stands among its merchant's."""
        return str(version.number)

    @staticmethod
    def cursor(merchant: Merchant) -> str:
        """Where a merchant stands in a list."""
        return cursor_of(Key.ID, 0, merchant.id)


def _number(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > _LONGEST_NUMBER:
        raise Invalid(("after",), "This is not a cursor of this list; take one from its edges.")
    return int(cursor)
