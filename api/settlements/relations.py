"""A settlement's relations, each read once for all settlements of a level."""

from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias
from uuid import UUID

import strawberry

from api.audit.events import Event, event
from api.connection import After, Connection, First, connection
from api.context import Reading
from api.describing import argument, attribute
from api.found import in_order
from api.ledger.types import LedgerEntry, ledger_entry
from api.settlements.enums import LineKind, SettlementAction
from api.settlements.lines import SettlementLine, settlement_line
from api.settlements.reserves import ReserveHold, reserve_hold
from domain.kernel.paging import PageRequest
from domain.settlements import reserve_hold as reserve_holds
from domain.settlements.actions import available_settlement_actions

if TYPE_CHECKING:
    from api.merchants.types import Merchant
    from api.settlements.payouts import Payout
    from api.settlements.types import Settlement

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PayoutOf: TypeAlias = Annotated["Payout", strawberry.lazy("api.settlements.payouts")]


@strawberry.type(description="Something that can be done with a settlement, or why not.")
class AvailableSettlementAction:
    """The verbs refuse by the same reasons."""

    action: SettlementAction = attribute("What.")
    allowed: bool = attribute("Whether the mutation would be taken on now.")
    reason: str | None = attribute("Why not, when it is not allowed.")


async def merchants(settlements: list["Settlement"], reading: Reading) -> list[MerchantOf]:
    """The merchants that are paid."""
    from api.merchants.types import merchant  # noqa: PLC0415 - merchants show their settlement accounts

    ids = [one.entity.merchant_id for one in settlements]
    found = await reading.reads.merchants.merchants(reading.scope, set(ids))
    return in_order(found, ids, merchant, "The merchant")


async def payouts(settlements: list["Settlement"], reading: Reading) -> list[Optional[PayoutOf]]:  # noqa: UP045 - an element type
    """The payouts that hold their nets."""
    from api.settlements.payouts import payout  # noqa: PLC0415 - a payout shows its settlements

    wanted = {one.entity.payout_id for one in settlements if one.entity.payout_id is not None}
    found = await reading.reads.payouts.payouts(reading.scope, wanted) if wanted else {}
    shown = {id_: payout(entity, reading.actor) for id_, entity in found.items()}
    return [shown.get(id_) if (id_ := one.entity.payout_id) else None for one in settlements]


async def lines(
    settlements: list["Settlement"],
    reading: Reading,
    first: First = None,
    after: After = None,
    kind: Annotated[list[LineKind] | None, argument("Of these kinds; of all when left out.")] = None,
) -> list[Connection[SettlementLine]]:
    """Lines in the order of the ledger."""
    reads = reading.reads.settlements
    kinds = list(LineKind) if kind is None else kind
    request = PageRequest.of(first=first, after=after)
    pages = await reads.lines(reading.scope, [one.entity for one in settlements], kinds, request)
    return [connection(page, settlement_line, reads.line_cursor) for page in pages]


async def reserves(settlements: list["Settlement"], reading: Reading) -> list[Optional[ReserveHold]]:  # noqa: UP045 - an element type
    """What is or was held of them."""
    found = await reading.reads.settlements.reserves_of(reading.scope, [one.entity for one in settlements])
    return [reserve_hold(found[id_]) if (id_ := one.entity.id) in found else None for one in settlements]


async def ledger_entries(settlements: list["Settlement"], reading: Reading) -> list[list[LedgerEntry]]:
    """What their closings posted, in the order of the ledger."""
    reads = reading.reads
    held = await reads.settlements.reserves_of(reading.scope, [one.entity for one in settlements])
    ids = [_posted(one.entity.entry_id, held.get(one.entity.id)) for one in settlements]
    wanted = {entry_id for some in ids for entry_id in some}
    found = await reads.ledger.entries(reading.scope, wanted) if wanted else {}
    return [[ledger_entry(found[entry_id]) for entry_id in some if entry_id in found] for some in ids]


def _posted(entry_id: UUID | None, hold: reserve_holds.ReserveHold | None) -> list[UUID]:
    return sorted(id_ for id_ in (entry_id, hold and hold.entry_id) if id_ is not None)


async def timelines(
    settlements: list["Settlement"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[Event]]:
    """All that happened to them, oldest first."""
    request = PageRequest.of(first=first, after=after)
    pages = await reading.reads.settlements.timelines(reading.scope, [one.entity for one in settlements], request)
    return [connection(page, event, lambda line: str(line.sequence)) for page in pages]


async def available_actions(settlements: list["Settlement"], reading: Reading) -> list[list[AvailableSettlementAction]]:
    """What the viewer may do with them, by the same reasons as the verbs."""
    keys = {(one.entity.merchant_id, one.entity.currency.code) for one in settlements}
    first = await reading.reads.settlements.oldest_open(reading.scope, keys)
    return [
        [
            AvailableSettlementAction(action=action.action, allowed=action.allowed, reason=action.reason)
            for action in available_settlement_actions(
                one.entity, first.get((one.entity.merchant_id, one.entity.currency.code)), reading.actor
            )
        ]
        for one in settlements
    ]
