"""The write side of payments: load for update, save with a version check, events with their cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from adapters.postgres.payments import rows, tables
from adapters.postgres.statement import Statement, select_row
from adapters.postgres.versioned import VersionedTable
from domain.kernel.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.payments.payment import Payment

_T = tables.payments
_CHANGING = [c.key for c in _T.columns if c.computed is None and c.key not in rows.FIXED_PAYMENT_COLUMNS]
_WRITTEN = VersionedTable(_T, "payment", "The payment", rows.payment_values, _CHANGING)
_BY_ID = Statement(select(_T).where(_T.c.id == bindparam("id")))
_LOCK = Statement(select(_T).where(_T.c.id == bindparam("id")).with_for_update())
_GET = select_row(_T)
# As plain text: each half is what its partial index holds, in that order, and has the limit too: without it, under the
# fences, PostgreSQL does not merge the two by their order but reads and sorts all that is overdue.
_OVERDUE = """
SELECT id FROM (
  (SELECT id, authorization_expires_at AS due FROM payments
   WHERE status IN ('AUTHORIZED', 'PARTIALLY_CAPTURED', 'IN_REVIEW') AND authorization_expires_at <= $1
     AND capture_pending_minor = 0 AND NOT void_pending
   ORDER BY authorization_expires_at LIMIT $2)
  UNION ALL
  (SELECT id, next_action_expires_at FROM payments
   WHERE status = 'REQUIRES_ACTION' AND next_action_expires_at <= $1
   ORDER BY next_action_expires_at LIMIT $2)
) AS overdue
ORDER BY due
LIMIT $2
"""

_OF_REFERENCE = "SELECT id FROM payments WHERE gateway = $1 AND gateway_reference = $2 ORDER BY id LIMIT 1"


class PaymentStore:
    """Satisfies `domain.payments.ports.Payments` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def get(self, payment_id: UUID) -> Payment:
        """The payment as it is; raise `NotFound`."""
        return await self._one(_BY_ID, payment_id)

    async def for_update(self, payment_id: UUID) -> Payment:
        """The payment, locked until the unit ends; raise `NotFound`."""
        return await self._one(_LOCK, payment_id)

    async def add(self, payment: Payment) -> Payment:
        """A new one with its events; returned without them."""
        return await _WRITTEN.add(self._connection, self._events, payment)

    async def save(self, payment: Payment) -> Payment:
        """A changed one with its events; returned without them."""
        return await _WRITTEN.save(self._connection, self._events, payment)

    async def of_reference(self, gateway: str, gateway_reference: str) -> UUID | None:
        """The payment that a gateway knows by this reference, if there is one."""
        return await self._connection.fetchval(_OF_REFERENCE, gateway, gateway_reference)

    async def overdue(self, at: datetime, limit: int) -> list[UUID]:
        """Payments whose authorization or next action has run out, the oldest first."""
        found = await self._connection.fetch(_OVERDUE, at, limit)
        return [row["id"] for row in found]

    async def _one(self, statement: Statement, payment_id: UUID) -> Payment:
        row = await self._connection.fetchrow(statement.sql, *statement.args(id=payment_id))
        if row is None:
            what = "The payment"
            raise NotFound(what)
        return rows.payment_of(row)
