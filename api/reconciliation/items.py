"""Reconciliation items in the graph: what did not match, whose it is, and what came of it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.fields import batched
from api.found import in_order
from api.ledger.types import LedgerEntry, ledger_entry
from api.money import Money, shown
from api.node import Node, identifier
from api.reconciliation.enums import ItemAction, ItemReason, ItemStatus, Resolution
from api.reconciliation.remittances import Remittance, remittance
from api.reconciliation.statements import BankEntry, bank_entry
from api.scalars import CurrencyCode
from domain.identity.actor import Actor
from domain.identity.permission import Permission
from domain.kernel.ids import PLATFORM, Prefix, format_id
from domain.reconciliation import item_actions
from domain.reconciliation import reconciliation_item as items

if TYPE_CHECKING:
    from api.settlements.payouts import Payout

PayoutOf: TypeAlias = Annotated["Payout", strawberry.lazy("api.settlements.payouts")]
READ = Permission.RECONCILIATION_READ


@strawberry.type(description="Something that can be done with a reconciliation item, or why not.")
class AvailableReconciliationAction:
    """The verbs refuse by the same reasons."""

    action: ItemAction = attribute("What.")
    allowed: bool = attribute("Whether the mutation would be taken on now.")
    reason: str | None = attribute("Why not, when it is not allowed.")


def _actions(entity: items.ReconciliationItem, actor: Actor) -> list[AvailableReconciliationAction]:
    return [
        AvailableReconciliationAction(action=one.action, allowed=one.allowed, reason=one.reason)
        for one in item_actions.available_item_actions(entity, actor)
    ]


def _owner(entity: items.ReconciliationItem) -> strawberry.ID | None:
    return None if entity.owner_id is None else strawberry.ID(format_id(Prefix.USER, entity.owner_id))


async def _entries(rows: list["ReconciliationItem"], reading: Reading) -> list[BankEntry]:
    ids = [row.entity.entry_id for row in rows]
    found = await reading.reads.reconciliation.entries_by_id(reading.scope, set(ids))
    return in_order(found, ids, bank_entry, "The bank entry")


async def _payouts(rows: list["ReconciliationItem"], reading: Reading) -> list[Optional[PayoutOf]]:  # noqa: UP045 - an element type
    from api.settlements.payouts import payout  # noqa: PLC0415 - a payout shows its entry, which shows its item

    wanted = {
        one.suspect_id
        for one in (row.entity for row in rows)
        if one.suspect_id is not None and one.suspect_owner_id != PLATFORM
    }
    found = await reading.reads.payouts.payouts(reading.scope, wanted) if wanted else {}
    shown_payouts = {id_: payout(one, reading.actor) for id_, one in found.items()}
    return [None if (id_ := row.entity.suspect_id) is None else shown_payouts.get(id_) for row in rows]


async def _remittances(rows: list["ReconciliationItem"], reading: Reading) -> list[Remittance | None]:
    wanted = {
        one.suspect_id
        for one in (row.entity for row in rows)
        if one.suspect_id is not None and one.suspect_owner_id == PLATFORM
    }
    found = await reading.reads.reconciliation.remittances_by_id(reading.scope, wanted) if wanted else {}
    shown_remittances = {id_: remittance(one) for id_, one in found.items()}
    return [None if (id_ := row.entity.suspect_id) is None else shown_remittances.get(id_) for row in rows]


async def _owners(rows: list["ReconciliationItem"], reading: Reading) -> list[Optional[str]]:  # noqa: UP045
    wanted = {row.entity.owner_id for row in rows if row.entity.owner_id is not None}
    found = await reading.reads.disputes.names(reading.scope, wanted) if wanted else {}
    return [None if (id_ := row.entity.owner_id) is None else found.get(id_) for row in rows]


async def _booked(rows: list["ReconciliationItem"], reading: Reading) -> list[LedgerEntry | None]:
    wanted = {row.entity.ledger_entry_id for row in rows if row.entity.ledger_entry_id is not None}
    found = await reading.reads.ledger.entries(reading.scope, wanted) if wanted else {}
    shown_entries = {id_: ledger_entry(one) for id_, one in found.items()}
    return [None if (id_ := row.entity.ledger_entry_id) is None else shown_entries.get(id_) for row in rows]


@strawberry.type(description="An entry of a bank statement that matched nothing.")
class ReconciliationItem(Node):
    """One for an entry at most."""

    entity: strawberry.Private[items.ReconciliationItem]
    actor: strawberry.Private[Actor]
    id: strawberry.ID = identifier(Prefix.RECONCILIATION)
    status: ItemStatus = derived("Where it stands.", "entity.status")
    reason: ItemReason = derived("Why the entry matched nothing, when it was last looked at.", "entity.reason")
    account: str = derived("The name of our account.", "entity.account")
    amount: Money = derived("What came, or less than zero: what left.", shown, "entity.amount")
    booked_on: date = derived("The day on which the bank booked it.", "entity.booked_on")
    owner_id: strawberry.ID | None = derived("Who works on it.", _owner, "entity")
    resolution: Resolution | None = derived("What it turned out to be, once it is resolved.", "entity.resolution")
    note: str | None = derived("What was written when it was matched or resolved by hand.", "entity.note")
    ended_by: str | None = derived("The name of whoever or whatever ended it.", "entity.ended_by_name")
    ended_at: datetime | None = derived("When it ended.", "entity.ended_at")
    next_try_at: datetime | None = derived(
        "When it is looked at again by itself, if time may cure it.", "entity.next_try_at"
    )
    opened_at: datetime = derived("Since when it is an item.", "entity.opened_at")
    updated_at: datetime = derived("When it last changed.", "entity.updated_at")
    available_actions: list[AvailableReconciliationAction] = derived(
        "What you can do with it now, and why not the rest.", _actions, "entity", "actor"
    )
    entry: BankEntry = batched(READ, "The bank's entry.", "entity.entry_id")(_entries)
    owner: str | None = batched(READ, "What whoever works on it is called.", "entity.owner_id")(_owners)
    suspected_payout: PayoutOf | None = batched(
        Permission.PAYOUTS_READ,
        "The payout that the entry seems to be about, if any.",
        "entity.suspect_id",
        "entity.suspect_owner_id",
    )(_payouts)
    suspected_remittance: Remittance | None = batched(
        READ, "The remittance that it seems to be, if any.", "entity.suspect_id", "entity.suspect_owner_id"
    )(_remittances)
    ledger_entry: LedgerEntry | None = batched(
        Permission.LEDGER_READ, "What was booked to suspense, if anything was.", "entity.ledger_entry_id"
    )(_booked)


def reconciliation_item(entity: items.ReconciliationItem, actor: Actor) -> ReconciliationItem:
    """An item as the graph shows it to the actor."""
    return ReconciliationItem(entity=entity, actor=actor)


@strawberry.type(description="The reconciliation items of one status in one currency.")
class ReconciliationItemTotal:
    """Where there are any."""

    status: ItemStatus = attribute("The status.")
    currency: CurrencyCode = attribute("The currency.")
    count: int = attribute("How many there are.")
    amount: Money = attribute("What they amount to: what came, less what left.")
