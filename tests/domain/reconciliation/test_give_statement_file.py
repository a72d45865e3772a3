"""Whoever looks at a file is in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden
from domain.reconciliation.create_statement_upload import CreateStatementUpload, create_statement_upload
from domain.reconciliation.errors import StatementImportStateForbids
from domain.reconciliation.give_statement_file import LINK_LASTS, GiveStatementFile, give_statement_file
from tests.fakes.reconciliation_desk import a_clerk

if TYPE_CHECKING:
    from tests.fakes.reconciliation_desk import ReconciliationDesk
    from tests.fakes.unit import MemoryUnits


async def test_a_quarantined_file_can_be_fetched(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    done = await desk.imported(b"<no/>")
    given = await give_statement_file(desk.ports, desk.actor, GiveStatementFile(import_id=done.id))
    assert given.url.startswith(f"memory:{done.stored_key}?")
    assert given.expires_at == desk.clock.now() + LINK_LASTS
    said = memory.tables.audit[-1]
    assert (said.action, said.subject_id, said.actor_name) == ("reconciliation.give_file", done.id, "Clara")
    with pytest.raises(Forbidden):
        await give_statement_file(desk.ports, a_clerk(Permission.PAYOUTS_READ), GiveStatementFile(import_id=done.id))


async def test_there_is_nothing_to_fetch_before_it_came(desk: ReconciliationDesk) -> None:
    asked = CreateStatementUpload(file_name="a.xml", size_bytes=9)
    awaited = (await create_statement_upload(desk.ports, desk.actor, asked)).awaited
    with pytest.raises(StatementImportStateForbids):
        await give_statement_file(desk.ports, desk.actor, GiveStatementFile(import_id=awaited.id))
