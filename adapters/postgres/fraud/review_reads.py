"""The read side of fraud reviews: the queue as pages in every order, what hangs on reviews, and their numbers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from adapters.postgres.conditions import Conditions
from adapters.postgres.fraud import review_rows
from adapters.postgres.keyset import Key, cursor_of, microseconds, moment, most_rows, position_of, slice_of
from domain.fraud.filter import ReviewFilter, ReviewOrder
from domain.fraud.review import WAITING
from domain.fraud.review_note import Audience
from domain.identity.actor import Realm
from domain.kernel.errors import Invalid
from domain.kernel.paging import Slice
from domain.payments.filter import SCALE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.fraud.review import FraudReview
    from domain.fraud.review_note import ReviewNote
    from domain.fraud.story import ReviewStoryLine
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest
    from domain.payments.payment import Payment

_BY = {
    ReviewOrder.DUE_AT_ASC: ("due_at", "timestamptz", Key.DUE),
    ReviewOrder.OPENED_AT_DESC: ("opened_at", "timestamptz", Key.TIME),
    ReviewOrder.OPENED_AT_ASC: ("opened_at", "timestamptz", Key.TIME),
    ReviewOrder.AMOUNT_DESC: ("amount_scaled", "bigint", Key.AMOUNT),
    ReviewOrder.AMOUNT_ASC: ("amount_scaled", "bigint", Key.AMOUNT),
}
_DOWNWARD = frozenset({ReviewOrder.OPENED_AT_DESC, ReviewOrder.AMOUNT_DESC})
# In the words of the partial indexes, so that PostgreSQL knows that they serve.
_WAITING = "status IN ('OPEN', 'ASSIGNED', 'ESCALATED')"
# As `domain.fraud.filter.sla_of` says it of one.
_SLA = f"""
CASE WHEN NOT {_WAITING} THEN ''
    WHEN due_at <= {{now}}::timestamptz THEN 'OVERDUE'
    WHEN escalated_at IS NOT NULL OR escalate_at <= {{now}}::timestamptz THEN 'ESCALATED'
    WHEN warned OR warn_at <= {{now}}::timestamptz THEN 'WARNED'
    ELSE 'ON_TIME' END
"""
_TALLY = """
SELECT status, {sla} AS sla, currency, count(*) AS count, sum(amount_minor)::bigint AS minor
FROM fraud_reviews WHERE {wanted} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_OF_PAYMENTS = """
SELECT r.* FROM unnest($1::uuid[], $2::uuid[]) AS p(merchant_id, id)
JOIN fraud_reviews AS r ON (r.merchant_id, r.payment_id) = (p.merchant_id, p.id)
"""
_NOTES = """
SELECT n.* FROM unnest($1::uuid[], $2::uuid[]) AS r(merchant_id, id)
JOIN fraud_review_notes AS n ON (n.merchant_id, n.review_id) = (r.merchant_id, r.id)
WHERE n.audience = ANY ($3::text[]) ORDER BY n.id
"""
# What is for staff alone is not even read for anybody else.
_AUDIENCES = {Realm.STAFF: tuple(Audience), Realm.MERCHANT: (Audience.MERCHANT,)}
_STORIES = """
SELECT e.* FROM unnest($1::uuid[], $2::uuid[]) AS r(merchant_id, id)
CROSS JOIN LATERAL (
    SELECT * FROM events WHERE merchant_id = r.merchant_id AND subject_id = r.id AND sequence > $3
    ORDER BY sequence LIMIT $4
) AS e
"""
_LONGEST_NUMBER = 18


class ReviewReads:
    """Satisfies `api.fraud.reads.ReviewReads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reviews(
        self, scope: Scope, wanted: ReviewFilter, order: ReviewOrder, request: PageRequest
    ) -> Slice[FraudReview]:
        """One page; raise `Invalid` for a cursor that is none of this list's."""
        conditions = _conditions(scope, wanted)
        column, kind, key_kind = _BY[order]
        upward = (order in _DOWNWARD) == request.backward
        if request.cursor is not None:
            argument = "before" if request.backward else "after"
            key, row_id = position_of(key_kind, request.cursor, argument)
            value = conditions.bind(moment(key, argument) if kind == "timestamptz" else key)
            conditions.add(f"({column}, id) {'>' if upward else '<'} ({value}::{kind}, {{}}::uuid)", row_id)
        most = conditions.bind(request.limit + 1)
        direction = "ASC" if upward else "DESC"
        ordered = f"{column} {direction}, id {direction}"
        where = _where(conditions, wanted)
        rows = f"SELECT * FROM fraud_reviews WHERE {where} ORDER BY {ordered} LIMIT {most_rows(request)}"  # noqa: S608 - values are bound
        page = f"SELECT * FROM ({rows}) AS page ORDER BY {ordered} LIMIT {most}"  # noqa: S608 - as above
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(page, *conditions.arguments)
        return slice_of(found, request, review_rows.review_of)

    @staticmethod
    def review_cursor(review: FraudReview, order: ReviewOrder) -> str:
        """Where a review stands in a list of that order."""
        column, _, key_kind = _BY[order]
        key = {
            "due_at": microseconds(review.due_at),
            "opened_at": microseconds(review.opened_at),
            "amount_scaled": review.amount_minor * 10 ** (SCALE - review.currency.exponent),
        }
        return cursor_of(key_kind, key[column], review.id)

    async def reviews_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, FraudReview]:
        """Those within the scope."""
        return {row["id"]: review_rows.review_of(row) for row in await self._by_id(scope, "fraud_reviews", ids)}

    async def reviews_of(self, scope: Scope, payments: Sequence[Payment]) -> Mapping[UUID, FraudReview]:
        """By the payments' ids."""
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_OF_PAYMENTS, *_keys(scope, payments))
        return {row["payment_id"]: review_rows.review_of(row) for row in found}

    async def notes_of(self, scope: Scope, reviews: Sequence[FraudReview], realm: Realm) -> list[list[ReviewNote]]:
        """Of each review those that somebody of the realm may read, oldest first."""
        audiences = [audience.value for audience in _AUDIENCES[realm]]
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_NOTES, *_keys(scope, reviews), audiences)
        notes: defaultdict[UUID, list[ReviewNote]] = defaultdict(list)
        for row in found:
            notes[row["review_id"]].append(review_rows.note_of(row))
        return [notes[review.id] for review in reviews]

    async def review_notes_by_id(self, scope: Scope, ids: Collection[UUID], realm: Realm) -> Mapping[UUID, ReviewNote]:
        """Those within the scope that somebody of the realm may read."""
        found = await self._by_id(scope, "fraud_review_notes", ids, _AUDIENCES[realm])
        return {row["id"]: review_rows.note_of(row) for row in found}

    async def stories(
        self, scope: Scope, reviews: Sequence[FraudReview], request: PageRequest
    ) -> list[Slice[ReviewStoryLine]]:
        """One page of each review's events, oldest first; a cursor is a line's sequence number.

        Raises `Invalid` for a cursor that is no whole number from 1 on.
        """
        after = _sequence(request.cursor)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_STORIES, *_keys(scope, reviews), after, request.limit + 1)
        lines: defaultdict[UUID, list[ReviewStoryLine]] = defaultdict(list)
        for row in found:
            lines[row["subject_id"]].append(review_rows.story_line_of(row))
        return [
            Slice(
                rows=lines[review.id][: request.limit],
                has_next=len(lines[review.id]) > request.limit,
                has_previous=request.cursor is not None,
            )
            for review in reviews
        ]

    async def story_lines(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, ReviewStoryLine]:
        """Events of reviews by id, of those within the scope; events of anything else are left out."""
        found = await self._by_id(scope, "events", ids)
        return {row["id"]: review_rows.story_line_of(row) for row in found if row["subject_type"] == "fraud_review"}

    async def tally(self, scope: Scope, wanted: ReviewFilter) -> list[tuple[str, str, str, int, int]]:
        """Status, SLA stage (empty when decided), currency, how many, and the sum of their amounts in minor units."""
        conditions = _conditions(scope, wanted)
        sla = _SLA.format(now=conditions.bind(wanted.now))
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(
                _TALLY.format(sla=sla, wanted=_where(conditions, wanted)), *conditions.arguments
            )
        return [(row["status"], row["sla"], row["currency"], row["count"], row["minor"]) for row in found]

    async def _by_id(
        self, scope: Scope, table: str, ids: Collection[UUID], audiences: tuple[Audience, ...] | None = None
    ) -> list[Record]:
        conditions = Conditions()
        conditions.scope(scope)
        conditions.add("id = ANY ({}::uuid[])", list(ids))
        conditions.any_of("audience", audiences)
        text = f"SELECT * FROM {table} WHERE {conditions}"  # noqa: S608 - values are bound
        async with self._database.connection(scope) as connection:
            return await connection.fetch(text, *conditions.arguments)


def _conditions(scope: Scope, wanted: ReviewFilter) -> Conditions:
    """What must hold of a review, by its own columns."""
    conditions = Conditions()
    within = scope if wanted.merchant_ids is None else scope.narrow(wanted.merchant_ids)
    if within.merchant_ids is not None and len(within.merchant_ids) == 1:
        # Of a single one in the order of its own index.
        conditions.add("merchant_id = {}::uuid", next(iter(within.merchant_ids)))
    else:
        conditions.scope(within)
    for column in ("status", "outcome", "currency"):
        conditions.any_of(column, getattr(wanted, column))
    people = None if wanted.assignee_ids is None else list(wanted.assignee_ids)
    conditions.add("assignee_id = ANY ({}::uuid[])", people)
    conditions.add("(status <> 'ASSIGNED') = {}::boolean", wanted.unassigned)
    rules = None if wanted.rule_ids is None else list(wanted.rule_ids)
    conditions.add("rule_ids && {}::uuid[]", rules)
    if wanted.snoozed is not None:
        hidden = f"coalesce(snoozed_until > {conditions.bind(wanted.now)}::timestamptz, false)"
        conditions.add(f"{hidden} = {{}}::boolean", wanted.snoozed)
    if wanted.sla is not None:
        sla = _SLA.format(now=conditions.bind(wanted.now))
        conditions.any_of(f"({sla})", wanted.sla)
    conditions.span("amount_scaled", wanted.amount, "bigint")
    conditions.span("due_at", wanted.due_at, "timestamptz")
    conditions.span("opened_at", wanted.opened_at, "timestamptz")
    return conditions


def _where(conditions: Conditions, wanted: ReviewFilter) -> str:
    """The conditions, with that of the partial indexes where it follows from what is wanted.

    Of those that are decided there are far more than of those that wait.
    """
    of_status = wanted.status is not None and WAITING.issuperset(wanted.status)
    waiting = of_status or wanted.sla is not None or wanted.unassigned is not None or wanted.snoozed is True
    return f"{_WAITING} AND {conditions}" if waiting else str(conditions)


def _keys(scope: Scope, rows: Sequence[Payment] | Sequence[FraudReview]) -> tuple[list[UUID], list[UUID]]:
    """Merchants and ids of the rows within the scope, side by side; each once, however often it is asked for."""
    within = {row.id: row.merchant_id for row in rows if scope.covers(row.merchant_id)}
    return list(within.values()), list(within)


def _sequence(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > _LONGEST_NUMBER or not int(cursor):
        raise Invalid(("after",), "This is not a cursor of this list; take one from its edges.")
    return int(cursor)
