"""The stores of payouts and of their policies, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.identity.actor import ActorKind
from domain.kernel.money import Money
from domain.kernel.unit import Contention
from domain.ledger.account import AVAILABLE
from domain.merchants.merchant import MerchantStatus
from domain.settlements.bank_account import BankAccount, BankAccountStatus
from domain.settlements.payout import UNDECIDED, PayoutStatus
from domain.settlements.payout_errors import BankEntryUsed
from tests.fakes.records import tell

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Currency
    from domain.settlements.payout import Payout
    from domain.settlements.payout_policy import PayoutPolicy
    from domain.settlements.ports import AccountKey
    from domain.settlements.settlement_account import SettlementAccount
    from tests.fakes.transaction import Transaction

_S = PayoutStatus
_WHAT = "The payout"


class MemoryPayouts:
    """Satisfies `Payouts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.payouts

    async def get(self, payout_id: UUID) -> Payout:
        return self._transaction.get(self._table, payout_id, _WHAT)

    async def for_update(self, payout_id: UUID) -> Payout:
        self._transaction.get(self._table, payout_id, _WHAT)
        await self._transaction.lock(payout_id)
        return self._transaction.get(self._table, payout_id, _WHAT)

    async def add(self, payout: Payout) -> Payout:
        self._transaction.ensure_within(payout.merchant_id)
        return self._write(payout)

    async def save(self, payout: Payout) -> Payout:
        if not payout.events:
            return payout
        known = self._transaction.get(self._table, payout.id, _WHAT)
        if known.version != payout.version - len(payout.events):
            raise Contention("The payout was changed at the same time; try again.")
        for other in self._transaction.rows(self._table):
            entries = {other.bank_entry_id, other.return_entry_id} - {None}
            if other.id != payout.id and entries & {payout.bank_entry_id, payout.return_entry_id}:
                raise BankEntryUsed
        return self._write(payout)

    def _write(self, payout: Payout) -> Payout:
        saved = replace(payout, events=(), attempts=())
        self._transaction.put(self._table, saved)
        tell(self._transaction, "payout", payout)
        attempts = self._transaction.tables.payout_attempts
        self._transaction.later(lambda: attempts.extend(payout.attempts))
        return saved


class MemoryPayoutFunds:
    """Satisfies `PayoutFunds`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._tables = transaction.tables

    async def payable(self, merchant_id: UUID, currency: Currency) -> Money:
        available = sum(
            -posting.amount.minor
            for entry in self._tables.entries
            if entry.merchant_id == merchant_id
            for posting in entry.postings
            if posting.account == AVAILABLE and posting.amount.currency == currency
        )
        waiting = [one for one in self._of(merchant_id, currency) if one.status in UNDECIDED]
        return Money(available - sum(one.amount.minor for one in waiting), currency)

    async def approved_by_policy(self, merchant_id: UUID, currency: Currency, since: datetime) -> int:
        return sum(
            one.amount.minor
            for one in self._of(merchant_id, currency)
            if one.approved_by_policy
            and one.status not in {_S.CANCELED, _S.FAILED}
            and one.decided_at is not None
            and one.decided_at > since
        )

    async def stopped(self, merchant_id: UUID, currency: Currency, bank_account_id: UUID) -> bool:
        own = self._of(merchant_id, currency)
        if any(one.status in UNDECIDED and one.requested_by.kind is ActorKind.SYSTEM for one in own):
            return True
        answered = [
            (moment, one)
            for one in own
            if one.bank_account_id == bank_account_id
            and (moment := one.returned_at or one.failed_at or one.paid_at) is not None
        ]
        if not answered:
            return False
        last = max(answered, key=lambda pair: (pair[0], pair[1].id))[1]
        return last.status is _S.RETURNED or (last.status is _S.FAILED and last.failure_code != "NARR")

    async def due(self, at: datetime, after: AccountKey | None, limit: int) -> list[AccountKey]:
        keys = sorted(self._tables.settlements.accounts)
        later = [key for key in keys if after is None or key > (after[0], after[1].code)]
        found: list[AccountKey] = []
        for key in later:
            account = self._tables.settlements.accounts[key]
            if len(found) < limit and await self._is_due(account, at):
                found.append((account.merchant_id, account.currency))
        return found

    async def _is_due(self, account: SettlementAccount, at: datetime) -> bool:
        merchant = self._tables.merchants[account.merchant_id]
        if not account.schedule.automatic_payouts or account.hold or merchant.status is not MerchantStatus.ACTIVE:
            return False
        payable = await self.payable(account.merchant_id, account.currency)
        paid_to = self._bank_account(account, at)
        if paid_to is None or payable.minor < max(account.schedule.minimum_payout.minor, 1):
            return False
        return not await self.stopped(account.merchant_id, account.currency, paid_to.id)

    def _bank_account(self, account: SettlementAccount, at: datetime) -> BankAccount | None:
        usable = [
            one
            for one in self._tables.bank_accounts.values()
            if (one.merchant_id, one.currency) == (account.merchant_id, account.currency)
            and (one.status is BankAccountStatus.ACTIVE or one.due(at))
        ]
        return usable[-1] if usable else None

    def _of(self, merchant_id: UUID, currency: Currency) -> list[Payout]:
        rows = self._transaction.rows(self._tables.payouts)
        return [one for one in rows if (one.merchant_id, one.currency) == (merchant_id, currency)]


class MemoryPayoutPolicies:
    """Satisfies `PayoutPolicies`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.payout_policies

    async def of(self, currency: Currency) -> PayoutPolicy | None:
        await self._transaction.lock(("payout policy", currency.code))
        return self._table.get(currency.code)

    async def put(self, policy: PayoutPolicy) -> None:
        code = policy.automatic_up_to.currency.code
        known = self._table.get(code)
        if (known.version if known else 0) != policy.version - 1:
            raise Contention("The policy was changed at the same time; try again.")
        self._transaction.later(lambda: self._table.__setitem__(code, policy))
