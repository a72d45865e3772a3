"""The stores of settlements, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from domain.kernel.errors import NotFound
from domain.kernel.unit import Contention
from domain.ledger.account import PENDING
from domain.ledger.entry import EntryKind
from domain.settlements.line import LineKind, SettlementLine
from domain.settlements.settlement import SettlementStatus
from domain.settlements.totals import gathered_of
from tests.fakes.records import tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Currency
    from domain.ledger.entry import Entry
    from domain.settlements.adjustment import SettlementAdjustment
    from domain.settlements.ports import AccountKey
    from domain.settlements.reserve_hold import ReserveHold
    from domain.settlements.settlement import Settlement
    from domain.settlements.settlement_account import SettlementAccount
    from domain.settlements.totals import Gathered
    from tests.fakes.transaction import Transaction

    LineKey = tuple[UUID, int]

_OWN = frozenset({EntryKind.SETTLEMENT, EntryKind.RESERVE_HOLD})
_FEES = {"CAPTURE": "FEE", "REFUND": "FEE", "REFUND_RETURNED": "FEE", "DISPUTE": "DISPUTE_FEE"}
_FEE_FROM = 2


@dataclass(slots=True)
class SettlementTables:
    """What is committed."""

    accounts: dict[tuple[UUID, str], SettlementAccount] = field(default_factory=dict)
    settlements: dict[UUID, Settlement] = field(default_factory=dict)
    lines: dict[LineKey, SettlementLine] = field(default_factory=dict)
    holds: dict[UUID, ReserveHold] = field(default_factory=dict)
    adjustments: dict[UUID, SettlementAdjustment] = field(default_factory=dict)


class MemorySettlementAccounts:
    """Satisfies `SettlementAccounts` and `SettlementQueue`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.settlements.accounts
        self._own: dict[tuple[UUID, str], SettlementAccount] = {}

    async def for_update(self, merchant_id: UUID, currency: Currency) -> SettlementAccount:
        key = (merchant_id, currency.code)
        if key in self._table:
            await self._transaction.lock(("settlement account", *key))
        found = self._own.get(key, self._table.get(key))
        if found is None or not self._transaction.visible(merchant_id):
            what = f"The settlement account in {currency.code}"
            raise NotFound(what)
        return found

    async def claim(self, merchant_id: UUID, currency: Currency) -> SettlementAccount | None:
        key = (merchant_id, currency.code)
        if key not in self._table or self._transaction.tables.locks["settlement account", *key].locked():
            return None
        return await self.for_update(merchant_id, currency)

    async def add(self, account: SettlementAccount) -> None:
        key = (account.merchant_id, account.currency.code)
        await self._transaction.lock(("settlement account", *key))
        if key in self._table:
            raise Contention("The account was made at the same time; try again.")
        await self.save(account)

    async def save(self, account: SettlementAccount) -> None:
        self._transaction.ensure_within(account.merchant_id)
        key = (account.merchant_id, account.currency.code)
        self._own[key] = account
        self._transaction.later(lambda: self._table.__setitem__(key, account))

    async def without_account(self, limit: int) -> list[AccountKey]:
        if not self._transaction.try_lock("settlement openings"):
            return []
        posted = {
            (entry.merchant_id, posting.amount.currency)
            for entry in self._transaction.tables.entries
            for posting in entry.postings
            if posting.account == PENDING
        }
        return [key for key in posted if (key[0], key[1].code) not in self._table][:limit]

    async def run_out(self, at: datetime, limit: int) -> list[AccountKey]:
        past = [(one.open_until, one) for one in self._table.values() if one.open_until and one.open_until <= at]
        return [(one.merchant_id, one.currency) for _, one in sorted(past, key=lambda pair: pair[0])][:limit]

    async def due(self, at: datetime, limit: int) -> list[AccountKey]:
        due = [one for one in self._transaction.tables.settlements.settlements.values() if one.is_due(at)]
        keys = dict.fromkeys((one.merchant_id, one.currency) for one in due)
        return [key for key in keys if self._table[key[0], key[1].code].hold is None][:limit]


class MemorySettlements:
    """Satisfies `Settlements` and `PaidSettlements`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.settlements.settlements
        self._new: dict[UUID, Settlement] = {}

    async def get(self, settlement_id: UUID) -> Settlement:
        return self._transaction.get(self._table, settlement_id, "The settlement")

    async def oldest_open(self, merchant_id: UUID, currency: Currency) -> Settlement | None:
        found = [one for one in self._of(merchant_id, currency) if one.status is SettlementStatus.OPEN]
        return found[0] if found else None

    async def newest(self, merchant_id: UUID, currency: Currency) -> Settlement | None:
        found = self._of(merchant_id, currency)
        return found[-1] if found else None

    async def numbered(self, merchant_id: UUID, currency: Currency, number: int) -> Settlement | None:
        return next((one for one in self._of(merchant_id, currency) if one.number == number), None)

    async def add(self, settlement: Settlement) -> Settlement:
        saved = self._keep(settlement)
        self._new[saved.id] = saved
        return saved

    async def save(self, settlement: Settlement) -> Settlement:
        loaded = self._transaction.get(self._table, settlement.id, "The settlement")
        if loaded.version != settlement.version - len(settlement.events):
            raise Contention("The settlement was changed at the same time; try again.")
        return self._keep(settlement)

    async def attach(self, merchant_id: UUID, currency: Currency, payout_id: UUID, left_minor: int) -> UUID | None:
        closed = [one for one in self._of(merchant_id, currency) if one.status is SettlementStatus.CLOSED]
        waiting = [one for one in closed if one.payout_id is None and one.net.minor > 0]
        while waiting and left_minor > 0:
            left_minor -= waiting.pop().net.minor
        for one in waiting:
            self._transaction.put(self._table, replace(one, payout_id=payout_id))
        return waiting[-1].id if waiting else None

    async def detach(self, merchant_id: UUID, payout_id: UUID) -> None:
        for one in await self.of_payout(merchant_id, payout_id):
            self._transaction.put(self._table, replace(one, payout_id=None))

    async def of_payout(self, merchant_id: UUID, payout_id: UUID) -> list[Settlement]:
        held = [one for one in self._transaction.rows(self._table) if one.payout_id == payout_id]
        found = [one for one in held if one.merchant_id == merchant_id and one.status is SettlementStatus.CLOSED]
        return sorted(found, key=lambda one: one.number)

    def _of(self, merchant_id: UUID, currency: Currency) -> list[Settlement]:
        own = [one for one in self._new.values() if one.id not in self._table]
        found = [one for one in (*self._transaction.rows(self._table), *own) if one.merchant_id == merchant_id]
        return sorted((one for one in found if one.currency == currency), key=lambda one: one.number)

    def _keep(self, settlement: Settlement) -> Settlement:
        tell(self._transaction, "settlement", settlement)
        saved = replace(settlement, events=())
        self._transaction.put(self._table, saved)
        return saved


class MemorySettlementLines:
    """Satisfies `SettlementLines`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.settlements.lines

    async def gather(self, account: SettlementAccount, settlement: Settlement, cut_off: datetime) -> Gathered:
        lines = [
            line
            for entry in self._transaction.tables.entries
            if entry.merchant_id == account.merchant_id and entry.kind not in _OWN and entry.posted_at <= cut_off
            for line in _lines(entry, account.currency, settlement.id)
            if (line.entry_id, line.position) not in self._table
        ]
        await self.add(tuple(lines))
        kinds = {line.kind.value for line in lines}
        return gathered_of({kind: _sum([line for line in lines if line.kind.value == kind]) for kind in kinds})

    async def add(self, lines: tuple[SettlementLine, ...]) -> None:
        for line in lines:
            self._transaction.ensure_within(line.merchant_id)
        keyed = {(line.entry_id, line.position): line for line in lines}
        self._transaction.later(lambda: self._table.update(keyed))


def _lines(entry: Entry, currency: Currency, settlement_id: UUID) -> Iterator[SettlementLine]:
    for position, posting in enumerate(entry.postings):
        if posting.account != PENDING or posting.amount.currency != currency:
            continue
        own = "REFUND" if entry.kind is EntryKind.REFUND_RETURNED else entry.kind.value
        kind = _FEES.get(entry.kind.value, own) if position >= _FEE_FROM else own
        yield SettlementLine(
            merchant_id=entry.merchant_id,
            entry_id=entry.id,
            position=position,
            settlement_id=settlement_id,
            kind=LineKind(kind),
            amount=type(posting.amount)(-posting.amount.minor, currency),
            payment_id=entry.payment_id,
            dispute_id=entry.dispute_id,
            posted_at=entry.posted_at,
        )


def _sum(lines: list[SettlementLine]) -> tuple[int, int]:
    return sum(line.amount.minor for line in lines), len(lines)


class MemoryReserveHolds:
    """Satisfies `ReserveHolds`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.settlements.holds

    async def for_update(self, hold_id: UUID) -> ReserveHold:
        what = "The reserve"
        self._transaction.get(self._table, hold_id, what)
        await self._transaction.lock(hold_id)
        return self._transaction.get(self._table, hold_id, what)

    async def add(self, hold: ReserveHold) -> ReserveHold:
        tell(self._transaction, "reserve_hold", hold)
        saved = replace(hold, events=())
        self._transaction.put(self._table, saved)
        return saved

    async def save(self, hold: ReserveHold) -> ReserveHold:
        return await self.add(hold)

    async def due(self, at: datetime, limit: int) -> list[UUID]:
        held = [one for one in self._transaction.rows(self._table) if one.released_at is None and one.releases_at <= at]
        return [one.id for one in sorted(held, key=lambda one: (one.releases_at, one.id))][:limit]


class MemoryAdjustments:
    """Satisfies `Adjustments`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._table = transaction.tables.settlements.adjustments

    async def find(self, merchant_id: UUID, adjustment_id: UUID) -> SettlementAdjustment | None:
        found = self._table.get(adjustment_id)
        return found if found is not None and found.merchant_id == merchant_id else None

    async def add(self, adjustment: SettlementAdjustment) -> None:
        await self._transaction.lock(("adjustment", adjustment.id))
        if adjustment.id in self._table:
            raise Contention("The adjustment was made at the same time; try again.")
        self._transaction.put(self._table, adjustment)
