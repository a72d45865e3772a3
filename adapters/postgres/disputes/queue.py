"""The queue of disputes: a filter as conditions, and pages of it in every order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from adapters.currencies import currency_of
from adapters.postgres.conditions import Conditions
from adapters.postgres.disputes.rows import dispute_of
from adapters.postgres.keyset import Key, cursor_of, microseconds, moment, most_rows, position_of, slice_of
from domain.disputes.category import DisputeCategory
from domain.disputes.dispute_stats import Tally
from domain.disputes.filter import DisputeFilter, DisputeOrder
from domain.disputes.stage import ANSWERABLE, DisputeStage, DisputeStatus
from domain.kernel.money import Money
from domain.payments.filter import SCALE

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from domain.disputes.dispute import Dispute
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice


class _Part(NamedTuple):
    """A part of a list that has one order: by a column of a type and the id, or by the id alone.

    `waiting` says whether its disputes wait for an answer, where that is what they have in common.
    """

    which: str = "true"
    column: str | None = None
    kind: str = "bigint"
    waiting: bool | None = None


# In the words of the partial indexes, so that PostgreSQL knows that they serve.
_WAITING = "status IN ('NEEDS_RESPONSE', 'EVIDENCE_STAGED')"
_BY_DEADLINE = (
    _Part(f"{_WAITING} AND respond_by IS NOT NULL", "respond_by", "timestamptz", waiting=True),
    _Part(f"{_WAITING} AND respond_by IS NULL", None, "timestamptz", waiting=True),
    _Part(f"NOT ({_WAITING})", None, "timestamptz", waiting=False),
)
_PARTS: dict[DisputeOrder, tuple[_Part, ...]] = {
    DisputeOrder.CREATED_AT_DESC: (_Part(),),
    DisputeOrder.CREATED_AT_ASC: (_Part(),),
    DisputeOrder.RESPOND_BY_ASC: _BY_DEADLINE,
    DisputeOrder.AMOUNT_DESC: (_Part(column="amount_scaled"),),
}
_KEYS = {DisputeOrder.RESPOND_BY_ASC: Key.DUE, DisputeOrder.AMOUNT_DESC: Key.AMOUNT}
_DOWNWARD = frozenset({DisputeOrder.CREATED_AT_DESC, DisputeOrder.AMOUNT_DESC})
# A cursor's key in a part that is ordered by id alone: beyond every moment of the calendar.
_LATER_PARTS = 2**62
_TALLIES = """
SELECT stage, status, category, currency, count(*) AS count, sum(amount_minor)::bigint AS minor
FROM disputes WHERE {} GROUP BY stage, status, category, currency
"""


class DisputeQueue:
    """Lists over many disputes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(
        self, scope: Scope, wanted: DisputeFilter, order: DisputeOrder, request: PageRequest
    ) -> Slice[Dispute]:
        """One page; raise `Invalid` for a cursor that is none of this list's."""
        conditions = conditions_of(scope, wanted)
        statement = _page(conditions, wanted, order, request)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(statement, *conditions.arguments)
        return slice_of(found, request, dispute_of)

    @staticmethod
    def cursor(dispute: Dispute, order: DisputeOrder) -> str:
        """Where a dispute stands in a list of that order."""
        return cursor_of(_KEYS.get(order, Key.ID), _key(dispute, order), dispute.id)

    async def tallies(self, scope: Scope, wanted: DisputeFilter) -> list[Tally]:
        """How many there are of each kind, and what they dispute together."""
        conditions = conditions_of(scope, wanted)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_TALLIES.format(conditions), *conditions.arguments)
        return [
            Tally(
                stage=DisputeStage(row["stage"]),
                status=DisputeStatus(row["status"]),
                category=DisputeCategory(row["category"]),
                count=row["count"],
                amount=Money(row["minor"], currency_of(row["currency"])),
            )
            for row in found
        ]


def conditions_of(scope: Scope, wanted: DisputeFilter) -> Conditions:
    """What must hold of a dispute, by its own columns."""
    conditions = Conditions()
    of_merchant(conditions, scope)
    conditions.add("{0}::uuid IN (id, payment_id)", wanted.named)
    conditions.add("payment_id = {}::uuid", wanted.payment_id)
    for column in ("stage", "status", "category", "network", "reason_code", "currency"):
        conditions.any_of(column, getattr(wanted, column))
    conditions.add("assignee_id = {}::uuid", wanted.assignee_id)
    conditions.add("(assignee_id IS NOT NULL) = {}::boolean", wanted.assigned)
    conditions.add("(double_loss_minor > 0) = {}::boolean", wanted.double_loss)
    conditions.span("amount_scaled", wanted.amount, "bigint")
    for column in ("respond_by", "opened_at", "created_at"):
        conditions.span(column, getattr(wanted, column), "timestamptz")
    conditions.add("case_reference = {}::text", wanted.case_reference)
    conditions.add("arn = {}::text", wanted.arn)
    conditions.add("{0}::text IN (case_reference, network_case_id, arn)", wanted.reference)
    return conditions


def of_merchant(conditions: Conditions, scope: Scope) -> None:
    """Only rows of the scope's merchants; of a single one in the order of its own index."""
    if scope.merchant_ids is not None and len(scope.merchant_ids) == 1:
        conditions.add("merchant_id = {}::uuid", next(iter(scope.merchant_ids)))
    else:
        conditions.scope(scope)


def _page(conditions: Conditions, wanted: DisputeFilter, order: DisputeOrder, request: PageRequest) -> str:
    """The parts of the list from the cursor on, each read in its own order until the page is full."""
    upward = (order in _DOWNWARD) == request.backward
    direction = "ASC" if upward else "DESC"
    start, beyond = _position(conditions, order, request, upward=upward)
    parts: list[str] = []
    for place, part in enumerate(_PARTS[order]):
        passed = start is not None and (place < start if upward else place > start)
        # The cursor's own part has an argument that has to stand somewhere, whatever it can hold.
        if passed or (place != start and not _can_hold(part, wanted)):
            continue
        which = f"{conditions} AND {part.which}" + (f" AND {beyond}" if place == start else "")
        columns = f"*, {place} AS part, {part.column or f'NULL::{part.kind}'} AS sort_key"
        ordered = ", ".join(f"{column} {direction}" for column in (part.column, "id") if column)
        rows = f"SELECT {columns} FROM disputes WHERE {which} ORDER BY {ordered} LIMIT {most_rows(request)}"  # noqa: S608 - values are bound
        parts.append(f"({rows})")
    ordered = ", ".join(f"{column} {direction}" for column in ("part", "sort_key", "id"))
    most = conditions.bind(request.limit + 1)
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS page ORDER BY {ordered} LIMIT {most}"  # noqa: S608 - as above


def _position(
    conditions: Conditions, order: DisputeOrder, request: PageRequest, *, upward: bool
) -> tuple[int | None, str]:
    """The part in which the cursor stands, and what is true of its rows behind the cursor."""
    if request.cursor is None:
        return None, ""
    argument = "before" if request.backward else "after"
    key, row_id = position_of(_KEYS.get(order, Key.ID), request.cursor, argument)
    parts = _PARTS[order]
    place = key - _LATER_PARTS if 0 < key - _LATER_PARTS < len(parts) else 0
    sign = ">" if upward else "<"
    given = conditions.bind(row_id)
    column = parts[place].column
    if column is None:
        return place, f"id {sign} {given}::uuid"
    value = conditions.bind(moment(key, argument) if parts[place].kind == "timestamptz" else key)
    return place, f"({column}, id) {sign} ({value}::{parts[place].kind}, {given}::uuid)"


def _can_hold(part: _Part, wanted: DisputeFilter) -> bool:
    """Whether a row of the part can have one of the wanted statuses: PostgreSQL would look at all of them."""
    if not wanted.status or part.waiting is None:
        return True
    return any((status in ANSWERABLE) is part.waiting for status in wanted.status)


def _key(dispute: Dispute, order: DisputeOrder) -> int:
    if order is DisputeOrder.AMOUNT_DESC:
        return dispute.amount_minor * 10 ** (SCALE - dispute.currency.exponent)
    if order is not DisputeOrder.RESPOND_BY_ASC:
        return 0
    if dispute.status not in ANSWERABLE:
        return _LATER_PARTS + 2
    return _LATER_PARTS + 1 if dispute.respond_by is None else microseconds(dispute.respond_by)
