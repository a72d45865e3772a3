"""Lists and look-ups of payments and what hangs on them; every read is scoped, a level of a query costs one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Uuid, any_, bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.audit.tables import events
from adapters.postgres.keyset import Key, cursor_of, microseconds, moment, most_rows, position_of, slice_of
from adapters.postgres.payments import lists, rows, search, tables
from adapters.postgres.payments.origins import origins_of
from adapters.postgres.payments.timeline import PaymentTimeline, keys_of, story_line_of
from adapters.postgres.statement import Statement
from domain.payments.filter import PaymentFilter, PaymentOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from uuid import UUID

    from asyncpg import Record
    from sqlalchemy import Table

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.payments.capture import Capture
    from domain.payments.customer import Customer
    from domain.payments.operation import Operation
    from domain.payments.origin import Origin
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund
    from domain.payments.story import StoryLine

Entity = TypeVar("Entity")
_UUIDS = ARRAY(Uuid())


def _by_ids(table: Table) -> Statement:
    return Statement(select(table).where(table.c.id == any_(bindparam("ids", type_=_UUIDS))))


def _of_payments(table: Table) -> Statement:
    """The rows of each payment by themselves: an index has their order, and nothing is sorted."""
    parents = func.unnest(bindparam("merchant_ids", type_=_UUIDS), bindparam("ids", type_=_UUIDS))
    parent = parents.table_valued(column("merchant_id", Uuid()), column("id", Uuid()), name="parent").render_derived()
    of_parent = select(table).where(table.c.merchant_id == parent.c.merchant_id, table.c.payment_id == parent.c.id)
    own = of_parent.order_by(table.c.id).lateral("own")
    return Statement(select(own).select_from(parent.join(own, true())))


_PAYMENTS = _by_ids(tables.payments)
_OPERATIONS = _by_ids(tables.operations)
_CAPTURES = _by_ids(tables.captures)
_REFUNDS = _by_ids(tables.refunds)
_CUSTOMERS = _by_ids(tables.customers)
_EVENTS = _by_ids(events)
_OPERATIONS_OF = _of_payments(tables.operations)
_CAPTURES_OF = _of_payments(tables.captures)
_REFUNDS_OF = _of_payments(tables.refunds)


class PaymentReads(PaymentTimeline):
    """The read side of payments."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database

    async def search(
        self,
        scope: Scope,
        wanted: PaymentFilter,
        order: PaymentOrder,
        request: PageRequest,
        asked: frozenset[str] | None = None,
    ) -> Slice[Payment]:
        """One page; raise `Invalid` for a cursor that is none of this list's.

        `asked` are the paths to all that will be taken of the payments: with any other they raise `KeyError`.
        """
        conditions, values = search.search(scope, wanted)
        if request.cursor is not None:
            argument = "before" if request.backward else "after"
            kind = Key.AMOUNT if _by_amount(order) else Key.TIME
            key, row_id = position_of(kind, request.cursor, argument)
            values["cursor_key"] = key if _by_amount(order) else moment(key, argument)
            values["cursor_id"] = row_id
        continued, narrow = request.cursor is not None, lists.is_narrow(asked)
        shape = lists.Shape(conditions, order, request.backward, continued, most_rows(request), narrow)
        found = await self._database.fetch(scope, lists.statement(shape), **values, most=request.limit + 1)
        return slice_of(found, request, rows.viewed_payment_of)

    @staticmethod
    def cursor(payment: Payment, order: PaymentOrder) -> str:
        """Where a payment stands in a list of that order."""
        if _by_amount(order):
            exponent = payment.currency.exponent
            return cursor_of(Key.AMOUNT, payment.amount_minor * 10 ** (4 - exponent), payment.id)
        return cursor_of(Key.TIME, microseconds(payment.created_at), payment.id)

    async def payments(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Payment]:
        """Payments by id; what is missing does not exist for this scope."""
        return await self._all(scope, _PAYMENTS, ids, rows.viewed_payment_of)

    async def operations(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Operation]:
        """Operations by id."""
        return await self._all(scope, _OPERATIONS, ids, rows.operation_of)

    async def captures(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Capture]:
        """Captures by id."""
        return await self._all(scope, _CAPTURES, ids, rows.capture_of)

    async def refunds(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Refund]:
        """Refunds by id."""
        return await self._all(scope, _REFUNDS, ids, rows.refund_of)

    async def customers(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Customer]:
        """Customers by id."""
        return await self._all(scope, _CUSTOMERS, ids, rows.customer_of)

    async def events(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, StoryLine]:
        """Events of payments by id."""
        found = await self._database.fetch(scope, _EVENTS, ids=list(ids))
        return {
            row["id"]: story_line_of(row)
            for row in found
            if row["subject_type"] == "payment" and scope.covers(row["merchant_id"])
        }

    async def origins_of(self, scope: Scope, payments: Sequence[Payment]) -> dict[UUID, Origin]:
        """Where payments came from, by the payments' ids, as far as that is known."""
        return await origins_of(self._database, scope, payments)

    async def operations_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Operation]]:
        """Each payment's operations, oldest first."""
        return await self._of(scope, _OPERATIONS_OF, payments, rows.operation_of)

    async def captures_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Capture]]:
        """Each payment's captures, oldest first."""
        return await self._of(scope, _CAPTURES_OF, payments, rows.capture_of)

    async def refunds_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Refund]]:
        """Each payment's refunds, oldest first."""
        return await self._of(scope, _REFUNDS_OF, payments, rows.refund_of)

    async def _all(
        self, scope: Scope, statement: Statement, ids: Collection[UUID], entity: Callable[[Record], Any]
    ) -> dict[UUID, Any]:
        found = await self._database.fetch(scope, statement, ids=list(ids))
        return {row["id"]: entity(row) for row in found if scope.covers(row["merchant_id"])}

    async def _of(
        self,
        scope: Scope,
        statement: Statement,
        payments: Sequence[Payment],
        entity: Callable[[Record], Entity],
    ) -> list[list[Entity]]:
        merchant_ids, ids = keys_of(payments)
        found = await self._database.fetch(scope, statement, merchant_ids=merchant_ids, ids=ids)
        children: defaultdict[UUID, list[Entity]] = defaultdict(list)
        for row in found:
            if scope.covers(row["merchant_id"]):
                children[row["payment_id"]].append(entity(row))
        return [children[payment.id] for payment in payments]


def _by_amount(order: PaymentOrder) -> bool:
    return order in {PaymentOrder.AMOUNT_ASC, PaymentOrder.AMOUNT_DESC}
