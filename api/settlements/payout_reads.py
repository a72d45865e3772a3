"""What the graph needs to read of payouts; PostgreSQL satisfies it. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from domain.audit.event_line import EventLine
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.ledger.entry import Entry
    from domain.settlements.payout import Payout
    from domain.settlements.payout_attempt import PayoutAttempt
    from domain.settlements.payout_filter import PayoutFilter, PayoutOrder, PayoutTotal
    from domain.settlements.payout_policy import PayoutPolicy


class PayoutReads(Protocol):
    """The read side of payouts."""

    async def search(
        self, scope: Scope, wanted: PayoutFilter, order: PayoutOrder, request: PageRequest
    ) -> Slice[Payout]:
        """One page."""
        ...

    async def totals(self, scope: Scope, wanted: PayoutFilter) -> list[PayoutTotal]:
        """How many there are in each status and currency, and what they amount to."""
        ...

    async def payouts(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, Payout]:
        """Payouts by id."""
        ...

    async def attempts_of(self, scope: Scope, payouts: Sequence[Payout]) -> list[list[PayoutAttempt]]:
        """Each payout's steps at the bank, the first first."""
        ...

    async def events_of(self, scope: Scope, payouts: Sequence[Payout]) -> list[list[EventLine]]:
        """What happened to each payout, the first first."""
        ...

    async def entries_of(self, scope: Scope, payouts: Sequence[Payout]) -> list[list[Entry]]:
        """What each payout posted to the ledger, the first first."""
        ...

    async def settlements_of(self, scope: Scope, payouts: Sequence[Payout]) -> list[list[UUID]]:
        """The settlements that each payout pays, by number."""
        ...

    async def policies(self, scope: Scope) -> list[PayoutPolicy]:
        """The platform's policies by currency; none for whoever does not see all merchants."""
        ...

    def cursor(self, payout: Payout, order: PayoutOrder) -> str:
        """Where a payout stands in a list of that order."""
        ...
