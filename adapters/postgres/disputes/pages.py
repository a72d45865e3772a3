"""Reads that page within each of several parents: one statement for a whole level, by LATERAL."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from adapters.postgres.disputes import rows
from adapters.postgres.disputes.children import keys_of
from adapters.postgres.keyset import Key, cursor_of, position_of
from domain.disputes.events import DisputeEventType
from domain.disputes.note import Audience
from domain.disputes.story import StoryLine
from domain.identity.actor import Realm
from domain.kernel.errors import Invalid
from domain.kernel.paging import Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.disputes.dispute import Dispute
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from domain.disputes.note import Note
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest
    from domain.merchants.merchant import Merchant

Row = TypeVar("Row")
_LONGEST_NUMBER = 18
_TIMELINE = """
SELECT e.* FROM unnest($1::uuid[], $2::uuid[]) AS d(merchant_id, id)
CROSS JOIN LATERAL (
    SELECT * FROM events WHERE merchant_id = d.merchant_id AND subject_id = d.id AND sequence > $3
    ORDER BY sequence LIMIT $4
) AS e
"""
_NEWEST = """
SELECT own.* FROM unnest($1::uuid[], $2::uuid[]) AS parent(merchant_id, id)
CROSS JOIN LATERAL (
    SELECT * FROM {table} WHERE {conditions} ORDER BY id DESC LIMIT $3
) AS own
"""
_OF_MERCHANT = "merchant_id = parent.id"
# What is for staff alone is not even read for anybody else.
_OF_DISPUTE = "merchant_id = parent.merchant_id AND dispute_id = parent.id AND audience = ANY ($4::text[])"
_AUDIENCES = {
    Realm.STAFF: [audience.value for audience in Audience],
    Realm.MERCHANT: [Audience.MERCHANT.value],
}


def audiences_of(realm: Realm) -> list[str]:
    """What somebody of a realm may read."""
    return _AUDIENCES[realm]


class DisputePages:
    """Pages per parent, forward only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def timelines(
        self, scope: Scope, disputes: Sequence[Dispute], request: PageRequest
    ) -> list[Slice[StoryLine]]:
        """A page of each dispute's events, oldest first; the cursor is the event's number.

        Raises `Invalid` for a cursor that is none.
        """
        after = 0
        if request.cursor is not None:
            digits = request.cursor
            if not digits.isascii() or not digits.isdecimal() or len(digits) > _LONGEST_NUMBER:
                raise Invalid(("after",), "This is not a cursor of this list; take one from its edges.")
            after = int(digits)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_TIMELINE, *keys_of(disputes), after, request.limit + 1)
        lines = _by_parent(found, "subject_id", story_line_of)
        return [_first(lines[dispute.id], request) for dispute in disputes]

    async def notes_of(
        self, scope: Scope, disputes: Sequence[Dispute], request: PageRequest, realm: Realm
    ) -> list[Slice[Note]]:
        """A page of each dispute's notes that somebody of the realm may read, newest first.

        Raises `Invalid` for a cursor that is none.
        """
        statement, position = _newest("dispute_notes", _OF_DISPUTE, request, given=4)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(
                statement, *keys_of(disputes), request.limit + 1, audiences_of(realm), *position
            )
        notes = _by_parent(found, "dispute_id", rows.note_of)
        return [_first(notes[dispute.id], request) for dispute in disputes]

    async def disputes_of_merchants(
        self, scope: Scope, merchants: Sequence[Merchant], request: PageRequest
    ) -> list[Slice[Dispute]]:
        """A page of each merchant's disputes, newest first; raise `Invalid` for a cursor that is none."""
        statement, position = _newest("disputes", _OF_MERCHANT, request, given=3)
        ids = [id_ for id_ in dict.fromkeys(merchant.id for merchant in merchants) if scope.covers(id_)]
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(statement, ids, ids, request.limit + 1, *position)
        disputes = _by_parent(found, "merchant_id", rows.dispute_of)
        return [_first(disputes[merchant.id], request) for merchant in merchants]

    @staticmethod
    def place(row: Dispute | Note | EarlyFraudWarning) -> str:
        """Where a row stands in a list that is in the order of ids."""
        return cursor_of(Key.ID, 0, row.id)


def story_line_of(row: Record) -> StoryLine:
    """A line of the story from its event's row."""
    return StoryLine(
        id=row["id"],
        merchant_id=row["merchant_id"],
        dispute_id=row["subject_id"],
        sequence=row["sequence"],
        type=DisputeEventType(row["name"]),
        occurred_at=row["occurred_at"],
        actor_kind=row["actor_kind"],
        actor_name=row["actor_name"],
        data=row["data"],
    )


def _newest(table: str, conditions: str, request: PageRequest, *, given: int) -> tuple[str, tuple[UUID, ...]]:
    """The statement of a page, and the arguments that it has after those that are given."""
    if request.cursor is None:
        return _NEWEST.format(table=table, conditions=conditions), ()
    _, row_id = position_of(Key.ID, request.cursor, "after")
    conditions = f"{conditions} AND id < ${given + 1}::uuid"
    return _NEWEST.format(table=table, conditions=conditions), (row_id,)


def _by_parent(found: Iterable[Record], own: str, entity: Callable[[Record], Row]) -> defaultdict[UUID, list[Row]]:
    children: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in found:
        children[row[own]].append(entity(row))
    return children


def _first(found: list[Row], request: PageRequest) -> Slice[Row]:
    more = len(found) > request.limit
    return Slice(rows=found[: request.limit], has_next=more, has_previous=request.cursor is not None)
