"""What the graph needs to read of settlements; PostgreSQL satisfies it. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.audit.event_line import EventLine
    from domain.disputes.dispute import Dispute
    from domain.identity.actor import Scope
    from domain.kernel.money import Currency
    from domain.kernel.paging import PageRequest, Slice
    from domain.ledger.entry import Entry
    from domain.payments.payment import Payment
    from domain.settlements.adjustment import SettlementAdjustment
    from domain.settlements.filter import SettlementAccountFilter, SettlementFilter, SettlementOrder
    from domain.settlements.line import LineKind, SettlementLine
    from domain.settlements.preview import SettlementPreview
    from domain.settlements.reserve_hold import ReserveHold
    from domain.settlements.settlement import Settlement
    from domain.settlements.settlement_account import SettlementAccount

AccountKey = tuple["UUID", str]
"""A merchant and the code of a currency."""


class SettlementReads(Protocol):
    """The read side of settlements, their lines and accounts, reserves and adjustments."""

    async def settlements(
        self, scope: Scope, wanted: SettlementFilter, order: SettlementOrder, request: PageRequest
    ) -> Slice[Settlement]:
        """One page of settlements."""
        ...

    def settlement_cursor(self, settlement: Settlement, order: SettlementOrder) -> str:
        """Where a settlement stands in a list of that order."""
        ...

    async def settlements_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, Settlement]:
        """Settlements by id."""
        ...

    async def settlements_of_payments(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Settlement]]:
        """Of each payment those with a line of it, oldest first."""
        ...

    async def settlements_of_disputes(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[Settlement]]:
        """Of each dispute those with a line of it, oldest first."""
        ...

    async def settlements_of_entries(self, scope: Scope, entries: Sequence[Entry]) -> Mapping[UUID, Settlement]:
        """By the entries' ids, the settlement that each belongs to."""
        ...

    async def timelines(
        self, scope: Scope, settlements: Sequence[Settlement], request: PageRequest
    ) -> list[Slice[EventLine]]:
        """One page of each settlement's events, oldest first."""
        ...

    async def tally(self, scope: Scope, wanted: SettlementFilter) -> Sequence[Mapping[str, Any]]:
        """By `status` and `currency` the `count`, and the sum of each total in a column of its name."""
        ...

    async def lines(
        self, scope: Scope, settlements: Sequence[Settlement], kinds: Sequence[LineKind], request: PageRequest
    ) -> list[Slice[SettlementLine]]:
        """One page of each settlement's lines of these kinds, by ledger entry, oldest first."""
        ...

    def line_cursor(self, line: SettlementLine) -> str:
        """Where a line stands among its settlement's."""
        ...

    async def accounts(
        self, scope: Scope, wanted: SettlementAccountFilter, request: PageRequest
    ) -> Slice[SettlementAccount]:
        """One page of accounts, those of the newest merchants first."""
        ...

    def account_cursor(self, account: SettlementAccount) -> str:
        """Where an account stands in a list."""
        ...

    async def accounts_by_key(
        self, scope: Scope, keys: Collection[AccountKey]
    ) -> Mapping[AccountKey, SettlementAccount]:
        """Accounts by merchant and currency."""
        ...

    async def accounts_of_merchants(
        self, scope: Scope, merchant_ids: Sequence[UUID]
    ) -> Mapping[UUID, list[SettlementAccount]]:
        """Of each merchant all, by currency."""
        ...

    async def oldest_open(self, scope: Scope, keys: Collection[AccountKey]) -> Mapping[AccountKey, Settlement]:
        """The settlements that are closed next."""
        ...

    async def preview(
        self, scope: Scope, merchant_id: UUID, currency: Currency, at: datetime
    ) -> SettlementPreview | None:
        """What the next settlement would hold if it were closed at this moment."""
        ...

    async def reserves_of(self, scope: Scope, settlements: Sequence[Settlement]) -> Mapping[UUID, ReserveHold]:
        """By the settlements' ids, what is or was held of them."""
        ...

    async def reserves_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, ReserveHold]:
        """Reserves by id."""
        ...

    async def held(
        self, scope: Scope, accounts: Sequence[SettlementAccount], request: PageRequest
    ) -> list[Slice[ReserveHold]]:
        """One page of what each account has in reserve, oldest first."""
        ...

    async def adjustments(
        self, scope: Scope, currency: tuple[str, ...] | None, request: PageRequest
    ) -> Slice[SettlementAdjustment]:
        """One page of adjustments, newest first."""
        ...

    async def adjustments_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, SettlementAdjustment]:
        """Adjustments by id."""
        ...

    def place(self, row: ReserveHold | SettlementAdjustment) -> str:
        """Where a reserve or an adjustment stands in a list."""
        ...
