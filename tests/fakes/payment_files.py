"""The stores of payment files in memory, and a bank that takes files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention
from domain.merchants.merchant import MerchantStatus
from domain.settlements.file_errors import NotDelivered
from domain.settlements.payment_file import PaymentFileStatus
from domain.settlements.payout import PayoutStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.settlements.bank_account import BankAccount
    from domain.settlements.payment_file import PaymentFile
    from domain.settlements.payout import Payout
    from tests.fakes.transaction import Transaction

_WHAT = "The payment file"


@dataclass(slots=True)
class PaymentFileTables:
    """What is committed; contents are sealed."""

    files: dict[UUID, PaymentFile] = field(default_factory=dict)
    contents: dict[UUID, bytes] = field(default_factory=dict)


class MemoryPaymentFiles:
    """Satisfies `PaymentFiles`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.payment_files.files
        self._contents = transaction.tables.payment_files.contents

    async def add(self, file: PaymentFile, sealed: bytes) -> None:
        self._transaction.put(self._table, file)
        self._transaction.later(lambda: self._contents.__setitem__(file.id, sealed))

    async def for_update(self, file_id: UUID) -> PaymentFile:
        self._transaction.get(self._table, file_id, _WHAT)
        await self._transaction.lock(file_id)
        return self._transaction.get(self._table, file_id, _WHAT)

    async def save(self, file: PaymentFile) -> None:
        self._transaction.put(self._table, file)

    async def next_due(self, at: datetime) -> PaymentFile | None:
        due = [
            file
            for file in self._transaction.rows(self._table)
            if file.next_try_at is not None
            and file.next_try_at <= at
            and file.status is PaymentFileStatus.PREPARED
            and not self._transaction.tables.locks[file.id].locked()
        ]
        if not due:
            return None
        file = min(due, key=lambda file: (file.next_try_at or at, file.id))
        await self._transaction.lock(file.id)
        return file

    async def content(self, file_id: UUID) -> bytes:
        self._transaction.get(self._table, file_id, _WHAT)
        if file_id not in self._contents:
            raise NotFound(_WHAT)
        return self._contents[file_id]


class MemoryFilePayouts:
    """Satisfies `FilePayouts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._tables = transaction.tables

    @property
    def _table(self) -> dict[UUID, Payout]:
        return self._tables.payouts

    async def unfiled(self, currency: str, limit: int) -> list[tuple[Payout, BankAccount]]:
        found = [
            payout
            for payout in self._sorted()
            if payout.status is PayoutStatus.APPROVED
            and not payout.filed
            and payout.currency.code == currency
            and self._is_paid(payout)
            and not self._tables.locks[payout.id].locked()
        ][:limit]
        for payout in found:
            await self._transaction.lock(payout.id)
        return [(payout, self._tables.bank_accounts[payout.bank_account_id]) for payout in found]

    async def keep_filed(self, payouts: Sequence[Payout]) -> None:
        for payout in payouts:
            known = self._transaction.get(self._table, payout.id, "The payout")
            if known.filed or known.version != payout.version:
                message = "A payout was changed at the same time; try again."
                raise Contention(message)
            self._transaction.put(self._table, payout)

    async def of_file(self, file_id: UUID) -> list[Payout]:
        found = [payout for payout in self._sorted() if payout.payment_file_id == file_id]
        for payout in found:
            await self._transaction.lock(payout.id)
        return found

    async def stranded(self, limit: int) -> list[UUID]:
        failed = {
            file.id
            for file in self._transaction.rows(self._tables.payment_files.files)
            if file.status is PaymentFileStatus.FAILED
        }
        return [
            payout.id
            for payout in self._sorted()
            if payout.payment_file_id in failed and payout.status is PayoutStatus.APPROVED
        ][:limit]

    def _sorted(self) -> list[Payout]:
        return sorted(self._transaction.rows(self._table), key=lambda payout: payout.id)

    def _is_paid(self, payout: Payout) -> bool:
        account = self._tables.settlements.accounts.get((payout.merchant_id, payout.currency.code))
        held = account is not None and account.hold is not None
        return not held and self._tables.merchants[payout.merchant_id].status is MerchantStatus.ACTIVE


class BankFolder:
    """Satisfies `PaymentFileDelivery`; raises what it is told to, before or after the file lies there."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.deliveries: list[str] = []
        self.refusals: Sequence[Exception] = ()
        self.losses: Sequence[BaseException] = ()

    async def deliver(self, name: str, content: bytes) -> None:
        """Leave it there, once."""
        self.deliveries.append(name)
        if self.refusals:
            first, *self.refusals = self.refusals
            raise first
        if self.files.setdefault(name, content) != content:
            raise NotDelivered("Something else lies under the file's name; nothing was replaced.")
        if self.losses:
            first, *self.losses = self.losses
            raise first
