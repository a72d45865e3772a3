"""Look at the entries of imported statements: what they are, or that nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.kernel.errors import Conflict
from domain.kernel.ids import Prefix, format_id, new_uuid
from domain.kernel.unit import in_unit
from domain.reconciliation.applying import apply_match
from domain.reconciliation.matching import Found, Judgement, NotFoundYet, judge, references_of
from domain.reconciliation.reconciliation_item import ItemReason, ReconciliationItem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.applying import Ending
    from domain.reconciliation.bank_entry import BankEntry
    from domain.reconciliation.bank_statement import BankStatement
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit, SentPayout
    from domain.reconciliation.remittance import Remittance


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchEntries:
    """So many entries at a time, so many times at most."""

    batch: int = 500
    batches: int = 20


async def match_entries(ports: ReconciliationPorts, actor: Actor, command: MatchEntries) -> int:
    """How many entries and items were looked at.

    An entry that matches moves its payout or remittance on, once however often it is looked at; one that does not is a
    reconciliation item. Items that time may cure are looked at again. Statements do not wait for each other: what went
    wrong with some is raised as an `ExceptionGroup` once all have been looked at.
    """
    looked = 0
    errors: list[Exception] = []
    after: UUID | None = None
    for _ in range(command.batches):
        batch = await _next_batch(ports, actor, after, command.batch)
        if batch is None:
            break
        try:
            looked += await _match_batch(ports, actor, batch)
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            error.add_note(format_id(Prefix.STATEMENT, batch.statement.id))
            errors.append(error)
            after = batch.statement.id
    looked += await _try_again(ports, actor, command.batch, errors)
    if errors:
        message = "some entries could not be matched"
        raise ExceptionGroup(message, errors)
    return looked


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Entries of a statement, and what they may be."""

    statement: BankStatement
    entries: Sequence[BankEntry]
    payouts: Mapping[str, SentPayout]
    remittances: Sequence[Remittance]


async def _next_batch(ports: ReconciliationPorts, actor: Actor, after: UUID | None, size: int) -> _Batch | None:
    async def work(unit: ReconciliationUnit) -> _Batch | None:
        statement = await unit.bank_statements.next_unmatched(after)
        if statement is None:
            return None
        entries = await unit.bank_entries.from_position(statement, statement.matched_through + 1, size)
        return await _candidates(unit, statement, entries)

    return await in_unit(ports.units, actor, "match.load", work)


async def _candidates(unit: ReconciliationUnit, statement: BankStatement, entries: Sequence[BankEntry]) -> _Batch:
    named = {entry.end_to_end_id.upper() for entry in entries if entry.end_to_end_id is not None}
    references = set[str]().union(*(references_of(entry) for entry in entries if entry.incoming))
    payouts = await unit.sent_payouts.of_references(named) if named else {}
    remittances = await unit.remittances.of_references(references) if references else []
    return _Batch(statement=statement, entries=entries, payouts=payouts, remittances=remittances)


async def _match_batch(ports: ReconciliationPorts, actor: Actor, batch: _Batch) -> int:
    payouts = dict(batch.payouts)
    remittances = list(batch.remittances)
    left: list[tuple[BankEntry, NotFoundYet]] = []
    for entry in batch.entries:
        judged = _judge(entry, batch.statement.account, payouts, remittances)
        if isinstance(judged, Found):
            judged = await _apply(ports, actor, entry, batch.statement.account, judged)
            # What comes behind it in the statement meets what has become of it.
            await _refresh(ports, actor, entry, payouts, remittances)
        if isinstance(judged, NotFoundYet):
            left.append((entry, judged))
    await _keep_items(ports, actor, batch, left)
    return len(batch.entries)


def _judge(
    entry: BankEntry, account: str, payouts: Mapping[str, SentPayout], remittances: Sequence[Remittance]
) -> Judgement:
    payout = payouts.get(entry.end_to_end_id.upper()) if entry.end_to_end_id is not None else None
    named = references_of(entry) if entry.incoming else set()
    return judge(entry, account, payout, [one for one in remittances if one.reference in named])


async def _apply(
    ports: ReconciliationPorts,
    actor: Actor,
    entry: BankEntry,
    account: str,
    found: Found,
    ending: Ending | None = None,
) -> Judgement:
    """What was found, or why it is not so any more."""
    try:
        await apply_match(ports, actor, entry, account, found, ending=ending)
    except Conflict:
        # Something else has happened to it since it was read.
        again = await _judge_anew(ports, actor, entry, account)
        return again if isinstance(again, NotFoundYet) else NotFoundYet(ItemReason.NOT_IN_TRANSIT)
    return found


async def _judge_anew(ports: ReconciliationPorts, actor: Actor, entry: BankEntry, account: str) -> Judgement:
    async def work(unit: ReconciliationUnit) -> Judgement:
        moved = await unit.sent_payouts.of_entry(entry.id)
        if moved is not None:
            # Somebody said so by hand, and died before the match was kept.
            return judge(entry, account, moved, [])
        payouts = await unit.sent_payouts.of_references([(entry.end_to_end_id or "").upper()])
        remittances = await unit.remittances.of_references(references_of(entry)) if entry.incoming else []
        return _judge(entry, account, payouts, remittances)

    return await in_unit(ports.units, actor, "match.judge", work)


async def _refresh(
    ports: ReconciliationPorts,
    actor: Actor,
    entry: BankEntry,
    payouts: dict[str, SentPayout],
    remittances: list[Remittance],
) -> None:
    async def work(unit: ReconciliationUnit) -> tuple[Mapping[str, SentPayout], list[Remittance]]:
        named = (entry.end_to_end_id or "").upper()
        present = await unit.sent_payouts.of_references([named]) if named in payouts else {}
        return present, await unit.remittances.of_references(references_of(entry)) if remittances else []

    present, again = await in_unit(ports.units, actor, "match.refresh", work)
    payouts.update(present)
    known = {one.id for one in again}
    remittances[:] = [*(one for one in remittances if one.id not in known), *again]


async def _keep_items(
    ports: ReconciliationPorts, actor: Actor, batch: _Batch, left: Sequence[tuple[BankEntry, NotFoundYet]]
) -> None:
    """Items of what is left, and how far the statement has been looked at, in one transaction."""

    async def work(unit: ReconciliationUnit) -> None:
        at = ports.clock.now()
        present = await unit.bank_statements.for_update(batch.statement.id)
        # Another worker may have looked at the same entries, and come to another end with some.
        matched = await unit.bank_matches.of_entries([entry.id for entry, _ in left])
        items = [_item(present, entry, why, at).open_() for entry, why in left if entry.id not in matched]
        await unit.reconciliation_items.add(items)
        through = max(present.matched_through, batch.entries[-1].position)
        await unit.bank_statements.save(replace(present, matched_through=through))
        said = {"through": through, "matched": len(batch.entries) - len(left), "items": len(items)}
        await unit.audit.record(
            actor, "reconciliation.match_entries", "bank_statement", present.id, present.merchant_id, said
        )
        await unit.commit()

    await in_unit(ports.units, actor, "match.keep", work)


def _item(statement: BankStatement, entry: BankEntry, why: NotFoundYet, at: datetime) -> ReconciliationItem:
    owner, suspect = why.suspect or (None, None)
    return ReconciliationItem(
        id=new_uuid(at, entry.position),
        entry_id=entry.id,
        statement_id=statement.id,
        account=statement.account,
        reason=why.reason,
        currency=entry.currency,
        amount_minor=entry.amount_minor,
        booked_on=entry.booked_on,
        suspect_id=suspect,
        suspect_owner_id=owner,
        opened_at=at,
        updated_at=at,
    )


async def _try_again(ports: ReconciliationPorts, actor: Actor, limit: int, errors: list[Exception]) -> int:
    async def due(unit: ReconciliationUnit) -> list[ReconciliationItem]:
        return await unit.reconciliation_items.due(ports.clock.now(), limit)

    items = await in_unit(ports.units, actor, "match.due", due)
    for item in items:
        try:
            await _try_item(ports, actor, item)
        except Exception as error:  # noqa: BLE001 - raised with the others'
            error.add_note(format_id(Prefix.RECONCILIATION, item.id))
            errors.append(error)
    return len(items)


async def _try_item(ports: ReconciliationPorts, actor: Actor, item: ReconciliationItem) -> None:
    async def load(unit: ReconciliationUnit) -> BankEntry:
        return await unit.bank_entries.get(item.entry_id)

    entry = await in_unit(ports.units, actor, "match.load", load)
    judged = await _judge_anew(ports, actor, entry, item.account)

    async def end(unit: ReconciliationUnit, at: datetime) -> None:
        present = await unit.reconciliation_items.for_update(item.id)
        if present.waiting:
            await unit.reconciliation_items.save(present.match(actor, None, at))

    if isinstance(judged, Found):
        judged = await _apply(ports, actor, entry, item.account, judged, end)
    if isinstance(judged, Found):
        return
    why = judged

    async def later(unit: ReconciliationUnit) -> None:
        present = await unit.reconciliation_items.for_update(item.id)
        if present.waiting:
            owner, suspect = why.suspect or (None, None)
            tried = present.try_later(why.reason, ports.clock.now())
            await unit.reconciliation_items.save(replace(tried, suspect_id=suspect, suspect_owner_id=owner))
            await unit.commit()

    await in_unit(ports.units, actor, "match.later", later)
