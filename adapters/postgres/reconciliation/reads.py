"""The read side of reconciliation."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.keyset import Key, cursor_of, position_of, slice_of
from adapters.postgres.reconciliation import rows
from domain.kernel.ids import PLATFORM
from domain.kernel.paging import Slice
from domain.reconciliation.bank_entry import MOST_POSITIONS, entry_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest
    from domain.reconciliation.bank_entry import BankEntry
    from domain.reconciliation.bank_match import BankMatch
    from domain.reconciliation.bank_statement import BankStatement
    from domain.reconciliation.filter import (
        EntryFilter,
        ImportFilter,
        ItemFilter,
        RemittanceFilter,
        StatementFilter,
    )
    from domain.reconciliation.reconciliation_item import ReconciliationItem
    from domain.reconciliation.remittance import Remittance
    from domain.reconciliation.statement_import import StatementImport

Row = TypeVar("Row")
_IMPORTED = "status = 'IMPORTED'"
_OF_IMPORTS = """
SELECT s.* FROM unnest($2::uuid[]) AS i (id) CROSS JOIN LATERAL (
    SELECT * FROM bank_statements
    WHERE merchant_id = $1 AND import_id = i.id AND status = 'IMPORTED' ORDER BY ordinal LIMIT 100
) AS s
"""
# An entry's id follows from its statement's, so its place in the primary key is known.
_PAGES = """
SELECT e.* FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS s (id, low, high) CROSS JOIN LATERAL (
    SELECT * FROM bank_entries
    WHERE merchant_id = $1 AND statement_id = s.id AND id > s.low AND id <= s.high ORDER BY id LIMIT $5
) AS e
"""
_OF_IMPORTED = (
    "EXISTS (SELECT FROM bank_statements AS s WHERE (s.merchant_id, s.id) = (bank_entries.merchant_id,"
    " bank_entries.statement_id) AND s.status = 'IMPORTED')"
)
_MATCHES = "SELECT * FROM bank_matches WHERE entry_id = ANY ($1::uuid[])"


class ReconciliationReads:
    """Satisfies `api.reconciliation.reads.ReconciliationReads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def imports(self, scope: Scope, wanted: ImportFilter, request: PageRequest) -> Slice[StatementImport]:
        """One page of imports."""
        conditions = _platform(scope)
        conditions.any_of("status", wanted.status)
        conditions.any_of("source", wanted.source)
        return await self._page(scope, "statement_imports", conditions, request, rows.import_of)

    async def imports_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, StatementImport]:
        """Those within the scope."""
        return await self._by_id(scope, "statement_imports", ids, rows.import_of)

    async def import_tally(self, scope: Scope) -> Mapping[str, int]:
        """How many imports have each status."""
        conditions = _platform(scope)
        text = f"SELECT status, count(*) AS count FROM statement_imports WHERE {conditions} GROUP BY status"  # noqa: S608 - values are bound
        return {row["status"]: row["count"] for row in await self._fetch(scope, text, conditions)}

    async def statements(self, scope: Scope, wanted: StatementFilter, request: PageRequest) -> Slice[BankStatement]:
        """One page of imported statements."""
        conditions = _platform(scope)
        conditions.any_of("account", wanted.account)
        conditions.any_of("currency", wanted.currency)
        conditions.add("import_id = {}::uuid", wanted.import_id)
        conditions.add("(gap_minor IS NOT NULL) = {}::boolean", wanted.gap)
        conditions.span("closing_on", wanted.closing_on, "date")
        conditions.add("status = {}::text", "IMPORTED")
        return await self._page(scope, "bank_statements", conditions, request, rows.statement_of)

    async def statements_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, BankStatement]:
        """Imported ones within the scope."""
        return await self._by_id(scope, "bank_statements", ids, rows.statement_of, _IMPORTED)

    async def statements_of(self, scope: Scope, import_ids: Collection[UUID]) -> Mapping[UUID, Sequence[BankStatement]]:
        """The imported statements of imports, in the order of their files; 100 of each at most."""
        found: defaultdict[UUID, list[BankStatement]] = defaultdict(list)
        if scope.covers(PLATFORM):
            async with self._database.connection(scope) as connection:
                for row in await connection.fetch(_OF_IMPORTS, PLATFORM, list(set(import_ids))):
                    found[row["import_id"]].append(rows.statement_of(row))
        return found

    async def entries(self, scope: Scope, wanted: EntryFilter, request: PageRequest) -> Slice[BankEntry]:
        """One page of the entries of imported statements; of one statement in its order, else newest first."""
        conditions = _platform(scope)
        if wanted.statement_id is not None:
            conditions.add("statement_id = {}::uuid", wanted.statement_id)
            conditions.add("id >= {}::uuid", entry_id(wanted.statement_id, 0))
            conditions.add("id <= {}::uuid", entry_id(wanted.statement_id, MOST_POSITIONS))
        conditions.any_of("end_to_end_id", wanted.end_to_end_id)
        conditions.add(f"{_OF_IMPORTED} = {{}}::boolean", value=True)
        ascending = wanted.statement_id is not None
        return await self._page(scope, "bank_entries", conditions, request, rows.entry_of, ascending=ascending)

    async def entries_of(
        self, scope: Scope, statements: Sequence[BankStatement], request: PageRequest
    ) -> list[Slice[BankEntry]]:
        """One page of each statement's entries, in their order."""
        after = None if request.cursor is None else position_of(Key.ID, request.cursor, "after")[1]
        wanted = {one.id: one for one in statements} if scope.covers(PLATFORM) else {}
        lows = [max(entry_id(id_, 0), after) if after is not None else entry_id(id_, 0) for id_ in wanted]
        highs = [entry_id(id_, MOST_POSITIONS) for id_ in wanted]
        found: defaultdict[UUID, list[BankEntry]] = defaultdict(list)
        async with self._database.connection(scope) as connection:
            for row in await connection.fetch(_PAGES, PLATFORM, list(wanted), lows, highs, request.limit + 1):
                found[row["statement_id"]].append(rows.entry_of(row))
        return [
            Slice(
                rows=found[one.id][: request.limit],
                has_next=len(found[one.id]) > request.limit,
                has_previous=request.cursor is not None,
            )
            for one in statements
        ]

    async def entries_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, BankEntry]:
        """Entries of imported statements within the scope."""
        return await self._by_id(scope, "bank_entries", ids, rows.entry_of, _OF_IMPORTED)

    async def matches_of(self, scope: Scope, entry_ids: Collection[UUID]) -> Mapping[UUID, BankMatch]:
        """What entries turned out to be; of payouts, those of merchants within the scope."""
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_MATCHES, list(entry_ids))
        return {row["entry_id"]: rows.match_of(row) for row in found if scope.covers(row["merchant_id"])}

    async def items(self, scope: Scope, wanted: ItemFilter, request: PageRequest) -> Slice[ReconciliationItem]:
        """One page of items."""
        conditions = _item_conditions(scope, wanted)
        return await self._page(scope, "reconciliation_items", conditions, request, rows.item_of)

    async def items_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, ReconciliationItem]:
        """Those within the scope."""
        return await self._by_id(scope, "reconciliation_items", ids, rows.item_of)

    async def items_of(self, scope: Scope, entry_ids: Collection[UUID]) -> Mapping[UUID, ReconciliationItem]:
        """By their entries' ids."""
        conditions = _platform(scope)
        conditions.add("entry_id = ANY ({}::uuid[])", list(entry_ids))
        text = f"SELECT * FROM reconciliation_items WHERE {conditions}"  # noqa: S608 - values are bound
        return {row["entry_id"]: rows.item_of(row) for row in await self._fetch(scope, text, conditions)}

    async def item_tally(self, scope: Scope, wanted: ItemFilter) -> list[tuple[str, str, int, int]]:
        """Items by status and currency."""
        return await self._tally(scope, "reconciliation_items", "amount_minor", _item_conditions(scope, wanted))

    async def remittances(self, scope: Scope, wanted: RemittanceFilter, request: PageRequest) -> Slice[Remittance]:
        """One page of remittances."""
        conditions = _platform(scope)
        for column in ("status", "gateway", "currency", "reference"):
            conditions.any_of(column, getattr(wanted, column))
        return await self._page(scope, "remittances", conditions, request, rows.remittance_of)

    async def remittances_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, Remittance]:
        """Those within the scope."""
        return await self._by_id(scope, "remittances", ids, rows.remittance_of)

    async def remittance_tally(self, scope: Scope) -> list[tuple[str, str, int, int]]:
        """Remittances by status and currency; the sums are of their net amounts."""
        return await self._tally(scope, "remittances", "gross_minor - costs_minor", _platform(scope))

    @staticmethod
    def place(row: StatementImport | BankStatement | BankEntry | ReconciliationItem | Remittance) -> str:
        """The cursor of a row in any of these lists."""
        return cursor_of(Key.ID, 0, row.id)

    async def _page(
        self,
        scope: Scope,
        table: str,
        conditions: Conditions,
        request: PageRequest,
        entity: Callable[[Any], Row],
        *,
        ascending: bool = False,
    ) -> Slice[Row]:
        statement = newest_first(table, conditions, request, ascending=ascending)
        return slice_of(await self._fetch(scope, statement, conditions), request, entity)

    async def _by_id(
        self,
        scope: Scope,
        table: str,
        ids: Collection[UUID],
        entity: Callable[[Any], Row],
        only: str = "true",
    ) -> dict[UUID, Row]:
        conditions = _platform(scope)
        conditions.add("id = ANY ({}::uuid[])", list(ids))
        text = f"SELECT * FROM {table} WHERE {conditions} AND {only}"  # noqa: S608 - values are bound
        return {row["id"]: entity(row) for row in await self._fetch(scope, text, conditions)}

    async def _tally(
        self, scope: Scope, table: str, amount: str, conditions: Conditions
    ) -> list[tuple[str, str, int, int]]:
        text = (
            f"SELECT status, currency, count(*) AS count, sum({amount}) AS minor FROM {table} WHERE {conditions}"  # noqa: S608 - values are bound
            " GROUP BY status, currency ORDER BY status, currency"
        )
        found = await self._fetch(scope, text, conditions)
        return [(row["status"], row["currency"], row["count"], int(row["minor"])) for row in found]

    async def _fetch(self, scope: Scope, text: str, conditions: Conditions) -> list[Record]:
        async with self._database.connection(scope) as connection:
            return await connection.fetch(text, *conditions.arguments)


def _platform(scope: Scope) -> Conditions:
    """Only the platform's rows, and none for whoever may not see them; the fence says the same."""
    conditions = Conditions()
    conditions.add("merchant_id = {}::uuid", PLATFORM)
    conditions.scope(scope)
    return conditions


def _item_conditions(scope: Scope, wanted: ItemFilter) -> Conditions:
    conditions = _platform(scope)
    for column in ("status", "reason", "account", "currency"):
        conditions.any_of(column, getattr(wanted, column))
    owners = None if wanted.owner_ids is None else list(wanted.owner_ids)
    conditions.add("owner_id = ANY ({}::uuid[])", owners)
    conditions.add("(owner_id IS NULL) = {}::boolean", wanted.unowned)
    conditions.add("statement_id = {}::uuid", wanted.statement_id)
    conditions.span("booked_on", wanted.booked_on, "date")
    return conditions
