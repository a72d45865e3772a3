"""Say what an entry was that matches nothing; its money is booked between the bank and suspense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM
from domain.kernel.money import Money
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit
from domain.reconciliation.applying import ensure_unmoved
from domain.reconciliation.bank_match import MatchKind, match_of
from domain.reconciliation.claiming import claim_key
from domain.reconciliation.errors import MatchRefused, ReconciliationItemStateForbids
from domain.reconciliation.item_actions import resolve_refusal
from domain.reconciliation.match_item import ItemResult
from domain.reconciliation.postings import suspense_entry
from domain.reconciliation.reconciliation_item import LONGEST_NOTE, ItemStatus, Resolution
from domain.settlements.confirm_payout import ConfirmPayout, confirm_payout
from domain.settlements.payout import PayoutStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.bank_entry import BankEntry
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit, SentPayout
    from domain.reconciliation.reconciliation_item import ReconciliationItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveItem:
    """`payout_id`, for an `AMOUNT_DIFFERENCE` alone: the payout is paid by the entry, the rest goes to suspense."""

    idempotency_key: str
    item_id: UUID
    resolution: Resolution
    note: str
    payout_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    item: ReconciliationItem
    entry: BankEntry
    payout: SentPayout | None
    replayed: bool


async def resolve_item(ports: ReconciliationPorts, actor: Actor, command: ResolveItem) -> ItemResult:
    """The item, resolved. From then on the ledger's bank account has moved by the entry's amount.

    Killed half-way, the same request with the same key completes it.

    Raises `NotFound`, `Forbidden`, `Invalid`, `ReconciliationItemStateForbids`, `MatchRefused`, `IdempotencyConflict`
    and what `confirm_payout` raises.
    """
    actor.require(Permission.RECONCILIATION_WRITE, PLATFORM)
    clean_text(command.note, ("note",), longest=LONGEST_NOTE, multiline=True)
    if command.payout_id is not None and command.resolution is not Resolution.AMOUNT_DIFFERENCE:
        raise Invalid(("payoutId",), "Only an AMOUNT_DIFFERENCE is about a payout.")

    async def load(unit: ReconciliationUnit) -> _Loaded:
        item = await unit.reconciliation_items.for_update(command.item_id)
        at = ports.clock.now()
        claimed = await claim_key(unit, "resolveReconciliationItem", command.idempotency_key, command, item.id, at)
        entry = await unit.bank_entries.get(item.entry_id)
        if claimed and item.status is ItemStatus.RESOLVED:
            return _Loaded(item=item, entry=entry, payout=None, replayed=True)
        refusal = resolve_refusal(item)
        if refusal is not None:
            raise ReconciliationItemStateForbids(refusal)
        payout = None if command.payout_id is None else await unit.sent_payouts.get(command.payout_id)
        await ensure_unmoved(unit, entry, command.payout_id)
        if payout is not None:
            _ensure_differs(entry, payout)
        await unit.commit()
        return _Loaded(item=item, entry=entry, payout=payout, replayed=False)

    loaded = await in_unit(ports.units, actor, "item.judge", load)
    if loaded.replayed:
        return ItemResult(item=loaded.item, replayed=True)
    entry, payout = loaded.entry, loaded.payout
    if payout is not None:
        confirming = ConfirmPayout(
            payout_id=payout.id, bank_account=loaded.item.account, bank_entry_id=entry.id, booked_on=entry.booked_on
        )
        await confirm_payout(ports.payouts, actor, confirming)

    async def work(unit: ReconciliationUnit) -> ItemResult:
        item = await unit.reconciliation_items.for_update(command.item_id)
        if not item.waiting:
            return ItemResult(item=item, replayed=True)
        return ItemResult(item=await _resolve(unit, actor, command, entry, payout, ports.clock.now()), replayed=False)

    return await in_unit(ports.units, actor, "item.resolve", work)


def _ensure_differs(entry: BankEntry, payout: SentPayout) -> None:
    """Raise `MatchRefused` unless the entry is the debit of the payout, but for its amount."""
    if payout.bank_entry_id == entry.id:
        return
    if entry.incoming or payout.currency != entry.currency.code or payout.status is not PayoutStatus.IN_TRANSIT:
        raise MatchRefused("Only a payout in transit is paid by a debit of another amount, in the same currency.")


async def _resolve(
    unit: ReconciliationUnit,
    actor: Actor,
    command: ResolveItem,
    entry: BankEntry,
    payout: SentPayout | None,
    at: datetime,
) -> ReconciliationItem:
    item = await unit.reconciliation_items.for_update(command.item_id)
    await unit.bank_statements.for_update(entry.statement_id)
    await ensure_unmoved(unit, entry, command.payout_id)
    # What the payout has moved already is no part of the rest.
    rest = entry.amount_minor + (0 if payout is None else payout.amount_minor)
    booked = suspense_entry(Money(rest, entry.currency), item.account, at) if rest else None
    if booked is not None:
        await unit.ledger.post((booked,))
    kind = MatchKind.SUSPENSE if payout is None else MatchKind.PAYOUT
    subject = (PLATFORM, item.id) if payout is None else (payout.merchant_id, payout.id)
    await unit.bank_matches.add(match_of(entry, item.account, kind, subject, actor, at, by_hand=True))
    resolved = item.resolve(actor, command.resolution, command.note, booked and booked.id, at)
    saved = await unit.reconciliation_items.save(resolved)
    said = {
        "resolution": command.resolution.value,
        "note": command.note,
        "suspense_minor": rest,
        "payout_id": payout and str(payout.id),
    }
    await unit.audit.record(
        actor, "reconciliation.resolve_item", "reconciliation_item", item.id, item.merchant_id, said
    )
    await unit.commit()
    return saved
