"""The write side of operations, captures and refunds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from adapters.postgres.payments import rows, tables
from adapters.postgres.statement import Statement, insert_row, update_row
from domain.kernel.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record
    from sqlalchemy import Table

    from adapters.postgres.database import FencedConnection
    from domain.payments.capture import Capture
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund

_O = tables.operations
_INSERT = insert_row(_O)
_BY_ID = Statement(select(_O).where(_O.c.id == bindparam("id")))
_FIRST = Statement(
    select(_O)
    .where(_O.c.merchant_id == bindparam("merchant_id"), _O.c.payment_id == bindparam("payment_id"))
    .order_by(_O.c.id)
    .limit(1)
)
_UPDATE = update_row(
    _O,
    "status",
    "gateway_reference",
    "response_code",
    "accepted_at",
    "completed_at",
    "checks",
    "next_check_at",
)
_DUE = Statement(
    select(_O)
    .where(_O.c.next_check_at <= bindparam("at"))
    .order_by(_O.c.next_check_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def _of_operation(table: Table) -> Statement:
    return Statement(
        select(table).where(
            table.c.merchant_id == bindparam("merchant_id"), table.c.operation_id == bindparam("operation_id")
        )
    )


_INSERT_CAPTURE = insert_row(tables.captures)
_UPDATE_CAPTURE = update_row(tables.captures, "status", "fee_minor")
_CAPTURE_OF = _of_operation(tables.captures)
_INSERT_REFUND = insert_row(tables.refunds)
_UPDATE_REFUND = update_row(tables.refunds, "status", "failure_code", "returned_fee_minor", "fee_minor")
_REFUND_OF = _of_operation(tables.refunds)


class OperationStore:
    """Satisfies `domain.payments.ports.Operations` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def get(self, operation_id: UUID) -> Operation:
        """The operation; raise `NotFound`."""
        return _found(await self._connection.fetchrow(_BY_ID.sql, *_BY_ID.args(id=operation_id)))

    async def add(self, operation: Operation) -> None:
        """A new one, before its call is made."""
        await self._connection.execute(_INSERT.sql, *_INSERT.args(**rows.operation_values(operation)))

    async def save(self, operation: Operation) -> None:
        """A changed one."""
        values = rows.operation_values(operation)
        keys = {"key_merchant_id": operation.merchant_id, "key_id": operation.id}
        await self._connection.execute(_UPDATE.sql, *_UPDATE.args(**values, **keys))

    async def lease_due(self, at: datetime, limit: int) -> list[Operation]:
        """Open operations whose next check is due, moved on so that nobody else asks at the same time."""
        found = await self._connection.fetch(_DUE.sql, *_DUE.args(at=at, most=limit))
        leased = [rows.operation_of(row).checked(at) for row in found]
        for operation in leased:
            await self.save(operation)
        return leased

    async def first_of(self, payment: Payment) -> Operation:
        """The payment's first operation, which asked to authorize it; raise `NotFound` when there is none."""
        arguments = _FIRST.args(merchant_id=payment.merchant_id, payment_id=payment.id)
        return _found(await self._connection.fetchrow(_FIRST.sql, *arguments))


def _found(row: Record | None) -> Operation:
    if row is None:
        what = "The operation"
        raise NotFound(what)
    return rows.operation_of(row)


class CaptureStore:
    """Satisfies `domain.payments.ports.Captures` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def of_operation(self, operation: Operation) -> Capture:
        """The capture that the operation carries out; raise `NotFound`."""
        arguments = _CAPTURE_OF.args(merchant_id=operation.merchant_id, operation_id=operation.id)
        row = await self._connection.fetchrow(_CAPTURE_OF.sql, *arguments)
        if row is None:
            what = "The capture"
            raise NotFound(what)
        return rows.capture_of(row)

    async def add(self, capture: Capture) -> None:
        """A new one."""
        await self._connection.execute(_INSERT_CAPTURE.sql, *_INSERT_CAPTURE.args(**rows.capture_values(capture)))

    async def save(self, capture: Capture) -> None:
        """A changed one."""
        values = rows.capture_values(capture)
        keys = {"key_merchant_id": capture.merchant_id, "key_id": capture.id}
        await self._connection.execute(_UPDATE_CAPTURE.sql, *_UPDATE_CAPTURE.args(**values, **keys))


class RefundStore:
    """Satisfies `domain.payments.ports.Refunds` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def of_operation(self, operation: Operation) -> Refund:
        """The refund that the operation carries out; raise `NotFound`."""
        arguments = _REFUND_OF.args(merchant_id=operation.merchant_id, operation_id=operation.id)
        row = await self._connection.fetchrow(_REFUND_OF.sql, *arguments)
        if row is None:
            what = "The refund"
            raise NotFound(what)
        return rows.refund_of(row)

    async def add(self, refund: Refund) -> None:
        """A new one."""
        await self._connection.execute(_INSERT_REFUND.sql, *_INSERT_REFUND.args(**rows.refund_values(refund)))

    async def save(self, refund: Refund) -> None:
        """A changed one."""
        values = rows.refund_values(refund)
        keys = {"key_merchant_id": refund.merchant_id, "key_id": refund.id}
        await self._connection.execute(_UPDATE_REFUND.sql, *_UPDATE_REFUND.args(**values, **keys))
