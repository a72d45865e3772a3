"""The read side of lists and their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.fraud import rows
from adapters.postgres.keyset import slice_of
from domain.fraud.fraud_list import FraudList
from domain.fraud.list_kind import STANDARD_LISTS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.fraud.filter import ListEntryFilter
    from domain.fraud.fraud_list import ListEntry
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice

# With the author's own lists, and how many entries each list has, standard ones too; a list without any has no number.
_LISTS = """
SELECT l.*, coalesce(l.name, e.list_name) AS list_name, coalesce(e.entries, 0) AS entries
FROM (SELECT * FROM fraud_lists WHERE merchant_id = $1) AS l
FULL JOIN (SELECT list_name, count(*) AS entries FROM fraud_list_entries WHERE merchant_id = $1 GROUP BY 1) AS e
    ON e.list_name = l.name
ORDER BY 1, list_name
"""


class ListReads:
    """Satisfies `api.fraud.reads.ListReads`. The fence shows everybody the platform's; the scope does not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lists(self, scope: Scope, merchant_id: UUID) -> list[tuple[FraudList, int]]:
        """All lists of an author, the standard ones first, each with how many entries it has.

        Of an author beyond the scope there are none.
        """
        if not scope.covers(merchant_id):
            return []
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_LISTS, merchant_id)
        entries = {row["list_name"]: row["entries"] for row in found}
        standard = [
            FraudList(merchant_id=merchant_id, name=name, kind=kind, effect=effect)
            for name, (kind, effect) in STANDARD_LISTS.items()
        ]
        own = [rows.list_of(row) for row in found if row["name"] is not None]
        return [(one, entries.get(one.name, 0)) for one in (*standard, *own)]

    async def entries(self, scope: Scope, wanted: ListEntryFilter, request: PageRequest) -> Slice[ListEntry]:
        """One page, newest first; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.add("merchant_id = {}::uuid", wanted.merchant_id)
        conditions.add("list_name = {}::text", wanted.list_name)
        conditions.add("value = {}::text", wanted.value)
        if wanted.expired is not None:
            gone = "expires_at IS NOT NULL AND expires_at <= {}::timestamptz"
            conditions.add(gone if wanted.expired else f"NOT ({gone})", wanted.now)
        page = newest_first("fraud_list_entries", conditions, request)
        async with self._database.connection(scope) as connection:
            return slice_of(await connection.fetch(page, *conditions.arguments), request, rows.entry_of)

    async def entries_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, ListEntry]:
        """Those within the scope."""
        async with self._database.connection(scope) as connection:
            found = await connection.fetch("SELECT * FROM fraud_list_entries WHERE id = ANY ($1::uuid[])", list(ids))
        return {row["id"]: rows.entry_of(row) for row in found if scope.covers(row["merchant_id"])}
