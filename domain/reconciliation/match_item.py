"""Say by hand what an entry is: this payout, its return, or this remittance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM
from domain.kernel.text import optional_text
from domain.kernel.unit import in_unit
from domain.reconciliation.applying import apply_match, ensure_unmoved
from domain.reconciliation.bank_match import MatchKind
from domain.reconciliation.claiming import claim_key
from domain.reconciliation.errors import MatchRefused, ReconciliationItemStateForbids
from domain.reconciliation.item_actions import match_refusal
from domain.reconciliation.matching import Found, NotFoundYet, judge_by_hand, remittance_refusal
from domain.reconciliation.reconciliation_item import LONGEST_NOTE, ItemReason, ItemStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.bank_entry import BankEntry
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit
    from domain.reconciliation.reconciliation_item import ReconciliationItem

_WHY = {
    ItemReason.AMOUNT_DIFFERS: "The amounts differ; resolve the item instead, and book the difference.",
    ItemReason.CURRENCY_DIFFERS: "The currencies differ.",
    ItemReason.ACCOUNT_DIFFERS: "The accounts differ.",
    ItemReason.ALREADY_PAID: "Another bank entry has confirmed this payout already.",
    ItemReason.ALREADY_RETURNED: "Another bank entry has returned this payout already.",
    ItemReason.ALREADY_MATCHED: "Another bank entry was matched with this remittance already.",
    ItemReason.NOT_YET_PAID: "No bank entry has confirmed this payout yet, so none returns it.",
    ItemReason.NOT_IN_TRANSIT: "The payout is not in transit, so no bank entry confirms it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchItem:
    """Either a payout or a remittance."""

    idempotency_key: str
    item_id: UUID
    payout_id: UUID | None = None
    remittance_id: UUID | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """`replayed` when the same key had done it before."""

    item: ReconciliationItem
    replayed: bool


async def match_item(ports: ReconciliationPorts, actor: Actor, command: MatchItem) -> ItemResult:
    """The item, matched. References need not agree, money must.

    Killed half-way, the same request with the same key completes it.

    Raises `NotFound`, `Forbidden`, `Invalid`, `ReconciliationItemStateForbids`, `MatchRefused`, `IdempotencyConflict`,
    and what the verbs of payouts raise.
    """
    actor.require(Permission.RECONCILIATION_WRITE, PLATFORM)
    if (command.payout_id is None) == (command.remittance_id is None):
        raise Invalid(("payoutId",), "Give either a payout or a remittance.")
    optional_text(command.note, ("note",), longest=LONGEST_NOTE, multiline=True)

    async def load(unit: ReconciliationUnit) -> tuple[ReconciliationItem, BankEntry, Found | None]:
        item = await unit.reconciliation_items.for_update(command.item_id)
        at = ports.clock.now()
        claimed = await claim_key(unit, "matchReconciliationItem", command.idempotency_key, command, item.id, at)
        entry = await unit.bank_entries.get(item.entry_id)
        if claimed and item.status is ItemStatus.MATCHED:
            return item, entry, None
        refusal = match_refusal(item)
        if refusal is not None:
            raise ReconciliationItemStateForbids(refusal)
        await ensure_unmoved(unit, entry, command.payout_id)
        found = await _judged(unit, entry, command)
        await unit.commit()
        return item, entry, found

    item, entry, found = await in_unit(ports.units, actor, "item.judge", load)
    if found is None:
        return ItemResult(item=item, replayed=True)
    ended: list[ReconciliationItem] = []

    async def end(unit: ReconciliationUnit, at: datetime) -> None:
        present = await unit.reconciliation_items.for_update(command.item_id)
        if not present.waiting:
            ended.append(present)
            return
        said = {"kind": found.kind.value, "subject_id": str(found.subject_id), "note": command.note}
        ended.append(await unit.reconciliation_items.save(present.match(actor, command.note, at)))
        await unit.audit.record(
            actor, "reconciliation.match_item", "reconciliation_item", present.id, present.merchant_id, said
        )

    await apply_match(ports, actor, entry, item.account, found, by_hand=True, ending=end)
    return ItemResult(item=ended[-1], replayed=False)


async def _judged(unit: ReconciliationUnit, entry: BankEntry, command: MatchItem) -> Found:
    if command.payout_id is not None:
        judged = judge_by_hand(entry, await unit.sent_payouts.get(command.payout_id))
        if isinstance(judged, NotFoundYet):
            raise MatchRefused(_WHY.get(judged.reason, "They do not belong together."))
        return judged
    assert command.remittance_id is not None
    remittance = await unit.remittances.for_update(command.remittance_id)
    if remittance.bank_entry_id != entry.id:
        reason = remittance_refusal(entry, remittance)
        if reason is not None:
            raise MatchRefused(_WHY[reason])
    return Found(kind=MatchKind.REMITTANCE, owner_id=PLATFORM, subject_id=remittance.id)
