"""The write side of lists and their entries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from adapters.postgres.fraud import rows, tables
from adapters.postgres.statement import Statement, insert_row
from domain.fraud.list_kind import STANDARD_LISTS, ListKind
from domain.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.fraud.fraud_list import FraudList, ListEntry

_L = tables.fraud_lists
_INSERT = insert_row(_L)
_ADD = f"{_INSERT.sql} ON CONFLICT (merchant_id, name) DO NOTHING"
_KINDS = Statement(select(_L.c.name, _L.c.kind).where(_L.c.merchant_id == bindparam("merchant_id")))
_COLUMNS = ("id", "merchant_id", "list_name", "value", "reason", "review_id", "author_id", "author_name")
_TIMES = ("created_at", "expires_at")
_UUIDS = frozenset({"id", "merchant_id", "review_id", "author_id"})
_TYPES = {
    **{name: "uuid[]" if name in _UUIDS else "text[]" for name in _COLUMNS},
    **dict.fromkeys(_TIMES, "timestamptz[]"),
}
_NAMES = ", ".join(_TYPES)
_ARRAYS = ", ".join(f"${number}::{kind}" for number, kind in enumerate(_TYPES.values(), 1))
_REPLACED = ", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS[4:], *_TIMES))
# In the order of values, so that two who put the same ones do not wait for each other in a circle. Of a list that is no
# standard one, `fraud_lists` knows the kind.
_PUT = f"""
INSERT INTO fraud_list_entries ({_NAMES}, kind)
SELECT {_NAMES}, coalesce(
    standard_kind, (SELECT l.kind FROM fraud_lists AS l WHERE (l.merchant_id, l.name) = (e.merchant_id, e.list_name)))
FROM unnest({_ARRAYS}, ${len(_TYPES) + 1}::text[]) AS e ({_NAMES}, standard_kind)
ORDER BY merchant_id, list_name, value
ON CONFLICT (merchant_id, list_name, value) DO UPDATE SET {_REPLACED}
RETURNING id, merchant_id, list_name, value
"""  # noqa: S608 - names of columns
_LOCKED = """
SELECT id FROM fraud_list_entries WHERE merchant_id = $1 AND list_name = $2 AND value = ANY ($3::text[])
ORDER BY value FOR UPDATE
"""
_REMOVE = """
DELETE FROM fraud_list_entries WHERE merchant_id = $1 AND list_name = $2 AND value = ANY ($3::text[]) RETURNING *
"""
_COUNT = "SELECT count(*) FROM fraud_list_entries WHERE merchant_id = $1 AND list_name = $2"


class ListStore:
    """Satisfies `domain.fraud.ports.FraudLists` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def kinds(self, merchant_id: UUID) -> Mapping[str, ListKind]:
        """The author's own lists by name, without the standard ones."""
        found = await self._connection.fetch(_KINDS.sql, *_KINDS.args(merchant_id=merchant_id))
        return {row["name"]: ListKind(row["kind"]) for row in found}

    async def add(self, fraud_list: FraudList) -> None:
        """A new list; raise `Conflict` when there is one of its name."""
        status = await self._connection.execute(_ADD, *_INSERT.args(**rows.list_values(fraud_list)))
        if status != "INSERT 0 1":
            message = f"There is a list {fraud_list.name} already; choose another name."
            raise Conflict(message)

    async def put(self, entries: Sequence[ListEntry]) -> list[ListEntry]:
        """New entries; what a list has already is replaced, and goes on under its id.

        Returned as they are kept now, in the same order. Of one value that is given twice the last one is kept.
        """
        last = {_key(entry): entry for entry in entries}
        columns = [[getattr(entry, name) for entry in last.values()] for name in _TYPES]
        kinds = [_standard_kind(entry.list_name) for entry in last.values()]
        found = await self._connection.fetch(_PUT, *columns, kinds)
        ids = {(row["merchant_id"], row["list_name"], row["value"]): row["id"] for row in found}
        return [replace(last[_key(entry)], id=ids[_key(entry)]) for entry in entries]

    async def remove(self, merchant_id: UUID, list_name: str, values: Collection[str]) -> list[ListEntry]:
        """Take values from a list; what was there is returned."""
        arguments = (merchant_id, list_name, list(values))
        await self._connection.execute(_LOCKED, *arguments)
        found = await self._connection.fetch(_REMOVE, *arguments)
        gone = {row["value"]: rows.entry_of(row) for row in found}
        return [gone[value] for value in dict.fromkeys(values) if value in gone]

    async def count(self, merchant_id: UUID, list_name: str) -> int:
        """How many entries a list has."""
        return int(await self._connection.fetchval(_COUNT, merchant_id, list_name) or 0)


def _key(entry: ListEntry) -> tuple[UUID, str, str]:
    return entry.merchant_id, entry.list_name, entry.value


def _standard_kind(list_name: str) -> str | None:
    standard = STANDARD_LISTS.get(list_name)
    return None if standard is None else standard[0].value
