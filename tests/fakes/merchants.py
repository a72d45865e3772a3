"""The stores of merchants, their fee plans and volumes, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.errors import NotFound
from domain.ledger.entry import EntryKind
from domain.merchants.fee_plan_version import first_version

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.merchants.fee_plan import FeePlan
    from domain.merchants.fee_plan_version import FeePlanVersion
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
        self._transaction.later(lambda: self._transaction.tables.fee_plan_versions.append(first_version(merchant)))

    async def save(self, merchant: Merchant) -> None:
        self._transaction.put(self._table, merchant)


class MemoryFeePlans:
    """Satisfies `FeePlans`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, version: FeePlanVersion) -> None:
        self._transaction.ensure_within(version.merchant_id)
        self._transaction.later(lambda: self._transaction.tables.fee_plan_versions.append(version))

    async def latest(self, merchant_id: UUID) -> int:
        return self._newest_first(merchant_id)[0].number

    async def in_force(self, merchant_id: UUID, moment: datetime) -> FeePlan:
        versions = self._newest_first(merchant_id)
        return next(one.plan for one in versions if one.effective_from <= moment or one.number == 1)

    async def of_operation(self, merchant_id: UUID, operation_id: UUID) -> FeePlanVersion | None:
        versions = self._newest_first(merchant_id)
        return next((one for one in versions if one.operation_id == operation_id), None)

    async def sold_minor(self, merchant_id: UUID, currency: str, begin: datetime, end: datetime) -> int:
        return sum(
            entry.postings[0].amount.minor
            for entry in self._transaction.tables.entries
            if entry.merchant_id == merchant_id
            and entry.kind is EntryKind.CAPTURE
            and entry.postings[0].amount.currency.code == currency
            and begin <= entry.posted_at < end
        )

    def _newest_first(self, merchant_id: UUID) -> list[FeePlanVersion]:
        tables = self._transaction.tables
        versions = [one for one in tables.fee_plan_versions if one.merchant_id == merchant_id]
        if merchant_id not in tables.merchants or not self._transaction.visible(merchant_id):
            what = "The fee plan"
            raise NotFound(what)
        # Most tests put their merchant into the table by themselves, and never change its plan.
        if not versions:
            versions = [first_version(tables.merchants[merchant_id])]
        return sorted(versions, key=lambda one: one.number, reverse=True)


class MemoryVolumes:
    """Satisfies `MerchantVolumes` by counting the merchants that have captured since the last time."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def fold(self, at: datetime) -> int:
        del at
        tables = self._transaction.tables
        fresh = [one for one in tables.entries[tables.folded_entries :] if one.kind is EntryKind.CAPTURE]
        tables.folded_entries = len(tables.entries)
        return len({(one.merchant_id, one.postings[0].amount.currency) for one in fresh})
