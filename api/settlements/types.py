"""The settlement in the graph: plain attributes of its row, and relations resolved a level at a time."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.audit.events import Event
from api.connection import Connection
from api.derivation import derived
from api.fields import batched
from api.ledger.types import LedgerEntry
from api.money import Money, shown
from api.node import Node, identifier
from api.scalars import CurrencyCode
from api.settlements import relations
from api.settlements.enums import SettlementStatus
from api.settlements.lines import SettlementLine
from api.settlements.relations import AvailableSettlementAction
from api.settlements.reserves import ReserveHold
from api.settlements.statements import SettlementStatement, statements
from api.settlements.totals import SettlementSums, settlement_sums
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.settlements import settlement as settlements

if TYPE_CHECKING:
    from api.merchants.types import Merchant
    from api.settlements.payouts import Payout

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PayoutOf: TypeAlias = Annotated["Payout", strawberry.lazy("api.settlements.payouts")]
READ = Permission.SETTLEMENTS_READ


@strawberry.type(
    description="What a merchant is owed in one currency up to a cut-off: gathered, netted, and made available."
)
class Settlement(Node):
    """Its sums are zero until it is closed; `settlementPreview` adds up the next one."""

    entity: strawberry.Private[settlements.Settlement]
    id: strawberry.ID = identifier(Prefix.SETTLEMENT)
    number: int = derived("Its place among the merchant's in this currency, from 1.", "entity.number")
    status: SettlementStatus = derived("How far it has come.", "entity.status")
    currency: CurrencyCode = derived("The currency.", "entity.currency.code")
    period_start: datetime | None = derived(
        "The cut-off of the one before. What was posted by then, and committed only after its closing, is in this one.",
        "entity.period_start",
    )
    cut_off: datetime | None = derived(
        "Up to when postings belong to it; none while only a person decides that.", "entity.cut_off"
    )
    settles_on: date | None = derived(
        "The day in the merchant's time zone from which on it is closed.", "entity.settles_on"
    )
    totals: SettlementSums = derived(
        "What its lines sum to, kind by kind.", settlement_sums, "entity.totals", "entity.currency"
    )
    net: Money = derived("What it made available; never below zero, since that is carried over.", shown, "entity.net")
    line_count: int = derived("How many lines it has.", "entity.line_count")
    opened_at: datetime = derived("When it was opened.", "entity.opened_at")
    closed_at: datetime | None = derived("When it was closed.", "entity.closed_at")
    paid_out_at: datetime | None = derived("When the bank had confirmed its payout.", "entity.paid_out_at")
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant that is paid.")(relations.merchants)
    lines: Connection[SettlementLine] = batched(READ, "Its lines by ledger entry, oldest first.")(relations.lines)
    reserve: ReserveHold | None = batched(READ, "What of it is, or was, held in reserve.")(relations.reserves)
    payout: PayoutOf | None = batched(Permission.PAYOUTS_READ, "The payout that holds its net, if one does.")(
        relations.payouts
    )
    statement: SettlementStatement | None = batched(
        READ,
        "Where its statement lies, once it is closed. That you asked for it is written to the audit log.",
    )(statements)
    ledger_entries: list[LedgerEntry] = batched(
        Permission.LEDGER_READ, "What its closing posted: the net made available, and the reserve."
    )(relations.ledger_entries)
    timeline: Connection[Event] = batched(READ, "All that happened to it, oldest first.")(relations.timelines)
    available_actions: list[AvailableSettlementAction] = batched(
        READ, "What you can do with it now, and why not the rest."
    )(relations.available_actions)


def settlement(entity: settlements.Settlement) -> Settlement:
    """A settlement as the graph shows it."""
    return Settlement(entity=entity)
