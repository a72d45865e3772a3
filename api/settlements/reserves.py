"""What is held in reserve of a merchant's money, and what was adjusted by hand, in the graph."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.fields import batched
from api.found import in_order
from api.ledger.types import LedgerEntry, ledger_entry
from api.money import Money, shown
from api.node import Node, identifier
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.settlements import adjustment as adjustments
from domain.settlements import reserve_hold as reserves

if TYPE_CHECKING:
    from api.merchants.types import Merchant
    from api.settlements.types import Settlement

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
SettlementOf: TypeAlias = Annotated["Settlement", strawberry.lazy("api.settlements.types")]
READ = Permission.SETTLEMENTS_READ


async def _settlements(rows: list["ReserveHold"], reading: Reading) -> list[SettlementOf]:
    from api.settlements.types import settlement  # noqa: PLC0415 - a settlement shows its reserve

    ids = [row.entity.settlement_id for row in rows]
    found = await reading.reads.settlements.settlements_by_id(reading.scope, set(ids))
    return in_order(found, ids, settlement, "The settlement")


async def _merchants(rows: list["SettlementAdjustment"], reading: Reading) -> list[MerchantOf]:
    from api.merchants.types import merchant  # noqa: PLC0415 - merchants show their settlement accounts

    ids = [row.entity.merchant_id for row in rows]
    found = await reading.reads.merchants.merchants(reading.scope, set(ids))
    return in_order(found, ids, merchant, "The merchant")


async def _entries(rows: list["SettlementAdjustment"], reading: Reading) -> list[LedgerEntry]:
    ids = [row.entity.entry_id for row in rows]
    found = await reading.reads.ledger.entries(reading.scope, set(ids))
    return in_order(found, ids, ledger_entry, "The ledger entry")


@strawberry.type(description="Money of one settlement that is held back for a while, and then part of a later one.")
class ReserveHold(Node):
    """A share of what was captured."""

    entity: strawberry.Private[reserves.ReserveHold]
    id: strawberry.ID = identifier(Prefix.RESERVE)
    amount: Money = derived("What is held.", shown, "entity.amount")
    release_on: date = derived("The day in the merchant's time zone on which it is released.", "entity.release_on")
    held_at: datetime = derived("Since when it is held.", "entity.held_at")
    released_at: datetime | None = derived("When it was released, if it was.", "entity.released_at")
    settlement: SettlementOf = batched(READ, "The settlement of which it is held.")(_settlements)


@strawberry.type(description="What somebody gave a merchant or took from it by hand, after somebody else approved it.")
class SettlementAdjustment(Node):
    """It is a line of the next settlement that is closed."""

    entity: strawberry.Private[adjustments.SettlementAdjustment]
    id: strawberry.ID = identifier(Prefix.ADJUSTMENT)
    amount: Money = derived("What was given (above zero) or taken (below zero).", shown, "entity.amount")
    reason: str = derived("Why.", "entity.reason")
    requested_by: str = derived("The name of whoever asked for it.", "entity.requested_by.name")
    approved_by: str = derived("The name of whoever approved it.", "entity.approved_by.name")
    at: datetime = derived("When it was posted.", "entity.at")
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant.")(_merchants)
    ledger_entry: LedgerEntry = batched(Permission.LEDGER_READ, "The entry that posted it.")(_entries)


def reserve_hold(entity: reserves.ReserveHold) -> ReserveHold:
    """A reserve as the graph shows it."""
    return ReserveHold(entity=entity)


def settlement_adjustment(entity: adjustments.SettlementAdjustment) -> SettlementAdjustment:
    """An adjustment as the graph shows it."""
    return SettlementAdjustment(entity=entity)
