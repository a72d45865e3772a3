"""Files are read to their end, once, whoever is killed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.reconciliation.bank_statement import StatementStatus
from domain.reconciliation.errors import StatementRule
from domain.reconciliation.statement_import import LEASE, ImportStatus
from tests.builders.bank_statements import Sheet, a_debit, a_file
from tests.fakes.crash import Crash
from tests.fakes.reconciliation_desk import ACCOUNT

if TYPE_CHECKING:
    from tests.fakes.clock import SettableClock
    from tests.fakes.reconciliation_desk import ReconciliationDesk
    from tests.fakes.unit import MemoryUnits

S = ImportStatus
LINES = tuple(a_debit(f"{number}.00", f"PYO{number}") for number in range(1, 11))
SHEET = Sheet(lines=LINES)


def counted(memory: MemoryUnits) -> list[int]:
    """The amounts of all entries that count."""
    tables = memory.tables.reconciliation
    statements = {one.id for one in tables.statements.values() if one.status is StatementStatus.IMPORTED}
    found = [one for one in tables.entries.values() if one.statement_id in statements]
    ordinals = {one.id: one.ordinal for one in tables.statements.values()}
    return [one.amount_minor for one in sorted(found, key=lambda one: (ordinals[one.statement_id], one.id))]


async def test_all_of_a_file_counts_at_once(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    other = replace(SHEET, reference="STM-2", opening=94_500, lines=LINES[:2])
    done = await desk.imported(a_file(SHEET, other))
    assert (done.status, done.entries, done.finished_at) == (S.IMPORTED, 12, desk.clock.now())
    assert counted(memory) == [-100 * number for number in (*range(1, 11), 1, 2)]
    gaps = [one.gap_minor for one in memory.tables.reconciliation.statements.values()]
    assert gaps == [None, None]
    said = memory.tables.audit[-1]
    assert (said.action, said.data["statements"]) == ("reconciliation.import_statement", 2)


async def test_a_gap_is_noted(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    await desk.imported(a_file(SHEET))
    await desk.imported(a_file(replace(SHEET, reference="STM-3", opening=94_400)))
    gaps = [one.gap_minor for one in memory.tables.reconciliation.statements.values()]
    assert gaps == [None, -100]


@pytest.mark.parametrize(
    "again",
    [
        a_file(SHEET, indent=""),
        a_file(SHEET, encoding="UTF-16"),
        a_file(SHEET, encoding="ISO-8859-1"),
        a_file(SHEET, version="02"),
    ],
)
async def test_the_same_statement_in_other_bytes_adds_nothing(
    desk: ReconciliationDesk, memory: MemoryUnits, again: bytes
) -> None:
    first = await desk.imported(a_file(SHEET))
    desk.inbox.leave("again.xml", again, desk.clock.now())
    await desk.watch()
    await desk.run()
    second = list(memory.tables.reconciliation.imports.values())[-1]
    assert (second.status, second.duplicate_of, second.message) == (S.DUPLICATE, first.id, None)
    assert len(counted(memory)) == 10


async def test_the_same_bytes_are_not_even_read(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    first = await desk.imported(a_file(SHEET))
    desk.inbox.leave("again.xml", a_file(SHEET), desk.clock.now())
    await desk.watch()
    await desk.run()
    second = list(memory.tables.reconciliation.imports.values())[-1]
    assert (second.status, second.duplicate_of, second.entries) == (S.DUPLICATE, first.id, 0)
    assert second.stored_key not in desk.files.objects


async def test_a_statement_that_was_changed_is_set_aside(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    await desk.imported(a_file(SHEET))
    changed = await desk.imported(a_file(replace(SHEET, lines=LINES[:9])))
    assert (changed.status, changed.rule) == (S.QUARANTINED, StatementRule.CONTENT_CHANGED)
    assert len(counted(memory)) == 10


async def test_what_does_not_add_up_is_set_aside_with_line_and_rule(
    desk: ReconciliationDesk, memory: MemoryUnits
) -> None:
    done = await desk.imported(a_file(replace(SHEET, closing=1), replace(SHEET, reference="STM-2")))
    assert (done.status, done.rule) == (S.QUARANTINED, StatementRule.BALANCE_MISMATCH)
    assert done.line is not None
    assert done.line > 10
    assert "0.01" in (done.message or "")
    assert counted(memory) == []
    assert desk.files.objects[done.stored_key] == a_file(replace(SHEET, closing=1), replace(SHEET, reference="STM-2"))


async def test_one_bad_statement_sets_the_file_aside(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    done = await desk.imported(a_file(SHEET, replace(SHEET, reference="STM-2", closing=5)))
    assert (done.status, counted(memory)) == (S.QUARANTINED, [])


@pytest.mark.parametrize(
    "point", ["import.batch.before_commit", "import.batch.committed", "import.finish.before_commit"]
)
async def test_a_killed_reading_goes_on(
    desk: ReconciliationDesk, memory: MemoryUnits, clock: SettableClock, point: str
) -> None:
    given = await desk.give(a_file(SHEET))
    memory.die_at(point)
    with pytest.raises(Crash):
        await desk.run()
    assert counted(memory) == []
    assert await desk.run() == 0
    clock.pass_by(int(LEASE.total_seconds()))
    assert await desk.run() == 1
    done = await desk.one(given)
    assert (done.status, done.entries) == (S.IMPORTED, 10)
    assert counted(memory) == [-100 * number for number in range(1, 11)]
    assert len(memory.tables.reconciliation.entries) == 10


async def test_a_file_that_never_gets_on_is_set_aside(
    desk: ReconciliationDesk, memory: MemoryUnits, clock: SettableClock
) -> None:
    given = await desk.give(a_file(SHEET))
    for _ in range(5):
        memory.die_at("import.begun.before_commit")
        memory.die_at("import.begin.before_commit")
        with pytest.raises(Crash):
            await desk.run()
        clock.pass_by(int(LEASE.total_seconds()))
    await desk.run()
    assert (await desk.one(given)).rule is StatementRule.NOT_READ


async def test_an_account_that_is_not_ours_is_set_aside_until_it_is(desk: ReconciliationDesk) -> None:
    ours, desk.ports = desk.ports, replace(desk.ports, accounts=())
    done = await desk.imported(a_file(SHEET))
    assert (done.status, done.rule) == (S.QUARANTINED, StatementRule.UNKNOWN_ACCOUNT)
    desk.ports = ours
    await desk.retry(done)
    await desk.run()
    assert (await desk.one(done)).status is S.IMPORTED


async def test_an_account_without_the_currency_is_set_aside(desk: ReconciliationDesk) -> None:
    desk.ports = replace(desk.ports, accounts=(replace(ACCOUNT, currencies=("USD",)),))
    assert (await desk.imported(a_file(SHEET))).rule is StatementRule.CURRENCY_MISMATCH


async def test_what_another_version_has_stored_stays_behind(
    desk: ReconciliationDesk, memory: MemoryUnits, clock: SettableClock
) -> None:
    given = await desk.give(a_file(SHEET))
    memory.die_at("import.batch.committed")
    with pytest.raises(Crash):
        await desk.run()
    statements = memory.tables.reconciliation.statements
    (begun,) = statements.values()
    statements[begun.id] = replace(begun, stored_content="another")
    clock.pass_by(int(LEASE.total_seconds()))
    await desk.run()
    assert ((await desk.one(given)).status, (await desk.one(given)).entries) == (S.IMPORTED, 10)
    assert counted(memory) == [-100 * number for number in range(1, 11)]
    assert len(memory.tables.reconciliation.entries) == 13
