"""What settlements need of storage and of the world, at most seven methods each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.approvals.ports import ApprovalsUnit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.idempotency import IdempotencyKeys
    from domain.kernel.money import Currency
    from domain.kernel.unit import Units
    from domain.ledger.ports import Ledger
    from domain.merchants.ports import Merchants
    from domain.settlements.adjustment import SettlementAdjustment
    from domain.settlements.line import SettlementLine
    from domain.settlements.reserve_hold import ReserveHold
    from domain.settlements.schedule import BusinessDays
    from domain.settlements.settlement import Settlement
    from domain.settlements.settlement_account import SettlementAccount
    from domain.settlements.totals import Gathered

AccountKey = tuple["UUID", "Currency"]
"""Merchant and currency."""


class SettlementAccounts(Protocol):
    """One for each merchant and currency; its lock is what closings and payouts take turns by."""

    async def for_update(self, merchant_id: UUID, currency: Currency) -> SettlementAccount:
        """The account, locked until the unit ends; raise `NotFound`."""
        ...

    async def claim(self, merchant_id: UUID, currency: Currency) -> SettlementAccount | None:
        """The same without waiting: None while somebody else has it, and where there is none."""
        ...

    async def add(self, account: SettlementAccount) -> None:
        """A new one; raise `Contention` when somebody else has made it."""
        ...

    async def save(self, account: SettlementAccount) -> None:
        """A changed one, which is locked."""
        ...


class SettlementQueue(Protocol):
    """What the clock has something to do with."""

    async def without_account(self, limit: int) -> list[AccountKey]:
        """Merchants and currencies with a posting to `pending` and no account.

        Looks only at what was posted since the last look that found fewer than `limit`; nobody else looks until the
        unit ends, and who does meanwhile finds nothing.
        """
        ...

    async def run_out(self, at: datetime, limit: int) -> list[AccountKey]:
        """Accounts whose newest open settlement is past its cut-off, the earliest first."""
        ...

    async def due(self, at: datetime, limit: int) -> list[AccountKey]:
        """Accounts that are not on hold and have a settlement to be closed by now, the earliest first."""
        ...


class Settlements(Protocol):
    """The settlements of those accounts."""

    async def get(self, settlement_id: UUID) -> Settlement:
        """The settlement as it is; raise `NotFound`."""
        ...

    async def oldest_open(self, merchant_id: UUID, currency: Currency) -> Settlement | None:
        """The open one that has to be closed first."""
        ...

    async def newest(self, merchant_id: UUID, currency: Currency) -> Settlement | None:
        """The one of the highest number."""
        ...

    async def numbered(self, merchant_id: UUID, currency: Currency, number: int) -> Settlement | None:
        """The one of this number."""
        ...

    async def add(self, settlement: Settlement) -> Settlement:
        """A new one with its events; returned without them."""
        ...

    async def save(self, settlement: Settlement) -> Settlement:
        """A changed one with its events; returned without them. The version must be the one that was loaded."""
        ...


class PaidSettlements(Protocol):
    """Which payout holds the net of which settlements; the account is locked."""

    async def attach(self, merchant_id: UUID, currency: Currency, payout_id: UUID, left_minor: int) -> UUID | None:
        """Closed ones that no payout holds are held by this one, the oldest first; the newest of them.

        Left out are those without a net, and the newest of which money stays in the balance: `left_minor` remains.
        """
        ...

    async def detach(self, merchant_id: UUID, payout_id: UUID) -> None:
        """The payout came to nothing: the next one holds what it held."""
        ...

    async def of_payout(self, merchant_id: UUID, payout_id: UUID) -> list[Settlement]:
        """The closed ones that it holds, locked until the unit ends; by number."""
        ...


class SettlementLines(Protocol):
    """The lines of settlements; they are only ever added."""

    async def gather(self, account: SettlementAccount, settlement: Settlement, cut_off: datetime) -> Gathered:
        """Make a line of every posting to `pending` up to the cut-off that is in no line yet, in one statement.

        The account is locked. What is posted up to the cut-off and committed later is left to the next closing.
        Nothing that this posts itself is gathered: neither settlements nor reserves that are held.
        """
        ...

    async def add(self, lines: tuple[SettlementLine, ...]) -> None:
        """The lines that a closing adds itself."""
        ...


class ReserveHolds(Protocol):
    """What is held back of settlements."""

    async def for_update(self, hold_id: UUID) -> ReserveHold:
        """The hold, locked until the unit ends; raise `NotFound`."""
        ...

    async def add(self, hold: ReserveHold) -> ReserveHold:
        """A new one with its events; returned without them."""
        ...

    async def save(self, hold: ReserveHold) -> ReserveHold:
        """A released one with its events; returned without them."""
        ...

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Those to be released by now, the earliest first."""
        ...


class Adjustments(Protocol):
    """What was given and taken by hand; they are only ever added."""

    async def find(self, merchant_id: UUID, adjustment_id: UUID) -> SettlementAdjustment | None:
        """One by its id."""
        ...

    async def add(self, adjustment: SettlementAdjustment) -> None:
        """A new one; raise `Contention` when somebody else has made it."""
        ...


class SettlementUnit(ApprovalsUnit, Protocol):
    """One transaction over settlements, the ledger, and the requests for what needs approval."""

    @property
    def merchants(self) -> Merchants: ...  # noqa: D102 - named as its type
    @property
    def keys(self) -> IdempotencyKeys: ...  # noqa: D102
    @property
    def ledger(self) -> Ledger: ...  # noqa: D102
    @property
    def settlement_accounts(self) -> SettlementAccounts: ...  # noqa: D102
    @property
    def settlement_queue(self) -> SettlementQueue: ...  # noqa: D102
    @property
    def settlements(self) -> Settlements: ...  # noqa: D102
    @property
    def settlement_lines(self) -> SettlementLines: ...  # noqa: D102
    @property
    def reserve_holds(self) -> ReserveHolds: ...  # noqa: D102
    @property
    def adjustments(self) -> Adjustments: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementPorts:
    """What the verbs of this context are given."""

    clock: Clock
    units: Units[Actor, SettlementUnit]
    business_days: BusinessDays
