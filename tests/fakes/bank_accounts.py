"""The stores of bank accounts and of who has read their numbers, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus
from domain.kernel.unit import Contention
from domain.settlements.bank_account import LIVE, BankAccountStatus
from domain.settlements.bank_account_errors import BankAccountKnown
from tests.fakes.records import tell

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Currency
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_reveal import BankAccountReveal
    from tests.fakes.transaction import Transaction

_ENDED = frozenset({ApprovalStatus.REJECTED, ApprovalStatus.CANCELED, ApprovalStatus.EXPIRED, ApprovalStatus.FAILED})
_WHAT = "The bank account"


class MemoryBankAccounts:
    """Satisfies `BankAccounts` and `BankAccountQueue`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.bank_accounts

    async def get(self, account_id: UUID) -> BankAccount:
        return self._transaction.get(self._table, account_id, _WHAT)

    async def for_update(self, account_id: UUID) -> BankAccount:
        self._transaction.get(self._table, account_id, _WHAT)
        await self._transaction.lock(account_id)
        return self._transaction.get(self._table, account_id, _WHAT)

    async def add(self, account: BankAccount) -> BankAccount:
        self._transaction.ensure_within(account.merchant_id)
        for other in self._others(account.merchant_id, account.currency):
            if other.fingerprint == account.fingerprint and other.status in LIVE:
                raise BankAccountKnown
            if other.under_way and account.under_way:
                raise Contention("Another account was added at the same time; try again.")
        return self._write(account)

    async def save(self, account: BankAccount) -> BankAccount:
        known = self._transaction.get(self._table, account.id, _WHAT)
        if known.version != account.version - len(account.events):
            raise Contention("The bank account was changed at the same time; try again.")
        active = self._in(account.merchant_id, account.currency, BankAccountStatus.ACTIVE)
        if account.status is BankAccountStatus.ACTIVE and [one for one in active if one.id != account.id]:
            raise Contention("Another account was activated at the same time; try again.")
        return self._write(account)

    async def active(self, merchant_id: UUID, currency: Currency) -> BankAccount | None:
        return await self._locked(self._in(merchant_id, currency, BankAccountStatus.ACTIVE))

    async def under_way(self, merchant_id: UUID, currency: Currency) -> BankAccount | None:
        return await self._locked([one for one in self._others(merchant_id, currency) if one.under_way])

    async def usable(self, merchant_id: UUID, currency: Currency, at: datetime) -> BankAccount | None:
        usable = [
            (one.usable_from, one.id, one)
            for one in self._others(merchant_id, currency)
            if one.status is BankAccountStatus.ACTIVE or one.due(at)
        ]
        return max(usable, key=lambda row: row[:2], default=(None, None, None))[2]

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        due = [one for one in self._transaction.rows(self._table) if one.due(at)]
        return [one.id for one in sorted(due, key=lambda one: str(one.usable_from))][:limit]

    async def undecided(self, limit: int) -> list[UUID]:
        requests = self._transaction.rows(self._transaction.tables.approval_requests)
        ended = {request.operation_id for request in requests if request.status in _ENDED}
        waiting = self._transaction.rows(self._table)
        return sorted(
            one.id for one in waiting if one.status is BankAccountStatus.PENDING_APPROVAL and one.operation_id in ended
        )[:limit]

    def _others(self, merchant_id: UUID, currency: Currency) -> list[BankAccount]:
        rows = self._transaction.rows(self._table)
        return [one for one in rows if (one.merchant_id, one.currency) == (merchant_id, currency)]

    def _in(self, merchant_id: UUID, currency: Currency, status: BankAccountStatus) -> list[BankAccount]:
        return [one for one in self._others(merchant_id, currency) if one.status is status]

    async def _locked(self, found: list[BankAccount]) -> BankAccount | None:
        return await self.for_update(found[0].id) if found else None

    def _write(self, account: BankAccount) -> BankAccount:
        saved = replace(account, events=())
        self._transaction.put(self._table, saved)
        tell(self._transaction, "bank_account", account)
        return saved


class MemoryBankAccountReveals:
    """Satisfies `BankAccountReveals`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.bank_account_reveals

    async def add(self, reveal: BankAccountReveal) -> None:
        self._transaction.put(self._table, reveal)

    async def count(self, user_id: UUID, since: datetime) -> int:
        await self._transaction.lock(("reveals", user_id))
        rows = self._transaction.rows(self._table)
        return sum(row.revealed_by.id == user_id and row.revealed_at > since for row in rows)
