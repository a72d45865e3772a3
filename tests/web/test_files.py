"""Files over our own links: what is received, what is refused, and how files are handed out."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from structlog.testing import capture_logs

from adapters.storage.link_token import LinkTokens
from adapters.storage.own_links import LocalFiles
from domain.disputes.evidence_file import FileStatus
from domain.disputes.file_content import FileType
from domain.disputes.storage import Verdict, VerdictKind
from domain.kernel.ids import Prefix, format_id
from tests.builders.files import a_document, a_picture, an_evidence_file
from tests.fakes.file_desk import FileDesk
from web.app import create_web
from web.files import FileView, file_routes
from web.observability import Metrics

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from starlette.applications import Starlette

    from domain.disputes.evidence_file import EvidenceFile

PDF = {"content-type": "application/pdf"}
CONTENT = a_document()
URL = "http://paydesk.test"


class House:
    """The desk with its files on disk, and the routes to them."""

    def __init__(self, directory: Path) -> None:
        self.desk = FileDesk()
        self.directory = directory
        self.tokens = LinkTokens("secret", self.desk.clock)
        self.storage = LocalFiles(directory, self.tokens, URL)
        self.desk.ports = replace(self.desk.ports, storage=self.storage)

    def app(self) -> Starlette:
        view = FileView(storage=self.storage, tokens=self.tokens, ports=self.desk.ports)
        return create_web(file_routes(view), metrics=Metrics(), https=False)

    @property
    def on_disk(self) -> list[str]:
        return sorted(str(p.relative_to(self.directory)) for p in self.directory.rglob("*") if p.is_file())

    async def declared(self, content: bytes = CONTENT, **more: Any) -> tuple[EvidenceFile, str]:
        """A file and where to send it."""
        made = await self.desk.declare(content, **more)
        return made.file, made.link.url

    async def stored(self, content: bytes = CONTENT, **more: Any) -> tuple[EvidenceFile, str]:
        """A file and where to get it."""
        file, url = await self.declared(content, **more)
        headers = {"content-type": more.get("content_type", "application/pdf")}
        assert (await self.send("PUT", url, content=content, headers=headers)).status_code == 201
        stored = self.desk.row(file)
        (link,) = await self.desk.links(stored)
        return stored, link

    async def send(self, method: str, url: str, **more: Any) -> httpx2.Response:
        async with self.client() as client:
            return await client.request(method, url, **more)

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[httpx2.AsyncClient]:
        transport = httpx2.ASGITransport(app=self.app(), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport) as client:
            yield client


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "files")


async def test_an_upload_is_received_and_verified_at_once(house: House) -> None:
    file, url = await house.declared()
    response = await house.send("PUT", url, content=CONTENT, headers=PDF)
    assert response.status_code == 201
    assert response.json() == {"id": format_id(Prefix.EVIDENCE, file.id), "status": "STORED", "refusal": None}
    assert response.headers["cache-control"] == "no-store"
    assert house.on_disk == [file.stored_key]
    record = house.desk.tables.audit[-1]
    assert (record.action, record.actor_name, record.address) == ("disputes.verify_upload", "files.upload", "127.0.0.1")


async def test_an_upload_happens_once(house: House) -> None:
    file, url = await house.declared()
    await house.send("PUT", url, content=CONTENT, headers=PDF)
    again = await house.send("PUT", url, content=CONTENT, headers=PDF)
    assert (again.status_code, again.json()["status"]) == (409, "STORED")
    assert house.on_disk == [file.stored_key]


async def test_uploads_at_once_are_one(house: House) -> None:
    file, url = await house.declared()
    responses = await asyncio.gather(*(house.send("PUT", url, content=CONTENT, headers=PDF) for _ in range(5)))
    assert {response.status_code for response in responses} <= {201, 409}
    assert {response.json()["status"] for response in responses} == {"STORED"}
    assert house.desk.actions.count("disputes.verify_upload") == 1
    await house.desk.sweep(after_seconds=2 * 60 * 60)
    assert house.on_disk == [file.stored_key]


async def test_what_is_not_as_declared_is_refused_with_the_reason(house: House) -> None:
    other = CONTENT[:-7] + b"x" + CONTENT[-6:]
    file, url = await house.declared()
    response = await house.send("PUT", url, content=other, headers=PDF)
    assert response.status_code == 422
    assert response.json()["status"] == "REFUSED"
    assert response.json()["refusal"]["reason"] == "HASH_MISMATCH"
    assert "SHA-256" in response.json()["refusal"]["message"]
    assert house.on_disk == []
    again = await house.send("PUT", url, content=CONTENT, headers=PDF)
    assert (again.status_code, again.json()["refusal"]["reason"]) == (409, "HASH_MISMATCH")
    assert house.desk.row(file).status is FileStatus.REFUSED


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({}, CONTENT, 415),
        ({"content-type": "image/png"}, CONTENT, 415),
        ({"content-type": "application/pdf; charset=utf-8"}, CONTENT, 415),
        ({**PDF, "content-encoding": "gzip"}, CONTENT, 415),
        (PDF, CONTENT[:-1], 400),
        (PDF, b"", 400),
        (PDF, CONTENT + b"x", 413),
        (PDF, CONTENT * 100, 413),
        ({**PDF, "content-length": "-1"}, CONTENT, 411),
        ({**PDF, "content-length": "abc"}, CONTENT, 411),
        ({**PDF, "content-length": "9" * 5000}, CONTENT, 411),
        ({**PDF, "content-length": "\u0661"}, CONTENT, 411),
    ],
)
async def test_what_is_not_even_received(house: House, headers: dict[str, str], content: bytes, status: int) -> None:
    file, url = await house.declared()
    encoded = {name: value.encode() for name, value in headers.items()}
    response = await house.send("PUT", url, content=content, headers=encoded)
    assert (response.status_code, list(response.json())) == (status, ["error"])
    assert house.on_disk == []
    assert house.desk.row(file).awaits_upload
    # It was not the one upload that there is.
    assert (await house.send("PUT", url, content=CONTENT, headers=PDF)).status_code == 201


@pytest.mark.parametrize("sent", [CONTENT[:-1], CONTENT + b"x", CONTENT * 1000, b""])
async def test_a_length_that_does_not_come_true(house: House, sent: bytes) -> None:
    """Servers in front of us may not keep to it."""

    async def pieces() -> AsyncGenerator[bytes]:
        for at in range(0, len(sent), 1000):
            yield sent[at : at + 1000]

    file, url = await house.declared()
    headers = {**PDF, "content-length": str(len(CONTENT))}
    response = await house.send("PUT", url, content=pieces(), headers=headers)
    assert response.status_code == (413 if len(sent) > len(CONTENT) else 400)
    assert house.on_disk == []
    assert house.desk.row(file).awaits_upload


async def test_without_a_length(house: House) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        yield CONTENT

    _, url = await house.declared()
    assert (await house.send("PUT", url, content=pieces(), headers=PDF)).status_code == 411


async def test_a_client_that_goes_away_leaves_nothing(house: House) -> None:
    file, url = await house.declared()
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": CONTENT[:100], "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        answered.append(message)

    scope = {
        "type": "http",
        "method": "PUT",
        "path": url.removeprefix(URL),
        "query_string": b"",
        "headers": [(b"content-type", b"application/pdf"), (b"content-length", str(len(CONTENT)).encode())],
        "client": ("127.0.0.1", 1),
    }
    await house.app()(scope, receive, send)
    assert answered[0]["status"] == 499
    assert house.on_disk == []
    assert house.desk.row(file).awaits_upload


async def test_an_upload_that_takes_for_ever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        yield CONTENT[:100]
        await asyncio.Event().wait()

    monkeypatch.setattr("web.files.LONGEST_UPLOAD_SECONDS", 1)
    _, url = await house.declared()
    headers = {**PDF, "content-length": str(len(CONTENT))}
    assert (await house.send("PUT", url, content=pieces(), headers=headers)).status_code == 408


async def test_a_scanner_that_does_not_answer(house: House) -> None:
    house.desk.scanner.verdict = None
    file, url = await house.declared()
    response = await house.send("PUT", url, content=CONTENT, headers=PDF)
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert house.desk.row(file).awaits_upload
    assert house.on_disk == [file.upload_key]
    house.desk.scanner.verdict = Verdict(kind=VerdictKind.CLEAN)
    # What was sent counts; nobody has to send it again.
    again = await house.send("PUT", url, content=CONTENT, headers=PDF)
    assert (again.status_code, again.json()["status"]) == (409, "STORED")


async def test_an_upload_link_that_has_expired(house: House) -> None:
    _, url = await house.declared()
    house.desk.clock.pass_by(15 * 60)
    response = await house.send("PUT", url, content=CONTENT, headers=PDF)
    assert response.status_code == 410
    assert house.on_disk == []


async def test_a_file_that_expired_or_was_removed_meanwhile(house: House) -> None:
    file, url = await house.declared()
    await house.desk.remove(file)
    response = await house.send("PUT", url, content=CONTENT, headers=PDF)
    assert (response.status_code, response.json()["status"]) == (409, "REMOVED")


async def test_a_file_is_handed_out_to_be_saved(house: House) -> None:
    _, link = await house.stored(file_name="réçu.pdf")
    response = await house.send("GET", link)
    assert (response.status_code, response.content) == (200, CONTENT)
    expected = {
        "content-type": "application/pdf",
        "content-disposition": "attachment; filename=\"r__u.pdf\"; filename*=UTF-8''r%C3%A9%C3%A7u.pdf",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "cache-control": "private, no-store",
        "cross-origin-resource-policy": "same-origin",
        "content-length": str(len(CONTENT)),
    }
    assert {name: response.headers[name] for name in expected} == expected
    head = await house.send("HEAD", link)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(CONTENT)))


async def test_pictures_are_handed_out_as_what_they_are(house: House) -> None:
    content = a_picture(FileType.PNG)
    _, link = await house.stored(content, file_name="a.png", content_type="image/png")
    response = await house.send("GET", link)
    assert (response.content, response.headers["content-type"]) == (content, "image/png")


async def test_a_download_link_ends(house: House) -> None:
    _, link = await house.stored()
    house.desk.clock.pass_by(4 * 60)
    assert (await house.send("GET", link)).status_code == 200
    house.desk.clock.pass_by(60)
    gone = await house.send("GET", link)
    assert (gone.status_code, "content-disposition" in gone.headers) == (410, False)


async def test_a_link_to_a_removed_file(house: House) -> None:
    file, link = await house.stored()
    await house.desk.remove(file)
    assert (await house.send("GET", link)).status_code == 404


async def test_links_of_one_kind_open_nothing_of_the_other(house: House) -> None:
    _, download = await house.stored()
    _, upload = await house.declared()
    as_download = upload.replace("/files/uploads/", "/files/")
    as_upload = download.replace("/files/", "/files/uploads/")
    assert (await house.send("GET", as_download)).status_code == 404
    assert (await house.send("PUT", as_upload, content=CONTENT, headers=PDF)).status_code == 404
    for method, url in (("GET", upload), ("POST", upload), ("PUT", download), ("DELETE", download)):
        assert (await house.send(method, url)).status_code == 405


async def test_links_that_nobody_has_given_out(house: House) -> None:
    file, link = await house.stored()
    token = link.rpartition("/")[2]
    forged = LinkTokens("another secret", house.desk.clock)
    until = house.desk.clock.now() + timedelta(minutes=5)
    for wrong in (forged.download(file, until), token[:-2], token + "x", token.swapcase(), "x", "a" * 6000, "%00", "."):
        response = await house.send("GET", f"{URL}/files/{wrong}")
        assert (response.status_code, CONTENT in response.content) == (404, False), wrong
    row = an_evidence_file(house.desk.dispute, CONTENT)
    unknown = house.tokens.upload(row)
    response = await house.send("PUT", f"{URL}/files/uploads/{unknown}", content=CONTENT, headers=PDF)
    assert (response.status_code, house.on_disk) == (404, [file.stored_key])


async def test_links_do_not_end_up_in_the_log(house: House) -> None:
    with capture_logs() as logs:
        file, link = await house.stored()
        await house.send("GET", link)
        await house.send("GET", f"{link}x")
    paths = [log["path"] for log in logs if log["event"] == "request"]
    id_ = format_id(Prefix.EVIDENCE, file.id)
    assert paths == [f"/files/upload/{id_}", f"/files/download/{id_}", "/files/..."]
    assert link.rpartition("/")[2] not in str(logs)


async def test_a_storage_that_is_away(house: House) -> None:
    _, url = await house.declared()
    house.directory.write_bytes(b"in the way")
    response = await house.send("PUT", url, content=CONTENT, headers=PDF)
    assert (response.status_code, response.json()["error"].partition(";")[0]) == (
        503,
        "The file storage does not answer now",
    )
