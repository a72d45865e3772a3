"""The write side of matches, items and remittances, and payouts as banks know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import bindparam, select

from adapters.postgres.reconciliation import rows, tables
from adapters.postgres.statement import Statement, insert_row, update_row
from adapters.postgres.versioned import VersionedTable
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import Contention
from domain.reconciliation.ports import SentPayout
from domain.settlements.payout import PayoutStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.audit.store import EventStore
    from adapters.postgres.database import FencedConnection
    from domain.reconciliation.bank_match import BankMatch
    from domain.reconciliation.reconciliation_item import ReconciliationItem
    from domain.reconciliation.remittance import Remittance

_ADD_MATCH = insert_row(tables.bank_matches)
_MATCHES = "SELECT * FROM bank_matches WHERE entry_id = ANY ($1::uuid[])"


class MatchStore:
    """Satisfies `domain.reconciliation.ports.BankMatches` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def add(self, match: BankMatch) -> None:
        """A new one; raise `Contention` when the entry, or what it is matched with, has one by now."""
        try:
            await self._connection.execute(_ADD_MATCH.sql, *_ADD_MATCH.args(**rows.match_values(match)))
        except asyncpg.UniqueViolationError as error:
            message = "The entry was matched at the same time; try again."
            raise Contention(message) from error

    async def of_entries(self, entry_ids: Collection[UUID]) -> Mapping[UUID, BankMatch]:
        """By the entries' ids."""
        found = await self._connection.fetch(_MATCHES, list(entry_ids))
        return {row["entry_id"]: rows.match_of(row) for row in found}


_T = tables.reconciliation_items
_TRIED = ("reason", "suspect_id", "suspect_owner_id", "next_try_at")
_CHANGING = (
    *_TRIED,
    "status",
    "owner_id",
    "resolution",
    "note",
    "ledger_entry_id",
    "ended_by_name",
    "ended_at",
    "updated_at",
    "version",
)
_ITEMS = VersionedTable(_T, "reconciliation_item", "The item", rows.item_values, _CHANGING)
_SAVE_TRIED = update_row(_T, *_TRIED)
_LOCK_ITEM = Statement(select(_T).where(_T.c.id == bindparam("id")).with_for_update())
_HAVE_ITEMS = "SELECT entry_id FROM reconciliation_items WHERE merchant_id = $1 AND entry_id = ANY ($2::uuid[])"
_DUE = """
SELECT * FROM reconciliation_items WHERE next_try_at <= $1 ORDER BY next_try_at LIMIT $2
"""


class ItemStore:
    """Satisfies `domain.reconciliation.ports.ReconciliationItems` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def for_update(self, item_id: UUID) -> ReconciliationItem:
        """The item, locked until the unit ends; raise `NotFound`."""
        row = await self._connection.fetchrow(_LOCK_ITEM.sql, *_LOCK_ITEM.args(id=item_id))
        if row is None:
            what = "The reconciliation item"
            raise NotFound(what)
        return rows.item_of(row)

    async def add(self, items: Sequence[ReconciliationItem]) -> None:
        """New ones with their events; those whose entries have an item already are left out."""
        found = await self._connection.fetch(_HAVE_ITEMS, PLATFORM, [item.entry_id for item in items])
        known = {row["entry_id"] for row in found}
        for item in items:
            if item.entry_id not in known:
                await _ITEMS.add(self._connection, self._events, item)

    async def save(self, item: ReconciliationItem) -> ReconciliationItem:
        """A changed one, also one without events; returned without them."""
        if item.events:
            return await _ITEMS.save(self._connection, self._events, item)
        arguments = _SAVE_TRIED.args(**rows.item_values(item), key_merchant_id=item.merchant_id, key_id=item.id)
        await self._connection.execute(_SAVE_TRIED.sql, *arguments)
        return item

    async def due(self, at: datetime, limit: int) -> list[ReconciliationItem]:
        """Those to be looked at again by then, the longest overdue first."""
        return [rows.item_of(row) for row in await self._connection.fetch(_DUE, at, limit)]


_R = tables.remittances
_REMITTANCES = VersionedTable(
    _R,
    "remittance",
    "The remittance",
    rows.remittance_values,
    ("status", "bank_entry_id", "ledger_entry_id", "matched_at", "version"),
)
_LOCK_REMITTANCE = Statement(select(_R).where(_R.c.id == bindparam("id")).with_for_update())
_OF_REFERENCES = "SELECT * FROM remittances WHERE reference = ANY ($1::text[]) ORDER BY id"
_KNOWN = "SELECT * FROM remittances WHERE merchant_id = $1 AND gateway = $2 AND reference = $3 AND currency = $4"


class RemittanceStore:
    """Satisfies `domain.reconciliation.ports.Remittances` in one transaction."""

    def __init__(self, connection: FencedConnection, events: EventStore) -> None:
        self._connection = connection
        self._events = events

    async def for_update(self, remittance_id: UUID) -> Remittance:
        """The remittance, locked until the unit ends; raise `NotFound`."""
        row = await self._connection.fetchrow(_LOCK_REMITTANCE.sql, *_LOCK_REMITTANCE.args(id=remittance_id))
        if row is None:
            what = "The remittance"
            raise NotFound(what)
        return rows.remittance_of(row)

    async def of_references(self, references: Collection[str]) -> list[Remittance]:
        """All that have one of these."""
        found = await self._connection.fetch(_OF_REFERENCES, list(references))
        return [rows.remittance_of(row) for row in found]

    async def add(self, remittance: Remittance) -> Remittance:
        """A new one with its events; returned without. Raises `Contention` when the gateway's reference is known."""
        try:
            return await _REMITTANCES.add(self._connection, self._events, remittance)
        except asyncpg.UniqueViolationError as error:
            message = "The same remittance was recorded at the same time; try again."
            raise Contention(message) from error

    async def known(self, gateway: str, reference: str, currency: str) -> Remittance | None:
        """The one of that gateway and reference."""
        row = await self._connection.fetchrow(_KNOWN, PLATFORM, gateway, reference, currency)
        return None if row is None else rows.remittance_of(row)

    async def save(self, remittance: Remittance) -> Remittance:
        """A changed one with its events; returned without them."""
        return await _REMITTANCES.save(self._connection, self._events, remittance)


_PAYOUT = """
SELECT p.merchant_id, p.id, p.end_to_end_id, p.status, p.amount_minor, p.currency, f.house_account AS account,
       p.bank_entry_id, p.return_entry_id
FROM payouts AS p LEFT JOIN payment_files AS f ON f.id = p.payment_file_id
"""
_PAYOUTS = f"{_PAYOUT} WHERE p.end_to_end_id = ANY ($1::text[])"
_ONE_PAYOUT = f"{_PAYOUT} WHERE p.id = $1"
_MOVED = f"{_PAYOUT} WHERE p.bank_entry_id = $1 OR p.return_entry_id = $1"


class SentPayoutStore:
    """Satisfies `domain.reconciliation.ports.SentPayouts` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def of_references(self, end_to_end_ids: Collection[str]) -> Mapping[str, SentPayout]:
        """By their end-to-end ids."""
        found = await self._connection.fetch(_PAYOUTS, list(end_to_end_ids))
        return {row["end_to_end_id"]: _sent(row) for row in found}

    async def get(self, payout_id: UUID) -> SentPayout:
        """The payout; raise `NotFound`."""
        row = await self._connection.fetchrow(_ONE_PAYOUT, payout_id)
        if row is None:
            what = "The payout"
            raise NotFound(what)
        return _sent(row)

    async def of_entry(self, entry_id: UUID) -> SentPayout | None:
        """The one that the bank entry has confirmed or returned, if any."""
        row = await self._connection.fetchrow(_MOVED, entry_id)
        return None if row is None else _sent(row)


def _sent(row: Record) -> SentPayout:
    return SentPayout(
        merchant_id=row["merchant_id"],
        id=row["id"],
        end_to_end_id=row["end_to_end_id"],
        status=PayoutStatus(row["status"]),
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        account=row["account"],
        bank_entry_id=row["bank_entry_id"],
        return_entry_id=row["return_entry_id"],
    )
