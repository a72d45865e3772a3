"""Settlements, read back: lists in every order, by id, by what they are of, and their numbers; every read is scoped."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from adapters.postgres.conditions import Conditions
from adapters.postgres.keyset import Key, cursor_of, most_rows, position_of, slice_of
from adapters.postgres.settlements import rows
from adapters.postgres.settlements.tables import SUMS
from domain.audit.event_line import EventLine
from domain.kernel.errors import Invalid
from domain.kernel.paging import Slice
from domain.payments.filter import SCALE
from domain.settlements.filter import SettlementFilter, SettlementOrder

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.disputes.dispute import Dispute
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest
    from domain.ledger.entry import Entry
    from domain.payments.payment import Payment
    from domain.settlements.settlement import Settlement

_DAY = b"y"
_ID = ("id", "uuid", Key.ID)
_SETTLES_ON = ("settles_on", "date", _DAY)
_NET = ("net_scaled", "bigint", Key.AMOUNT)
_BY = {
    SettlementOrder.OPENED_AT_DESC: _ID,
    SettlementOrder.OPENED_AT_ASC: _ID,
    SettlementOrder.SETTLES_ON_DESC: _SETTLES_ON,
    SettlementOrder.SETTLES_ON_ASC: _SETTLES_ON,
    SettlementOrder.NET_DESC: _NET,
    SettlementOrder.NET_ASC: _NET,
}
_DOWNWARD = frozenset({SettlementOrder.OPENED_AT_DESC, SettlementOrder.SETTLES_ON_DESC, SettlementOrder.NET_DESC})
_SUMMED = ", ".join(f"sum({name})::bigint AS {name}" for name in SUMS)
_TALLY = (
    f"SELECT status, currency, count(*) AS count, {_SUMMED} FROM settlements WHERE {{wanted}}"  # noqa: S608 - ours
    " GROUP BY 1, 2 ORDER BY 1, 2"
)
_OF_PAYMENTS = """
SELECT DISTINCT ON (p.key, s.id) p.key, s.* FROM unnest($1::uuid[], $2::uuid[]) AS p(merchant_id, key)
JOIN settlement_lines AS l ON (l.merchant_id, l.payment_id) = (p.merchant_id, p.key)
JOIN settlements AS s ON (s.merchant_id, s.id) = (l.merchant_id, l.settlement_id)
ORDER BY p.key, s.id
"""
# By the payment's index: a payment has few lines, and fewer of disputes.
_OF_DISPUTES = """
SELECT DISTINCT ON (d.key, s.id) d.key, s.*
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS d(merchant_id, key, payment_id)
JOIN settlement_lines AS l ON (l.merchant_id, l.payment_id, l.dispute_id) = (d.merchant_id, d.payment_id, d.key)
JOIN settlements AS s ON (s.merchant_id, s.id) = (l.merchant_id, l.settlement_id)
ORDER BY d.key, s.id
"""
# The one with a line of the entry, else the one that posted the entry itself.
_OF_ENTRIES = """
SELECT e.key, s.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS e(merchant_id, key, settlement_id)
JOIN settlements AS s ON s.merchant_id = e.merchant_id AND s.id = coalesce((
    SELECT l.settlement_id FROM settlement_lines AS l WHERE (l.merchant_id, l.entry_id) = (e.merchant_id, e.key) LIMIT 1
), e.settlement_id)
"""
_STORIES = """
SELECT e.* FROM unnest($1::uuid[], $2::uuid[]) AS s(merchant_id, id)
CROSS JOIN LATERAL (
    SELECT * FROM events WHERE merchant_id = s.merchant_id AND subject_id = s.id AND sequence > $3
    ORDER BY sequence LIMIT $4
) AS e
"""
_LONGEST_NUMBER = 18


class SettlementListReads:
    """The part of `api.settlements.reads.SettlementReads` that is about settlements as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settlements(
        self, scope: Scope, wanted: SettlementFilter, order: SettlementOrder, request: PageRequest
    ) -> Slice[Settlement]:
        """One page; raise `Invalid` for a cursor that is none of this list's."""
        conditions = _conditions(scope, wanted)
        column, kind, key_kind = _BY[order]
        upward = (order in _DOWNWARD) == request.backward
        sign, direction = (">", "ASC") if upward else ("<", "DESC")
        if column == "settles_on":
            conditions.add("settles_on IS NOT NULL = {}::boolean", True)
        if request.cursor is not None:
            argument = "before" if request.backward else "after"
            key, row_id = position_of(key_kind, request.cursor, argument)
            place = f"id {sign} {{}}::uuid"
            if column != "id":
                value = conditions.bind(_day(key, argument) if column == "settles_on" else key)
                place = f"({column}, id) {sign} ({value}::{kind}, {{}}::uuid)"
            conditions.add(place, row_id)
        most = conditions.bind(request.limit + 1)
        ordered = f"id {direction}" if column == "id" else f"{column} {direction}, id {direction}"
        found_rows = f"SELECT * FROM settlements WHERE {conditions} ORDER BY {ordered} LIMIT {most_rows(request)}"  # noqa: S608 - values are bound
        page = f"SELECT * FROM ({found_rows}) AS page ORDER BY {ordered} LIMIT {most}"  # noqa: S608 - as above
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(page, *conditions.arguments)
        return slice_of(found, request, rows.settlement_of)

    @staticmethod
    def settlement_cursor(settlement: Settlement, order: SettlementOrder) -> str:
        """Where a settlement stands in a list of that order."""
        column, _, key_kind = _BY[order]
        day = settlement.settles_on
        key = {
            "id": 0,
            "settles_on": 0 if day is None else day.toordinal(),
            "net_scaled": settlement.net.minor * 10 ** (SCALE - settlement.currency.exponent),
        }
        return cursor_of(key_kind, key[column], settlement.id)

    async def settlements_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, Settlement]:
        """Those within the scope."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.add("id = ANY ({}::uuid[])", list(ids))
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(f"SELECT * FROM settlements WHERE {conditions}", *conditions.arguments)  # noqa: S608 - values are bound
        return {row["id"]: rows.settlement_of(row) for row in found}

    async def settlements_of_payments(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Settlement]]:
        """Of each payment those with a line of it, oldest first."""
        return await self._grouped(scope, _OF_PAYMENTS, payments)

    async def settlements_of_disputes(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[Settlement]]:
        """Of each dispute those with a line of it, oldest first."""
        return await self._grouped(
            scope, _OF_DISPUTES, disputes, [d.payment_id for d in disputes if scope.covers(d.merchant_id)]
        )

    async def settlements_of_entries(self, scope: Scope, entries: Sequence[Entry]) -> Mapping[UUID, Settlement]:
        """By the entries' ids, the settlement that each belongs to."""
        own = {entry.id: entry for entry in entries if scope.covers(entry.merchant_id)}
        keys = ([e.merchant_id for e in own.values()], list(own), [e.settlement_id for e in own.values()])
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_OF_ENTRIES, *keys)
        return {row["key"]: rows.settlement_of(row) for row in found}

    async def timelines(
        self, scope: Scope, settlements: Sequence[Settlement], request: PageRequest
    ) -> list[Slice[EventLine]]:
        """One page of each settlement's events, oldest first; a cursor is an event's sequence number.

        Raises `Invalid` for a cursor that is no whole number from 1 on.
        """
        after = _sequence(request.cursor)
        own = {row.id: row.merchant_id for row in settlements if scope.covers(row.merchant_id)}
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_STORIES, list(own.values()), list(own), after, request.limit + 1)
        lines: defaultdict[UUID, list[EventLine]] = defaultdict(list)
        for row in found:
            lines[row["subject_id"]].append(EventLine(**{name: row[name] for name in EventLine.__slots__}))
        return [
            Slice(
                rows=lines[one.id][: request.limit],
                has_next=len(lines[one.id]) > request.limit,
                has_previous=request.cursor is not None,
            )
            for one in settlements
        ]

    async def tally(self, scope: Scope, wanted: SettlementFilter) -> list[dict[str, Any]]:
        """By status and currency how many there are, and the sums of each column of their totals."""
        conditions = _conditions(scope, wanted)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_TALLY.format(wanted=conditions), *conditions.arguments)
        return [dict(row) for row in found]

    async def _grouped(
        self,
        scope: Scope,
        statement: str,
        parents: Sequence[Payment] | Sequence[Dispute],
        *more: list[UUID],
    ) -> list[list[Settlement]]:
        own = [parent for parent in parents if scope.covers(parent.merchant_id)]
        keys = ([parent.merchant_id for parent in own], [parent.id for parent in own])
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(statement, *keys, *more)
        grouped: defaultdict[UUID, list[Settlement]] = defaultdict(list)
        for row in found:
            grouped[row["key"]].append(rows.settlement_of(row))
        return [grouped[parent.id] for parent in parents]


def _conditions(scope: Scope, wanted: SettlementFilter) -> Conditions:
    conditions = Conditions()
    if scope.merchant_ids is not None and len(scope.merchant_ids) == 1:
        # Of a single one in the order of its own index.
        conditions.add("merchant_id = {}::uuid", next(iter(scope.merchant_ids)))
    else:
        conditions.scope(scope)
    conditions.any_of("currency", wanted.currency)
    conditions.any_of("status", wanted.status)
    conditions.add("(payout_id IS NOT NULL) = {}::boolean", wanted.has_payout)
    conditions.span("settles_on", wanted.settles_on, "date")
    conditions.span("cut_off", wanted.cut_off, "timestamptz")
    conditions.span("closed_at", wanted.closed_at, "timestamptz")
    conditions.span("net_scaled", wanted.net, "bigint")
    return conditions


def _day(key: int, argument: str) -> date:
    try:
        return date.fromordinal(key)
    except (ValueError, OverflowError):
        raise Invalid((argument,), "This is not a cursor of this list; take one from its edges.") from None


def _sequence(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > _LONGEST_NUMBER or not int(cursor):
        raise Invalid(("after",), "This is not a cursor of this list; take one from its edges.")
    return int(cursor)
