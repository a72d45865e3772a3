"""What the graph needs to read of bank accounts; PostgreSQL satisfies it. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.merchants.merchant import Merchant
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_filter import BankAccountFilter
    from domain.settlements.bank_account_reveal import BankAccountReveal


class BankAccountReads(Protocol):
    """The read side of bank accounts."""

    async def search(self, scope: Scope, wanted: BankAccountFilter, request: PageRequest) -> Slice[BankAccount]:
        """One page, newest first."""
        ...

    async def accounts(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, BankAccount]:
        """Accounts by id."""
        ...

    async def of_merchants(
        self, scope: Scope, merchants: Sequence[Merchant], request: PageRequest
    ) -> list[Slice[BankAccount]]:
        """A page of each merchant's accounts, newest first."""
        ...

    async def reveals(self, scope: Scope, accounts: Sequence[BankAccount], limit: int) -> list[list[BankAccountReveal]]:
        """The newest readings of each account's number."""
        ...

    def place(self, account: BankAccount) -> str:
        """Where an account stands in a list."""
        ...
