"""The write side of settlements, of what is held of them, and of adjustments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import bindparam, select

from adapters.postgres.settlements import rows, tables
from adapters.postgres.statement import Statement, insert_row, select_row
from adapters.postgres.versioned import VersionedTable
from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.kernel.money import Currency
    from domain.settlements.adjustment import SettlementAdjustment
    from domain.settlements.reserve_hold import ReserveHold
    from domain.settlements.settlement import Settlement

_S = tables.settlements
_H = tables.reserve_holds
_CHANGING = (
    "merchant_name",
    "status",
    "cut_off",
    "settles_on",
    "closes_at",
    *tables.SUMS,
    "net_minor",
    "line_count",
    "entry_id",
    "payout_id",
    "closed_at",
    "paid_out_at",
    "version",
)
_WRITTEN = VersionedTable(_S, "settlement", "The settlement", rows.settlement_values, _CHANGING)
_HELD = VersionedTable(
    _H, "reserve_hold", "The reserve", rows.hold_values, ("released_at", "release_entry_id", "version")
)
_GET = Statement(select(_S).where(_S.c.id == bindparam("id")))
_OF_ACCOUNT = "SELECT * FROM settlements WHERE merchant_id = $1 AND currency = $2"
_OLDEST_OPEN = f"{_OF_ACCOUNT} AND status = 'OPEN' ORDER BY number LIMIT 1 FOR UPDATE"
_NUMBERED = f"{_OF_ACCOUNT} AND number = $3"
_NEWEST = f"{_OF_ACCOUNT} ORDER BY number DESC LIMIT 1 FOR UPDATE"
_ATTACH = """
WITH waiting AS (
    -- What remains in the balance is of the newest, so one is paid when the newer ones hold all of that.
    SELECT id, sum(net_minor) OVER (ORDER BY number DESC) - net_minor AS newer_minor FROM settlements
    WHERE merchant_id = $1 AND currency = $2 AND status = 'CLOSED' AND payout_id IS NULL AND net_minor > 0
), attached AS (
    UPDATE settlements AS s SET payout_id = $3 FROM waiting
    WHERE s.merchant_id = $1 AND s.id = waiting.id AND waiting.newer_minor >= $4::bigint RETURNING s.id, s.number
)
SELECT id FROM attached ORDER BY number DESC LIMIT 1
"""
_DETACH = "UPDATE settlements SET payout_id = NULL WHERE merchant_id = $1 AND payout_id = $2 AND status = 'CLOSED'"
_OF_PAYOUT = """
SELECT * FROM settlements WHERE merchant_id = $1 AND payout_id = $2 AND status = 'CLOSED' ORDER BY number FOR UPDATE
"""
_LOCK_HOLD = Statement(select(_H).where(_H.c.id == bindparam("id")).with_for_update())
_DUE_HOLDS = (
    "SELECT id FROM reserve_holds WHERE released_at IS NULL AND releases_at <= $1 ORDER BY releases_at, id LIMIT $2"
)
_ADJUSTMENT = select_row(tables.settlement_adjustments)
_ADJUST = insert_row(tables.settlement_adjustments)


class SettlementStore:
    """Satisfies `domain.settlements.ports.Settlements` and `PaidSettlements` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def get(self, settlement_id: UUID) -> Settlement:
        """The settlement as it is; raise `NotFound`."""
        found = _settlement(await self._connection.fetchrow(_GET.sql, *_GET.args(id=settlement_id)))
        if found is None:
            what = "The settlement"
            raise NotFound(what)
        return found

    async def oldest_open(self, merchant_id: UUID, currency: Currency) -> Settlement | None:
        """The open one that has to be closed first."""
        return _settlement(await self._connection.fetchrow(_OLDEST_OPEN, merchant_id, currency.code))

    async def newest(self, merchant_id: UUID, currency: Currency) -> Settlement | None:
        """The one of the highest number."""
        return _settlement(await self._connection.fetchrow(_NEWEST, merchant_id, currency.code))

    async def numbered(self, merchant_id: UUID, currency: Currency, number: int) -> Settlement | None:
        """The one of this number."""
        return _settlement(await self._connection.fetchrow(_NUMBERED, merchant_id, currency.code, number))

    async def add(self, settlement: Settlement) -> Settlement:
        """A new one with its events; returned without them."""
        return await _WRITTEN.add(self._connection, self._events, settlement)

    async def save(self, settlement: Settlement) -> Settlement:
        """A changed one with its events; returned without them. The version must be the one that was loaded."""
        return await _WRITTEN.save(self._connection, self._events, settlement)

    async def attach(self, merchant_id: UUID, currency: Currency, payout_id: UUID, left_minor: int) -> UUID | None:
        """Closed ones with a net that no payout holds are held by this one, but those of which money is left."""
        return await self._connection.fetchval(_ATTACH, merchant_id, currency.code, payout_id, left_minor)

    async def detach(self, merchant_id: UUID, payout_id: UUID) -> None:
        """The payout came to nothing: the next one holds what it held."""
        await self._connection.execute(_DETACH, merchant_id, payout_id)

    async def of_payout(self, merchant_id: UUID, payout_id: UUID) -> list[Settlement]:
        """The closed ones that it holds, locked until the unit ends; by number."""
        return [rows.settlement_of(row) for row in await self._connection.fetch(_OF_PAYOUT, merchant_id, payout_id)]


class ReserveHoldStore:
    """Satisfies `domain.settlements.ports.ReserveHolds` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def for_update(self, hold_id: UUID) -> ReserveHold:
        """The hold, locked until the unit ends; raise `NotFound`."""
        row = await self._connection.fetchrow(_LOCK_HOLD.sql, *_LOCK_HOLD.args(id=hold_id))
        if row is None:
            what = "The reserve"
            raise NotFound(what)
        return rows.hold_of(row)

    async def add(self, hold: ReserveHold) -> ReserveHold:
        """A new one with its events; returned without them."""
        return await _HELD.add(self._connection, self._events, hold)

    async def save(self, hold: ReserveHold) -> ReserveHold:
        """A released one with its events; returned without them."""
        return await _HELD.save(self._connection, self._events, hold)

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Those to be released by now, the earliest first."""
        return [row["id"] for row in await self._connection.fetch(_DUE_HOLDS, at, limit)]


class AdjustmentStore:
    """Satisfies `domain.settlements.ports.Adjustments` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def find(self, merchant_id: UUID, adjustment_id: UUID) -> SettlementAdjustment | None:
        """One by its id."""
        arguments = _ADJUSTMENT.args(key_merchant_id=merchant_id, key_id=adjustment_id)
        row = await self._connection.fetchrow(_ADJUSTMENT.sql, *arguments)
        return None if row is None else rows.adjustment_of(row)

    async def add(self, adjustment: SettlementAdjustment) -> None:
        """A new one; raise `Contention` when somebody else has made it."""
        try:
            await self._connection.execute(_ADJUST.sql, *_ADJUST.args(**rows.adjustment_values(adjustment)))
        except asyncpg.UniqueViolationError as error:
            message = "The adjustment was made at the same time; try again."
            raise Contention(message) from error


def _settlement(row: Mapping[str, Any] | None) -> Settlement | None:
    return None if row is None else rows.settlement_of(row)
