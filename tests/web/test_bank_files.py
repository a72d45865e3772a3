"""Files of bank statements over our own links: brought, imported and fetched as they came."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2
import pytest

from adapters.storage.bank_files import BankFiles
from adapters.storage.link_token import LinkTokens
from adapters.storage.own_links import LocalFiles
from domain.kernel.ids import Prefix, format_id
from domain.reconciliation.create_statement_upload import CreateStatementUpload, create_statement_upload
from domain.reconciliation.give_statement_file import LINK_LASTS, GiveStatementFile, give_statement_file
from domain.reconciliation.import_statement import ImportStatement, import_statement
from domain.reconciliation.statement_import import MEDIA_TYPE, UPLOAD_LASTS, ImportStatus
from tests.builders.bank_statements import Sheet, a_debit, a_file
from tests.fakes.clock import SettableClock
from tests.fakes.reconciliation_desk import ReconciliationDesk
from tests.fakes.unit import MemoryUnits
from web.app import create_web
from web.bank_files import BankFileView, bank_file_routes
from web.observability import Metrics

if TYPE_CHECKING:
    from pathlib import Path

    from domain.reconciliation.create_statement_upload import StatementUpload

URL = "http://paydesk.test"
XML = {"content-type": MEDIA_TYPE}
CONTENT = a_file(Sheet(lines=tuple(a_debit(f"{number}.00", "PYO1") for number in range(1, 2000))))


class House:
    """A desk with its files on disk, and the routes to them."""

    def __init__(self, directory: Path) -> None:
        self.clock = SettableClock()
        tokens = LinkTokens("secret", self.clock)
        storage = LocalFiles(directory, tokens, URL)
        self.desk = ReconciliationDesk(MemoryUnits(self.clock), self.clock)
        self.desk.ports = replace(self.desk.ports, files=BankFiles(storage, tokens, URL))
        view = BankFileView(storage=storage, tokens=tokens)
        self._app = create_web(bank_file_routes(view), metrics=Metrics(), https=False)

    async def send(self, method: str, url: str, content: bytes = b"") -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self._app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport) as client:
            return await client.request(method, url, content=content, headers=XML if content else {})

    async def upload(self) -> StatementUpload:
        asked = CreateStatementUpload(file_name="january.xml", size_bytes=len(CONTENT))
        return await create_statement_upload(self.desk.ports, self.desk.actor, asked)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "files")


async def test_a_file_is_brought_imported_and_fetched(house: House) -> None:
    upload = await house.upload()
    sent = await house.send("PUT", upload.link.url, CONTENT)
    upload_id = format_id(Prefix.STATEMENT_IMPORT, upload.awaited.id)
    assert (sent.status_code, sent.json()) == (201, {"uploadId": upload_id, "sizeBytes": len(CONTENT)})
    desk = house.desk
    await import_statement(desk.ports, desk.actor, ImportStatement(upload_id=upload.awaited.id))
    await desk.run(batch=500)
    done = await desk.one(upload.awaited)
    assert (done.status, done.entries) == (ImportStatus.IMPORTED, 1999)
    given = await give_statement_file(desk.ports, desk.actor, GiveStatementFile(import_id=done.id))
    fetched = await house.send("GET", given.url)
    assert (fetched.status_code, fetched.content) == (200, CONTENT)
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in fetched.headers["content-security-policy"]


async def test_what_was_not_declared_is_not_taken(house: House) -> None:
    upload = await house.upload()
    for content in (CONTENT[:-1], CONTENT + b" "):
        assert (await house.send("PUT", upload.link.url, content)).status_code in {400, 413}
    assert await house.desk.ports.files.size(upload.awaited.upload_key) is None


async def test_links_are_for_one_thing_and_for_a_while(house: House) -> None:
    upload = await house.upload()
    assert (await house.send("GET", upload.link.url.replace("/uploads", ""))).status_code == 404
    assert (await house.send("PUT", f"{URL}/files/statements/uploads/x.y", CONTENT)).status_code == 404
    house.clock.pass_by(int(UPLOAD_LASTS.total_seconds()))
    assert (await house.send("PUT", upload.link.url, CONTENT)).status_code == 410
    done = await house.desk.imported(CONTENT)
    given = await give_statement_file(house.desk.ports, house.desk.actor, GiveStatementFile(import_id=done.id))
    house.clock.pass_by(int(LINK_LASTS.total_seconds()))
    assert (await house.send("GET", given.url)).status_code == 410
