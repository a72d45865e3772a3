"""Only what is quarantined is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden
from domain.reconciliation.errors import StatementImportStateForbids
from domain.reconciliation.retry_statement_import import RetryStatementImport, retry_statement_import
from domain.reconciliation.statement_import import ImportStatus
from tests.builders.bank_statements import Sheet, a_debit, a_file
from tests.fakes.reconciliation_desk import a_clerk

if TYPE_CHECKING:
    from tests.fakes.reconciliation_desk import ReconciliationDesk

SHEET = Sheet(lines=(a_debit("1.00", "PYO1"),))


async def test_a_quarantined_one_waits_again(desk: ReconciliationDesk) -> None:
    done = await desk.imported(b"<no/>")
    assert done.status is ImportStatus.QUARANTINED
    command = RetryStatementImport(import_id=done.id)
    with pytest.raises(Forbidden):
        await retry_statement_import(desk.ports, a_clerk(Permission.RECONCILIATION_READ), command)
    assert (await retry_statement_import(desk.ports, desk.actor, command)).status is ImportStatus.RECEIVED


async def test_no_other_is(desk: ReconciliationDesk) -> None:
    done = await desk.imported(a_file(SHEET))
    with pytest.raises(StatementImportStateForbids, match="IMPORTED"):
        await retry_statement_import(desk.ports, desk.actor, RetryStatementImport(import_id=done.id))
