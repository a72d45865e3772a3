"""A file is taken once: by a link, or as a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, Invalid
from domain.reconciliation.create_statement_upload import CreateStatementUpload, create_statement_upload
from domain.reconciliation.errors import StatementImportStateForbids
from domain.reconciliation.import_statement import MOST_TEXT_BYTES, ImportStatement, import_statement
from domain.reconciliation.statement_import import ImportSource, ImportStatus
from tests.builders.bank_statements import Sheet, a_debit, a_file
from tests.fakes.reconciliation_desk import a_clerk

if TYPE_CHECKING:
    from tests.fakes.reconciliation_desk import ReconciliationDesk
    from tests.fakes.unit import MemoryUnits

FILE = a_file(Sheet(lines=(a_debit("1.00", "PYO1"),)))


async def test_a_text_is_received_and_known_the_second_time(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    command = ImportStatement(text=FILE.decode(), name="a/b/january.xml")
    first = await import_statement(desk.ports, desk.actor, command)
    assert (first.imported.status, first.imported.source, first.known) == (
        ImportStatus.RECEIVED,
        ImportSource.TEXT,
        False,
    )
    assert (first.imported.name, first.imported.requested_by_name) == ("january.xml", "Clara")
    again = await import_statement(desk.ports, desk.actor, command)
    assert (again.known, again.imported.id) == (True, first.imported.id)
    assert [line.action for line in memory.tables.audit] == ["reconciliation.receive_statement"]


async def test_an_upload_is_read_once_it_has_come(desk: ReconciliationDesk) -> None:
    asked = CreateStatementUpload(file_name="january.xml", size_bytes=len(FILE))
    upload = await create_statement_upload(desk.ports, desk.actor, asked)
    command = ImportStatement(upload_id=upload.awaited.id)
    with pytest.raises(StatementImportStateForbids, match="Nothing was uploaded"):
        await import_statement(desk.ports, desk.actor, command)
    desk.files.objects[upload.awaited.upload_key] = FILE
    received = (await import_statement(desk.ports, desk.actor, command)).imported
    assert (received.status, received.size_bytes) == (ImportStatus.RECEIVED, len(FILE))
    assert (await import_statement(desk.ports, desk.actor, command)).imported == received
    await desk.run()
    done = await desk.one(received)
    assert (done.status, done.entries) == (ImportStatus.IMPORTED, 1)
    assert list(desk.files.objects) == [done.stored_key]


async def test_what_is_neither_or_both_is_refused(desk: ReconciliationDesk) -> None:
    for command in (ImportStatement(), ImportStatement(text="x" * (MOST_TEXT_BYTES + 1))):
        with pytest.raises(Invalid):
            await import_statement(desk.ports, desk.actor, command)


async def test_it_needs_the_permission(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    with pytest.raises(Forbidden):
        await import_statement(desk.ports, a_clerk(Permission.RECONCILIATION_READ), ImportStatement(text="x"))
    assert memory.tables.reconciliation.imports == {}
