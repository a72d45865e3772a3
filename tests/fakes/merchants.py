"""The store of merchants, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from domain.merchants.merchant import Merchant
    from tests.fakes.transaction import Transaction


class MemoryMerchants:
    """Satisfies `Merchants`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.merchants

    async def get(self, merchant_id: UUID) -> Merchant:
        return self._transaction.get(self._table, merchant_id, "The merchant")

    async def for_update(self, merchant_id: UUID) -> Merchant:
        await self.get(merchant_id)
        await self._transaction.lock(merchant_id)
        return await self.get(merchant_id)

    async def add(self, merchant: Merchant) -> None:
        self._transaction.put(self._table, merchant)

    async def save(self, merchant: Merchant) -> None:
        self._transaction.put(self._table, merchant)
