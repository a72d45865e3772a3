"""The read side of payouts: lists, totals, and what belongs to them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from adapters.postgres.conditions import Conditions
from adapters.postgres.hydration import hydrator
from adapters.postgres.keyset import Key, cursor_of, most_rows, position_of, slice_of
from adapters.postgres.ledger.reads import ENTRY_OF, entry_of
from adapters.postgres.settlements import payout_rows as rows
from domain.audit.event_line import EventLine
from domain.kernel.money import Money
from domain.payments.filter import SCALE
from domain.settlements.payout import PayoutStatus
from domain.settlements.payout_filter import PayoutFilter, PayoutOrder, PayoutTotal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import Any
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.ledger.entry import Entry
    from domain.settlements.payout import Payout
    from domain.settlements.payout_attempt import PayoutAttempt
    from domain.settlements.payout_policy import PayoutPolicy

_O = PayoutOrder
_DOWNWARD = frozenset({_O.CREATED_AT_DESC, _O.AMOUNT_DESC})
_BY_AMOUNT = frozenset({_O.AMOUNT_DESC, _O.AMOUNT_ASC})
_TOTALS = """
SELECT status, currency, count(*) AS count, sum(amount_minor)::bigint AS minor
FROM payouts WHERE {} GROUP BY status, currency
"""
_PARENTS = "unnest($1::uuid[], $2::uuid[]) AS p (merchant_id, id)"
_ATTEMPTS = f"""
SELECT a.* FROM {_PARENTS} JOIN payout_attempts AS a ON (a.merchant_id, a.payout_id) = (p.merchant_id, p.id)
ORDER BY a.number
"""  # noqa: S608 - as below
_EVENTS = f"""
SELECT {", ".join(f"e.{name}" for name in EventLine.__slots__)}
FROM {_PARENTS} JOIN events AS e ON (e.merchant_id, e.subject_id) = (p.merchant_id, p.id)
WHERE e.subject_type = 'payout' ORDER BY e.sequence
"""  # noqa: S608 - names of columns
_ENTRIES = ENTRY_OF.format(
    source=f"SELECT l.* FROM {_PARENTS} JOIN ledger_entries AS l"  # noqa: S608 - as above
    " ON l.merchant_id = p.merchant_id AND l.payout_id = p.id AND l.payout_id IS NOT NULL",
    direction="ASC",
)
_SETTLEMENTS = f"""
SELECT s.payout_id, s.id FROM {_PARENTS}
JOIN settlements AS s ON (s.merchant_id, s.payout_id) = (p.merchant_id, p.id) ORDER BY s.number
"""  # noqa: S608 - as above
_PAYS = "(merchant_id, id) IN (SELECT s.merchant_id, s.payout_id FROM settlements AS s WHERE s.id = ANY ({}::uuid[]))"
_DECIDABLE = (
    "(status = 'AWAITING_APPROVAL' AND (requested_by_kind, requested_by_id) IS DISTINCT FROM ('USER', {}::uuid))"
)
_line_of = hydrator(EventLine, checked=False)


class PayoutReads:
    """Satisfies `api.settlements.payout_reads.PayoutReads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(
        self, scope: Scope, wanted: PayoutFilter, order: PayoutOrder, request: PageRequest
    ) -> Slice[Payout]:
        """One page; raise `Invalid` for a cursor that is none of this list's."""
        conditions = _conditions(scope, wanted)
        statement = _page(conditions, order, request)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(statement, *conditions.arguments)
        return slice_of(found, request, rows.payout_of)

    async def totals(self, scope: Scope, wanted: PayoutFilter) -> list[PayoutTotal]:
        """How many there are in each status and currency, and what they amount to; in the order of statuses."""
        conditions = _conditions(scope, wanted)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_TOTALS.format(conditions), *conditions.arguments)
        totals = [
            PayoutTotal(
                status=PayoutStatus(row["status"]),
                count=row["count"],
                amount=Money(row["minor"], currency_of(row["currency"])),
            )
            for row in found
        ]
        places = {status: place for place, status in enumerate(PayoutStatus)}
        return sorted(totals, key=lambda one: (places[one.status], one.amount.currency.code))

    async def payouts(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, Payout]:
        """Payouts by id."""
        async with self._database.connection(scope) as connection:
            found = await connection.fetch("SELECT * FROM payouts WHERE id = ANY ($1::uuid[])", list(ids))
        return {row["id"]: rows.payout_of(row) for row in found if scope.covers(row["merchant_id"])}

    async def attempts_of(self, scope: Scope, payouts: Sequence[Payout]) -> list[list[PayoutAttempt]]:
        """Each payout's steps at the bank, the first first."""
        return await self._children(scope, payouts, _ATTEMPTS, "payout_id", rows.attempt_of)

    async def events_of(self, scope: Scope, payouts: Sequence[Payout]) -> list[list[EventLine]]:
        """What happened to each payout, the first first."""
        return await self._children(scope, payouts, _EVENTS, "subject_id", _line_of)

    async def entries_of(self, scope: Scope, payouts: Sequence[Payout]) -> list[list[Entry]]:
        """What each payout posted to the ledger, the first first."""
        return await self._children(scope, payouts, _ENTRIES, "payout_id", entry_of)

    async def settlements_of(self, scope: Scope, payouts: Sequence[Payout]) -> list[list[UUID]]:
        """The settlements that each payout pays, by number."""
        return await self._children(scope, payouts, _SETTLEMENTS, "payout_id", lambda row: row["id"])

    async def policies(self, scope: Scope) -> list[PayoutPolicy]:
        """The platform's policies by currency; none for whoever does not see all merchants."""
        async with self._database.connection(scope) as connection:
            found = await connection.fetch("SELECT * FROM payout_policies ORDER BY currency")
        return [rows.policy_of(row) for row in found]

    @staticmethod
    def cursor(payout: Payout, order: PayoutOrder) -> str:
        """Where a payout stands in a list of that order."""
        if order not in _BY_AMOUNT:
            return cursor_of(Key.ID, 0, payout.id)
        return cursor_of(Key.AMOUNT, payout.amount.minor * 10 ** (SCALE - payout.currency.exponent), payout.id)

    async def _children(
        self, scope: Scope, payouts: Sequence[Payout], statement: str, own: str, entity: Callable[[Record], Any]
    ) -> list[list[Any]]:
        covered = {payout.id: payout.merchant_id for payout in payouts if scope.covers(payout.merchant_id)}
        async with self._database.connection(scope) as connection:
            found: Iterable[Record] = await connection.fetch(statement, list(covered.values()), list(covered))
        children: defaultdict[UUID, list[Any]] = defaultdict(list)
        for row in found:
            children[row[own]].append(entity(row))
        return [children.get(payout.id, []) for payout in payouts]


def _conditions(scope: Scope, wanted: PayoutFilter) -> Conditions:
    conditions = Conditions()
    if scope.merchant_ids is not None and len(scope.merchant_ids) == 1:
        # Of a single one in the order of its own index.
        conditions.add("merchant_id = {}::uuid", next(iter(scope.merchant_ids)))
    else:
        conditions.scope(scope)
    conditions.any_of("status", wanted.status)
    conditions.any_of("currency", wanted.currency)
    conditions.span("amount_scaled", wanted.amount, "bigint")
    conditions.span("created_at", wanted.created_at, "timestamptz")
    if wanted.settlement_ids is not None:
        conditions.add(_PAYS, list(wanted.settlement_ids))
    if wanted.bank_account_ids is not None:
        conditions.add("bank_account_id = ANY ({}::uuid[])", list(wanted.bank_account_ids))
    conditions.add("requested_by_id = {}::uuid", wanted.requested_by)
    conditions.add(_DECIDABLE, wanted.decidable_by)
    return conditions


def _page(conditions: Conditions, order: PayoutOrder, request: PageRequest) -> str:
    upward = (order in _DOWNWARD) == request.backward
    sign, direction = (">", "ASC") if upward else ("<", "DESC")
    by_amount = order in _BY_AMOUNT
    where = str(conditions)
    if request.cursor is not None:
        argument = "before" if request.backward else "after"
        key, row_id = position_of(Key.AMOUNT if by_amount else Key.ID, request.cursor, argument)
        given = conditions.bind(row_id)
        if by_amount:
            where += f" AND (amount_scaled, id) {sign} ({conditions.bind(key)}::bigint, {given}::uuid)"
        else:
            where += f" AND id {sign} {given}::uuid"
    ordered = f"amount_scaled {direction}, id {direction}" if by_amount else f"id {direction}"
    most = conditions.bind(request.limit + 1)
    page = f"SELECT * FROM payouts WHERE {where} ORDER BY {ordered} LIMIT {most_rows(request)}"  # noqa: S608 - values are bound
    return f"SELECT * FROM ({page}) AS page ORDER BY {ordered} LIMIT {most}"  # noqa: S608 - as above
