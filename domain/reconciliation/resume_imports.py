"""Read a file of statements that waits, or whose worker fell silent, from where it was left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit
from domain.reconciliation.errors import StatementRefused, StatementRule
from domain.reconciliation.keeping import keep_bytes
from domain.reconciliation.reading import FileReading, LeaseLost, ReadStatement, hold_lease
from domain.reconciliation.statement_import import MOST_TRIES, ImportStatus

if TYPE_CHECKING:
    from datetime import datetime

    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.reconciliation.bank_statement import BankStatement
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit
    from domain.reconciliation.statement_import import StatementImport


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeImports:
    """At most so many files, one after the other, so many entries in a batch."""

    limit: int = 10
    batch: int = 10_000


async def resume_imports(ports: ReconciliationPorts, actor: Actor, command: ResumeImports) -> int:
    """How many files were read to an end: imported, known already, or quarantined.

    A batch of entries and how far it is are one transaction, and the statements count from the last one on: whoever is
    killed leaves a file that is read again and stored from there. Raises `Unavailable`.
    """
    ended = 0
    for _ in range(command.limit):
        leased = await _lease(ports, actor)
        if leased is None:
            break
        try:
            await _read(ports, actor, leased, command.batch)
        except LeaseLost:
            continue
        ended += 1
    return ended


async def _lease(ports: ReconciliationPorts, actor: Actor) -> StatementImport | None:
    async def work(unit: ReconciliationUnit) -> StatementImport | None:
        at = ports.clock.now()
        found = await unit.statement_imports.next_open(at)
        if found is None:
            return None
        leased = await unit.statement_imports.save(found.read(at))
        await unit.commit()
        return leased

    return await in_unit(ports.units, actor, "import.lease", work)


async def _read(ports: ReconciliationPorts, actor: Actor, leased: StatementImport, batch: int) -> None:
    kept = leased
    if leased.tries > MOST_TRIES:
        message = "Reading it was begun again and again without getting on."
        await _quarantine(ports, actor, leased, StatementRefused(StatementRule.NOT_READ, 0, message))
        return
    try:
        if kept.sha256 is None:
            kept = await keep_bytes(ports, actor, leased)
            if kept.duplicate_of is not None:
                return
        kept, read = await FileReading(ports, actor, kept, batch).run()
        await _finish(ports, actor, kept, read)
    except StatementRefused as refused:
        await _quarantine(ports, actor, leased, refused)


async def _finish(ports: ReconciliationPorts, actor: Actor, leased: StatementImport, read: list[ReadStatement]) -> None:
    """From one moment on all statements of the file count; raise `StatementRefused` when one cannot."""

    async def work(unit: ReconciliationUnit) -> None:
        at = ports.clock.now()
        held = await hold_lease(unit, leased, at)
        earlier = [await _count(unit, one, at) for one in read]
        new = earlier.count(None)
        known = next((one for one in earlier if one is not None), None)
        ended = held.import_(new, at) if new or known is None else held.duplicate(known.import_id, at)
        await unit.statement_imports.save(ended)
        said: dict[str, JsonValue] = {"status": ended.status.value, "statements": new, "entries": ended.entries}
        await _record(unit, actor, ended, said)
        await unit.commit()

    await in_unit(ports.units, actor, "import.finish", work)


async def _count(unit: ReconciliationUnit, one: ReadStatement, at: datetime) -> BankStatement | None:
    """Make it count, unless it is one that does already: that one."""
    earlier = one.earlier
    if earlier is None:
        # Somebody may have imported it meanwhile.
        earlier = await unit.bank_statements.of_identity(one.head.identity)
        if earlier is not None and earlier.content != one.totals.content:
            raise StatementRefused(
                StatementRule.CONTENT_CHANGED, one.head.line, "This statement was imported before with another content."
            )
    if one.statement is None:
        return earlier
    if earlier is not None:
        await unit.bank_statements.save(one.statement.repeat(one.totals))
        return earlier
    before = await unit.bank_statements.before(one.statement)
    gap = 0 if before is None else one.statement.opening_minor - before.closing_minor
    await unit.bank_statements.save(one.statement.finish(one.totals, gap or None, at))
    return None


async def _quarantine(
    ports: ReconciliationPorts, actor: Actor, leased: StatementImport, refused: StatementRefused
) -> None:
    async def work(unit: ReconciliationUnit) -> None:
        at = ports.clock.now()
        present = await unit.statement_imports.for_update(leased.id)
        if present.status is not ImportStatus.READING:
            message = "Another worker has read this file."
            raise LeaseLost(message)
        ended = await unit.statement_imports.save(present.quarantine(refused, at))
        said: dict[str, JsonValue] = {
            "status": ended.status.value,
            "rule": refused.rule.value,
            "line": refused.line,
        }
        await _record(unit, actor, ended, said)
        await unit.commit()

    await in_unit(ports.units, actor, "import.quarantine", work)


async def _record(unit: ReconciliationUnit, actor: Actor, ended: StatementImport, said: dict[str, JsonValue]) -> None:
    await unit.audit.record(
        actor, "reconciliation.import_statement", "statement_import", ended.id, ended.merchant_id, said
    )
