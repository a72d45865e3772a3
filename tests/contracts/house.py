"""The two houses that every contract is run in: one in memory, one in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import asyncpg

from domain.audit.audit_record import AuditRecord
from domain.identity.actor import system_actor
from tests.fakes.transaction import Fenced

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant
    from tests.fakes.unit import MemoryUnits

SYSTEM = system_actor("contracts")
PostingRow = tuple["UUID", str, str, int]
EventRow = tuple["UUID", int, str]


class House(Protocol):
    """Units, and what they have committed."""

    @property
    def units(self) -> MemoryUnits | PostgresUnits: ...

    @property
    def fenced(self) -> type[Exception]:
        """What writing beyond the fence raises."""
        ...

    async def postings(self) -> list[PostingRow]:
        """Entry, account, currency and amount, in order."""
        ...

    async def events(self, subject_id: UUID) -> list[EventRow]:
        """Id, sequence and name of an object's events, in order."""
        ...

    async def records(self) -> list[AuditRecord]:
        """The audit log."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryHouse:
    """Everything in dictionaries."""

    units: MemoryUnits
    fenced: type[Exception] = Fenced

    async def postings(self) -> list[PostingRow]:
        return [
            (entry.id, posting.account.name, posting.amount.currency.code, posting.amount.minor)
            for entry in self.units.tables.entries
            for posting in entry.postings
        ]

    async def events(self, subject_id: UUID) -> list[EventRow]:
        events = self.units.tables.events
        return [(event.id, event.sequence, event.name) for event in events if event.subject_id == subject_id]

    async def records(self) -> list[AuditRecord]:
        return list(self.units.tables.audit)


@dataclass(frozen=True, slots=True)
class PostgresHouse:
    """Everything in a database of its own; `owner` sees all of it."""

    units: PostgresUnits
    owner: asyncpg.Connection
    fenced: type[Exception] = asyncpg.InsufficientPrivilegeError

    async def postings(self) -> list[PostingRow]:
        rows = await self.owner.fetch(
            "SELECT entry_id, account, currency, amount_minor FROM ledger_postings ORDER BY entry_id, position"
        )
        return [tuple(row) for row in rows]

    async def events(self, subject_id: UUID) -> list[EventRow]:
        rows = await self.owner.fetch(
            "SELECT id, sequence, name FROM events WHERE subject_id = $1 ORDER BY sequence", subject_id
        )
        return [tuple(row) for row in rows]

    async def records(self) -> list[AuditRecord]:
        columns = ", ".join(AuditRecord.__slots__)
        rows = await self.owner.fetch(f"SELECT {columns} FROM audit_records ORDER BY xid, id")
        return [AuditRecord(**dict(row)) for row in rows]


async def settle(house: House, *merchants: Merchant) -> None:
    """Commit these merchants."""
    async with house.units.begin(SYSTEM, "contract") as unit:
        for merchant in merchants:
            await unit.merchants.add(merchant)
        await unit.commit()


def names(events: Sequence[EventRow]) -> list[str]:
    """The names of events."""
    return [name for _, _, name in events]
