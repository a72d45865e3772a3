"""Let an entry be what it was found to be: the payout or remittance moves on, and the match is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.ids import PLATFORM, Prefix, format_id
from domain.kernel.unit import in_unit
from domain.reconciliation.bank_match import BankMatch, MatchKind, match_of
from domain.reconciliation.errors import MatchRefused
from domain.reconciliation.postings import remittance_entry
from domain.reconciliation.remittance import RemittanceStatus
from domain.reconciliation.return_reasons import known_code, return_reason_text
from domain.settlements.confirm_payout import ConfirmPayout, confirm_payout
from domain.settlements.return_payout import ReturnPayout, return_payout

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.bank_entry import BankEntry
    from domain.reconciliation.matching import Found
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit

    Ending = Callable[[ReconciliationUnit, datetime], Awaitable[None]]


async def apply_match(
    ports: ReconciliationPorts,
    actor: Actor,
    entry: BankEntry,
    account: str,
    found: Found,
    *,
    by_hand: bool = False,
    ending: Ending | None = None,
) -> BankMatch:
    """The match; the same for the same again. `ending` is done in the transaction that keeps it.

    Whoever dies between a payout and its match leaves an entry that is found to be the payout's again. Raises what the
    verbs of payouts raise, `MatchRefused` when the entry is something else by now, and `Unavailable`.
    """
    if found.kind is MatchKind.PAYOUT:
        confirming = ConfirmPayout(
            payout_id=found.subject_id, bank_account=account, bank_entry_id=entry.id, booked_on=entry.booked_on
        )
        await confirm_payout(ports.payouts, actor, confirming)
    elif found.kind is MatchKind.PAYOUT_RETURN:
        code = known_code(entry.return_reason)
        returning = ReturnPayout(
            payout_id=found.subject_id,
            bank_account=account,
            bank_entry_id=entry.id,
            booked_on=entry.booked_on,
            code=code,
            message=return_reason_text(entry.return_reason or code),
        )
        await return_payout(ports.payouts, actor, returning)

    async def work(unit: ReconciliationUnit) -> BankMatch:
        at = ports.clock.now()
        # Its lock comes first: whoever opens an item of the statement's entries sees this match, or waits for it.
        await unit.bank_statements.for_update(entry.statement_id)
        if found.kind is MatchKind.REMITTANCE:
            await ensure_unmoved(unit, entry, None)
            await _book_remittance(unit, actor, entry, account, found, at)
        match = (await unit.bank_matches.of_entries([entry.id])).get(entry.id)
        if match is None:
            match = match_of(entry, account, found.kind, (found.owner_id, found.subject_id), actor, at, by_hand=by_hand)
            await unit.bank_matches.add(match)
        elif (match.kind, match.subject_id) != (found.kind, found.subject_id):
            raise MatchRefused("The entry was matched with something else at the same time.")
        if ending is not None:
            await ending(unit, at)
        await unit.commit()
        return match

    return await in_unit(ports.units, actor, "entry.match", work)


async def ensure_unmoved(unit: ReconciliationUnit, entry: BankEntry, payout_id: UUID | None) -> None:
    """Raise `MatchRefused` when the entry has confirmed or returned another payout than this."""
    moved = await unit.sent_payouts.of_entry(entry.id)
    if moved is not None and moved.id != payout_id:
        name = format_id(Prefix.PAYOUT, moved.id)
        raise MatchRefused(f"The entry has moved the payout {name} already; match the item with that one.")


async def _book_remittance(
    unit: ReconciliationUnit, actor: Actor, entry: BankEntry, account: str, found: Found, at: datetime
) -> None:
    remittance = await unit.remittances.for_update(found.subject_id)
    if remittance.status is RemittanceStatus.MATCHED:
        if remittance.bank_entry_id != entry.id:
            raise MatchRefused("The remittance was matched with another entry at the same time.")
        return
    booked = remittance_entry(remittance, account, at)
    await unit.ledger.post((booked,))
    await unit.remittances.save(remittance.match(entry.id, booked.id, at))
    said = {"bank_entry_id": str(entry.id), "ledger_entry_id": str(booked.id)}
    await unit.audit.record(actor, "reconciliation.match_remittance", "remittance", remittance.id, PLATFORM, said)
