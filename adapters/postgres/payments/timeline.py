"""Reads that page within each of several parents: one statement for a whole level, by LATERAL."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from adapters.postgres.keyset import Key, moment, position_of
from adapters.postgres.payments import rows
from domain.kernel.errors import Invalid
from domain.kernel.paging import Slice
from domain.payments.events import PaymentEventType
from domain.payments.story import StoryLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest
    from domain.payments.customer import Customer
    from domain.payments.payment import Payment

Row = TypeVar("Row")

_TIMELINE = """
SELECT e.* FROM unnest($1::uuid[], $2::uuid[]) AS p(merchant_id, id)
CROSS JOIN LATERAL (
    SELECT * FROM events WHERE merchant_id = p.merchant_id AND subject_id = p.id AND sequence > $3
    ORDER BY sequence LIMIT $4
) AS e
"""
_OF_CUSTOMERS = """
SELECT p.* FROM unnest($1::uuid[], $2::uuid[]) AS c(merchant_id, id)
CROSS JOIN LATERAL (
    SELECT * FROM payments WHERE merchant_id = c.merchant_id AND customer_id = c.id {after}
    ORDER BY created_at DESC, id DESC LIMIT $3
) AS p
"""
# Not one statement for both, which would read all that lies before the cursor.
_FIRST_OF_CUSTOMERS = _OF_CUSTOMERS.format(after="")
_NEXT_OF_CUSTOMERS = _OF_CUSTOMERS.format(after="AND (created_at, id) < ($4::timestamptz, $5::uuid)")


class PaymentTimeline:
    """Pages per parent, forward only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def timelines(
        self, scope: Scope, payments: Sequence[Payment], request: PageRequest
    ) -> list[Slice[StoryLine]]:
        """A page of each payment's events, oldest first; the cursor is the event's number.

        Raises `Invalid` for a cursor that is none.
        """
        after = 0
        if request.cursor is not None:
            if not request.cursor.isascii() or not request.cursor.isdecimal() or len(request.cursor) > 18:  # noqa: PLR2004
                raise Invalid(("after",), "This is not a cursor of this list; take one from its edges.")
            after = int(request.cursor)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_TIMELINE, *keys_of(payments), after, request.limit + 1)
        lines: defaultdict[UUID, list[StoryLine]] = defaultdict(list)
        for row in found:
            lines[row["subject_id"]].append(story_line_of(row))
        return [_first(lines[payment.id], request) for payment in payments]

    async def payments_of_customers(
        self, scope: Scope, customers: Sequence[Customer], request: PageRequest
    ) -> list[Slice[Payment]]:
        """A page of each customer's payments, newest first; raise `Invalid` for a cursor that is none."""
        statement, position = _FIRST_OF_CUSTOMERS, ()
        if request.cursor is not None:
            key, row_id = position_of(Key.TIME, request.cursor, "after")
            statement, position = _NEXT_OF_CUSTOMERS, (moment(key, "after"), row_id)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(statement, *keys_of(customers), request.limit + 1, *position)
        payments: defaultdict[UUID, list[Payment]] = defaultdict(list)
        for row in found:
            payments[row["customer_id"]].append(rows.viewed_payment_of(row))
        return [_first(payments[customer.id], request) for customer in customers]


def keys_of(parents: Iterable[Payment | Customer]) -> tuple[list[UUID], list[UUID]]:
    """The merchants and ids of parents, each parent once: a level may hold the same object in several places."""
    merchants = {parent.id: parent.merchant_id for parent in parents}
    return list(merchants.values()), list(merchants)


def story_line_of(row: Record) -> StoryLine:
    """A line of the story from its event's row."""
    return StoryLine(
        id=row["id"],
        merchant_id=row["merchant_id"],
        payment_id=row["subject_id"],
        sequence=row["sequence"],
        type=PaymentEventType(row["name"]),
        occurred_at=row["occurred_at"],
        actor_kind=row["actor_kind"],
        actor_name=row["actor_name"],
        data=row["data"],
    )


def _first(found: list[Row], request: PageRequest) -> Slice[Row]:
    more = len(found) > request.limit
    return Slice(rows=found[: request.limit], has_next=more, has_previous=request.cursor is not None)
