"""What the graph needs to read of the ledger; PostgreSQL satisfies it. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.ledger.balance import Balance
    from domain.ledger.entry import Entry
    from domain.ledger.filter import LedgerEntryFilter
    from domain.payments.payment import Payment


class LedgerReads(Protocol):
    """The read side of the ledger."""

    async def balances(self, scope: Scope, merchant_id: UUID, as_of: datetime | None) -> list[Balance]:
        """What the merchant is owed in each currency, now or as it was at a moment."""
        ...

    async def entries_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Entry]]:
        """Each payment's entries, oldest first."""
        ...

    async def entries_of_disputes(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[Entry]]:
        """Each dispute's entries, oldest first."""
        ...

    async def entries(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Entry]:
        """Entries by id."""
        ...

    async def search(self, scope: Scope, wanted: LedgerEntryFilter, request: PageRequest) -> Slice[Entry]:
        """One page of entries, newest first."""
        ...

    def cursor(self, entry: Entry) -> str:
        """Where an entry stands in a list."""
        ...
