"""What payouts need of storage, at most seven methods each."""

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
    from domain.kernel.money import Currency, Money
    from domain.kernel.unit import Units
    from domain.ledger.ports import Ledger
    from domain.merchants.ports import Merchants
    from domain.settlements.bank_account_ports import BankAccounts
    from domain.settlements.payout import Payout
    from domain.settlements.payout_policy import PayoutPolicy
    from domain.settlements.ports import AccountKey, PaidSettlements, SettlementAccounts, Settlements


class Payouts(Protocol):
    """The payouts that the unit's actor can see."""

    async def get(self, payout_id: UUID) -> Payout:
        """The payout as it is; raise `NotFound`."""
        ...

    async def for_update(self, payout_id: UUID) -> Payout:
        """The payout, locked until the unit ends; raise `NotFound`."""
        ...

    async def add(self, payout: Payout) -> Payout:
        """A new one with its events; returned without them."""
        ...

    async def save(self, payout: Payout) -> Payout:
        """A changed one with its events and attempts; returned without them.

        The version must be the one that was loaded. Without events, nothing is written.
        """
        ...


class PayoutFunds(Protocol):
    """What there is to pay out. The settlement account is locked, but for `due`."""

    async def payable(self, merchant_id: UUID, currency: Currency) -> Money:
        """The available balance less all payouts that wait for a decision; less than zero when it is overdrawn."""
        ...

    async def approved_by_policy(self, merchant_id: UUID, currency: Currency, since: datetime) -> int:
        """What policies have approved since then, without what was stopped or has failed."""
        ...

    async def stopped(self, merchant_id: UUID, currency: Currency, bank_account_id: UUID) -> bool:
        """Whether a job must not go on by itself.

        That is while a payout that a job created waits for a decision, and once the last that was heard of payouts to
        the bank account is that its bank did not take one.
        """
        ...

    async def due(self, at: datetime, after: AccountKey | None, limit: int) -> list[AccountKey]:
        """Accounts with so much to be paid out that a job may do it, in a fixed order, behind the one given."""
        ...


class PayoutPolicies(Protocol):
    """The platform's policies."""

    async def of(self, currency: Currency) -> PayoutPolicy | None:
        """The currency's, if there is one; nobody changes it until the unit ends."""
        ...

    async def put(self, policy: PayoutPolicy) -> None:
        """Keep it in the place of the former; raise `Contention` when that is not the version before it."""
        ...


class PayoutUnit(ApprovalsUnit, Protocol):
    """One transaction over payouts and what they are paid from and to."""

    @property
    def payouts(self) -> Payouts: ...  # noqa: D102 - named as its type
    @property
    def payout_funds(self) -> PayoutFunds: ...  # noqa: D102
    @property
    def settlement_accounts(self) -> SettlementAccounts: ...  # noqa: D102
    @property
    def settlements(self) -> Settlements: ...  # noqa: D102
    @property
    def paid_settlements(self) -> PaidSettlements: ...  # noqa: D102
    @property
    def payout_policies(self) -> PayoutPolicies: ...  # noqa: D102
    @property
    def bank_accounts(self) -> BankAccounts: ...  # noqa: D102
    @property
    def merchants(self) -> Merchants: ...  # noqa: D102
    @property
    def ledger(self) -> Ledger: ...  # noqa: D102
    @property
    def keys(self) -> IdempotencyKeys: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPorts:
    """What the verbs of payouts are given."""

    clock: Clock
    units: Units[Actor, PayoutUnit]
