"""What the bank leaves is taken once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.reconciliation.create_statement_upload import CreateStatementUpload, create_statement_upload
from domain.reconciliation.statement_import import UPLOAD_LASTS, ImportSource, ImportStatus
from domain.reconciliation.watch_statements import SETTLES_AFTER, WatchStatements, watch_statements
from tests.builders.bank_statements import Sheet, a_debit, a_file
from tests.fakes.reconciliation_desk import JOBS

if TYPE_CHECKING:
    from tests.fakes.clock import SettableClock
    from tests.fakes.reconciliation_desk import ReconciliationDesk
    from tests.fakes.unit import MemoryUnits

FILE = a_file(Sheet(lines=(a_debit("1.00", "PYO1"),)))


async def test_each_file_is_taken_once(desk: ReconciliationDesk, memory: MemoryUnits, clock: SettableClock) -> None:
    desk.inbox.leave("2026/january.xml", FILE, clock.now())
    assert await watch_statements(desk.ports, JOBS, WatchStatements()) == 0
    clock.pass_by(int(SETTLES_AFTER.total_seconds()))
    assert await watch_statements(desk.ports, JOBS, WatchStatements()) == 1
    assert await watch_statements(desk.ports, JOBS, WatchStatements()) == 0
    await desk.run()
    (taken,) = memory.tables.reconciliation.imports.values()
    assert (taken.status, taken.source, taken.name) == (ImportStatus.IMPORTED, ImportSource.INBOX, "2026/january.xml")


async def test_one_that_is_replaced_comes_again(
    desk: ReconciliationDesk, memory: MemoryUnits, clock: SettableClock
) -> None:
    desk.inbox.leave("a.xml", FILE[:200], clock.now())
    await desk.watch()
    await desk.run()
    desk.inbox.leave("a.xml", FILE, clock.now())
    await desk.watch()
    await desk.run()
    assert [one.status for one in memory.tables.reconciliation.imports.values()] == [
        ImportStatus.QUARANTINED,
        ImportStatus.IMPORTED,
    ]


async def test_uploads_that_never_came_are_forgotten(desk: ReconciliationDesk, clock: SettableClock) -> None:
    upload = await create_statement_upload(
        desk.ports, desk.actor, CreateStatementUpload(file_name="a.xml", size_bytes=9)
    )
    clock.pass_by(int(UPLOAD_LASTS.total_seconds()))
    assert await watch_statements(desk.ports, JOBS, WatchStatements()) == 1
    assert (await desk.one(upload.awaited)).status is ImportStatus.EXPIRED
    assert await watch_statements(desk.ports, JOBS, WatchStatements()) == 0
