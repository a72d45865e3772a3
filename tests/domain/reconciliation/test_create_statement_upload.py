"""A link for a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, Invalid
from domain.reconciliation.create_statement_upload import CreateStatementUpload, create_statement_upload
from domain.reconciliation.statement_import import MOST_BYTES, UPLOAD_LASTS, ImportStatus
from tests.fakes.reconciliation_desk import a_clerk

if TYPE_CHECKING:
    from tests.fakes.reconciliation_desk import ReconciliationDesk

ASKED = CreateStatementUpload(file_name="a.xml", size_bytes=10)


async def test_the_link_writes_where_nobody_reads(desk: ReconciliationDesk) -> None:
    made = await create_statement_upload(desk.ports, desk.actor, ASKED)
    assert made.awaited.status is ImportStatus.AWAITING_UPLOAD
    assert made.link.url == f"memory:{made.awaited.upload_key}"
    assert made.link.expires_at == desk.clock.now() + UPLOAD_LASTS


async def test_refusals(desk: ReconciliationDesk) -> None:
    for size in (0, MOST_BYTES + 1):
        with pytest.raises(Invalid):
            await create_statement_upload(desk.ports, desk.actor, CreateStatementUpload(file_name="a", size_bytes=size))
    with pytest.raises(Invalid):
        await create_statement_upload(desk.ports, desk.actor, CreateStatementUpload(file_name=" ", size_bytes=1))
    with pytest.raises(Forbidden):
        await create_statement_upload(desk.ports, a_clerk(Permission.RECONCILIATION_READ), ASKED)
