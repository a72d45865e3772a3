"""The write side of early fraud warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from adapters.postgres.disputes import rows, tables
from adapters.postgres.disputes.known_payment import payment_is_known
from adapters.postgres.statement import Statement, insert_row
from adapters.postgres.versioned import VersionedTable
from domain.kernel.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.disputes.early_fraud_warning import EarlyFraudWarning, WarningNotice

_W = tables.early_fraud_warnings
_INSERT = insert_row(_W)
_ADD = f"{_INSERT.sql} ON CONFLICT (merchant_id, gateway, notice_id) DO NOTHING"
_LOCK = Statement(select(_W).where(_W.c.id == bindparam("id")).with_for_update())
_OF_PAYMENT = Statement(
    select(_W)
    .where(_W.c.merchant_id == bindparam("merchant_id"), _W.c.payment_id == bindparam("payment_id"))
    .order_by(_W.c.id)
    .with_for_update()
)
_CHANGING = ("status", "refund_id", "updated_at", "version")
_WRITTEN = VersionedTable(_W, "early_fraud_warning", "The early fraud warning", rows.warning_values, _CHANGING)
_P = tables.parked_warnings
_PARK = insert_row(_P)
_PARKED = Statement(select(_P).where(payment_is_known(_P)).order_by(_P.c.parked_at).limit(bindparam("most")))


class WarningStore:
    """Satisfies `domain.disputes.ports.Warnings` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def for_update(self, warning_id: UUID) -> EarlyFraudWarning:
        """The warning, locked until the unit ends; raise `NotFound`."""
        row = await self._connection.fetchrow(_LOCK.sql, *_LOCK.args(id=warning_id))
        if row is None:
            what = "The early fraud warning"
            raise NotFound(what)
        return rows.warning_of(row)

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> list[EarlyFraudWarning]:
        """All about a payment, locked until the unit ends, the oldest first."""
        arguments = _OF_PAYMENT.args(merchant_id=merchant_id, payment_id=payment_id)
        return [rows.warning_of(row) for row in await self._connection.fetch(_OF_PAYMENT.sql, *arguments)]

    async def add(self, warning: EarlyFraudWarning) -> bool:
        """A new one with its events; false when the same one was added before."""
        if await self._connection.execute(_ADD, *_INSERT.args(**rows.warning_values(warning))) != "INSERT 0 1":
            return False
        await self._events.append("early_fraud_warning", warning)
        return True

    async def save(self, warning: EarlyFraudWarning) -> EarlyFraudWarning:
        """A changed one with its events; returned without them."""
        return await _WRITTEN.save(self._connection, self._events, warning)

    async def park(self, notice: WarningNotice, at: datetime) -> None:
        """Keep one about a payment that is not known, until it is."""
        sql = f"{_PARK.sql} ON CONFLICT (gateway, notice_id) DO NOTHING"
        await self._connection.execute(sql, *_PARK.args(**rows.parked_values(notice, at)))

    async def parked(self, limit: int) -> list[WarningNotice]:
        """Those whose payments are known by now, the oldest first."""
        return [rows.parked_of(row) for row in await self._connection.fetch(_PARKED.sql, *_PARKED.args(most=limit))]

    async def unpark(self, notice: WarningNotice) -> bool:
        """It waits no longer; false when somebody else has said so."""
        gone = "DELETE FROM parked_warnings WHERE gateway = $1 AND notice_id = $2"
        return await self._connection.execute(gone, notice.gateway, notice.notice_id) == "DELETE 1"
