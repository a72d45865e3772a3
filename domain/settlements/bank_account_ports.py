"""What bank accounts need of storage and of the world, at most seven methods each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.approvals.ports import ApprovalsUnit
from domain.settlements.bank_account import COOLING_PERIOD

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.idempotency import IdempotencyKeys
    from domain.kernel.money import Currency
    from domain.kernel.unit import Units
    from domain.merchants.ports import Merchants
    from domain.settlements.account_number import AccountEntry, AccountNumber
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_reveal import BankAccountReveal


class AccountNumbers(Protocol):
    """Knows the numbers of banks' accounts."""

    def parse(self, entry: AccountEntry) -> AccountNumber:
        """The number that somebody wrote, checked by all that its scheme has to check.

        Raises `Invalid`, which says what is wrong with it, and never repeats it.
        """
        ...


class BankAccountVault(Protocol):
    """Keeps numbers from whoever reads the database alone."""

    def seal(self, merchant_id: UUID, account_id: UUID, number: AccountNumber) -> bytes:
        """The number, readable for nobody else, of this account and no other."""
        ...

    def fingerprint(self, merchant_id: UUID, number: AccountNumber) -> bytes:
        """The same for the same account of a merchant, and of no use without the key."""
        ...

    def number_of(self, account: BankAccount) -> str:
        """The number in full, normalised; raise `Unavailable` for one that was sealed with another secret."""
        ...


class BankAccounts(Protocol):
    """The accounts of merchants."""

    async def get(self, account_id: UUID) -> BankAccount:
        """The account as it is; raise `NotFound`."""
        ...

    async def for_update(self, account_id: UUID) -> BankAccount:
        """The account, locked until the unit ends; raise `NotFound`."""
        ...

    async def add(self, account: BankAccount) -> BankAccount:
        """A new one with its events; returned without them.

        Raises `BankAccountKnown` when the merchant has this account in this currency, and `Contention` when another
        one was put under way at the same time.
        """
        ...

    async def save(self, account: BankAccount) -> BankAccount:
        """A changed one with its events; returned without them. The version must be the one that was loaded."""
        ...

    async def active(self, merchant_id: UUID, currency: Currency) -> BankAccount | None:
        """The one that is paid to, locked until the unit ends."""
        ...

    async def under_way(self, merchant_id: UUID, currency: Currency) -> BankAccount | None:
        """The one that is not paid to yet, locked until the unit ends."""
        ...

    async def usable(self, merchant_id: UUID, currency: Currency, at: datetime) -> BankAccount | None:
        """Where money goes at a moment: the newest account that is verified and through its cooling period, if any."""
        ...


class BankAccountQueue(Protocol):
    """The accounts that the clock and the approvals have something to do with."""

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        """Those whose cooling period is over, the earliest first."""
        ...

    async def undecided(self, limit: int) -> list[UUID]:
        """Those that wait for the approval of a request that nobody will approve any more, the oldest first."""
        ...


class BankAccountReveals(Protocol):
    """Who has read which number."""

    async def add(self, reveal: BankAccountReveal) -> None:
        """One more; it stays for good."""
        ...

    async def count(self, user_id: UUID, since: datetime) -> int:
        """How many numbers a person has read since then, of whichever merchant the unit's actor can see.

        Two that read at the same time as the same person count one after the other.
        """
        ...


class BankAccountUnit(ApprovalsUnit, Protocol):
    """One transaction over bank accounts, and the requests for their approval."""

    @property
    def merchants(self) -> Merchants: ...  # noqa: D102 - named as its type
    @property
    def keys(self) -> IdempotencyKeys: ...  # noqa: D102
    @property
    def bank_accounts(self) -> BankAccounts: ...  # noqa: D102
    @property
    def bank_account_queue(self) -> BankAccountQueue: ...  # noqa: D102
    @property
    def bank_account_reveals(self) -> BankAccountReveals: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccountPorts:
    """What the verbs of bank accounts are given. `cooling` is from the approval until an account is paid to."""

    clock: Clock
    units: Units[Actor, BankAccountUnit]
    numbers: AccountNumbers
    vault: BankAccountVault
    cooling: timedelta = COOLING_PERIOD
