"""The lines of settlements, read back in the order of the ledger: pages of them, and statements a piece at a time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from adapters.postgres.keyset import cursor_of, most_rows, position_of
from adapters.postgres.settlements import rows
from domain.identity.actor import Scope
from domain.kernel.paging import Slice
from domain.settlements.line import LineKind
from domain.settlements.statement import StatementLine, statement_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.kernel.paging import PageRequest
    from domain.settlements.line import SettlementLine
    from domain.settlements.settlement import Settlement
    from domain.settlements.statement import Statement

_PLACE = b"l"
# In the order of each kind's part of the index, and then of all kinds: a page reads no more than a page of each kind.
_PAGES = """
SELECT l.* FROM unnest($1::uuid[], $2::uuid[]) AS s(merchant_id, id)
CROSS JOIN LATERAL (
    SELECT o.* FROM unnest($3::text[]) AS k(kind)
    CROSS JOIN LATERAL (
        SELECT * FROM settlement_lines AS l
        WHERE l.merchant_id = s.merchant_id AND l.settlement_id = s.id AND l.kind = k.kind {beyond}
        ORDER BY l.entry_id, l.position LIMIT {most}
    ) AS o
    ORDER BY o.entry_id, o.position LIMIT $4
) AS l
"""
_BEYOND = "AND (l.entry_id, l.position) > ($5::uuid, $6::smallint)"
_STATED = """
SELECT l.entry_id, l.position, l.kind, l.amount_minor, l.posted_at, l.payment_id, l.dispute_id, p.reference
FROM (
    SELECT * FROM settlement_lines
    WHERE merchant_id = $1 AND settlement_id = $2 AND kind = $3 {beyond}
    ORDER BY entry_id, position LIMIT $4
) AS l
LEFT JOIN payments AS p ON (p.merchant_id, p.id) = (l.merchant_id, l.payment_id)
ORDER BY l.entry_id, l.position
"""
_STATED_BEYOND = "AND (entry_id, position) > ($5::uuid, $6::smallint)"
_CLOSED = "SELECT * FROM settlements WHERE merchant_id = $1 AND id = $2 AND status <> 'OPEN'"


class SettlementLineReads:
    """The part of `api.settlements.reads.SettlementReads` that is about lines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(
        self, scope: Scope, settlements: Sequence[Settlement], kinds: Sequence[LineKind], request: PageRequest
    ) -> list[Slice[SettlementLine]]:
        """A page of each settlement's lines of these kinds, by ledger entry, oldest first.

        Raises `Invalid` for a cursor that is none of theirs.
        """
        own = {one.id: one.merchant_id for one in settlements if scope.covers(one.merchant_id)}
        beyond: tuple[object, ...] = ()
        if request.cursor is not None:
            position, entry_id = position_of(_PLACE, request.cursor, "after")
            beyond = (entry_id, position)
        statement = _PAGES.format(beyond=_BEYOND if beyond else "", most=most_rows(request))
        wanted = [kind.value for kind in dict.fromkeys(kinds)]
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(statement, list(own.values()), list(own), wanted, request.limit + 1, *beyond)
        lines: defaultdict[UUID, list[SettlementLine]] = defaultdict(list)
        for row in found:
            lines[row["settlement_id"]].append(rows.line_of(row))
        return [
            Slice(
                rows=lines[one.id][: request.limit],
                has_next=len(lines[one.id]) > request.limit,
                has_previous=request.cursor is not None,
            )
            for one in settlements
        ]

    @staticmethod
    def line_cursor(line: SettlementLine) -> str:
        """Where a line stands among its settlement's."""
        return cursor_of(_PLACE, line.position, line.entry_id)


class StatedSettlements:
    """Satisfies `domain.settlements.statement_ports.StatedSettlements`; each read is one of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def statement(self, merchant_id: UUID, settlement_id: UUID) -> Statement | None:
        """Of a settlement that is closed or paid out; None for any other."""
        async with self._database.connection(Scope(frozenset({merchant_id}))) as connection:
            row = await connection.fetchrow(_CLOSED, merchant_id, settlement_id)
        return None if row is None else statement_of(rows.settlement_of(row))

    async def lines(
        self, statement: Statement, kind: LineKind, after: StatementLine | None, most: int
    ) -> list[StatementLine]:
        """At most so many lines of a kind behind the one given, by ledger entry and position."""
        beyond = () if after is None else (after.entry_id, after.position)
        text = _STATED.format(beyond=_STATED_BEYOND if beyond else "")
        async with self._database.connection(Scope(frozenset({statement.merchant_id}))) as connection:
            found = await connection.fetch(
                text, statement.merchant_id, statement.settlement_id, kind.value, most, *beyond
            )
        return [_stated(row) for row in found]


def _stated(row: Record) -> StatementLine:
    return StatementLine(
        entry_id=row["entry_id"],
        position=row["position"],
        kind=LineKind(row["kind"]),
        amount_minor=row["amount_minor"],
        posted_at=row["posted_at"],
        payment_id=row["payment_id"],
        dispute_id=row["dispute_id"],
        reference=row["reference"],
    )
