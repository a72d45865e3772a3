"""The bank over HTTP, in a process of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.app.simulator.bank.files import IBAN, Line, a_file
from tests.app.simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bank")


@pytest.fixture(scope="module")
def process(directory: Path) -> Generator[SimulatorProcess]:
    process = SimulatorProcess(directory / "journal.jsonl", bank=directory / "bank")
    yield process
    process.kill()


@pytest.fixture
async def http(process: SimulatorProcess) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=process.url, timeout=20, trust_env=False) as client:
        yield client


async def transfer_of(http: httpx2.AsyncClient, end_to_end_id: str, bookings: int) -> dict[str, Any]:
    """A transfer, once it has so many bookings."""
    while True:
        told = (await http.get("/bank/transfers")).json()["transfers"]
        found = [one for one in told if one["end_to_end_id"] == end_to_end_id]
        if found and len(found[0]["bookings"]) == bookings:
            return found[0]
        await asyncio.sleep(0.05)


async def test_the_loop_closes_by_itself(http: httpx2.AsyncClient, directory: Path) -> None:
    outgoing = directory / "bank" / "outgoing"
    outgoing.mkdir(parents=True)
    (outgoing / "P1.xml").write_bytes(a_file(Line(id="LOOP", amount="109.04"), message="LOOP"))
    told = await transfer_of(http, "LOOP", 2)
    assert [one["reason"] for one in told["bookings"]] == [None, "AC04"]
    while len(list((directory / "bank" / "incoming").glob("*.xml"))) < 2:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.05)


async def test_files_and_statements_go_over_http_as_well(http: httpx2.AsyncClient) -> None:
    content = a_file(Line(id="E1", amount="20.00"), message="HTTP")
    for status, fresh in ((201, True), (200, False)):
        answer = await http.post("/bank/files", content=content)
        assert (answer.status_code, answer.json()) == (status, {"message_id": "HTTP", "transfers": 1, "fresh": fresh})
    await http.post("/bank/statements")
    told = (await http.get("/bank/statements")).json()["statements"]
    assert told[-1]["closing_minor"] == told[-1]["opening_minor"] - 2_000
    for version in ("08", "02"):
        file = await http.get(f"/bank/statements/{told[-1]['id']}", params={"version": version})
        assert file.headers["content-type"] == "application/xml"
        assert f"camt.053.001.{version}".encode() in file.content
        assert b"<EndToEndId>E1</EndToEndId>" in file.content


async def test_an_acquirer_remits_and_a_transfer_comes_back(http: httpx2.AsyncClient) -> None:
    remittance = {"account": IBAN, "currency": "EUR", "amount_minor": 500, "reference": "REM-1"}
    arrived = await http.post("/bank/remittances", json=remittance)
    assert (arrived.status_code, arrived.json()["amount_minor"]) == (201, 500)
    await http.post("/bank/files", content=a_file(Line(id="E2", amount="30.00"), message="BACK"))
    returned = await http.post("/bank/returns", json={"end_to_end_id": "E2", "reason": "MD07"})
    assert [one["reason"] for one in returned.json()["bookings"]] == ["MD07"]
    again = await http.post("/bank/returns", json={"end_to_end_id": "E2"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_returned")


async def test_a_statement_is_copied_on_request(http: httpx2.AsyncClient, directory: Path) -> None:
    await http.post("/bank/files", content=a_file(Line(id="E3", amount="30.00"), message="COPY"))
    await http.post("/bank/statements")
    statement_id = (await http.get("/bank/statements")).json()["statements"][-1]["id"]
    copied = await http.post(f"/bank/statements/{statement_id}/copies", json={"version": "02", "name": "copy.xml"})
    assert copied.status_code == 201
    assert b"camt.053.001.02" in (directory / "bank" / "incoming" / "copy.xml").read_bytes()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/bank/files", b"<!DOCTYPE x><x/>", 400),
        ("POST", "/bank/returns", b'{"end_to_end_id": "NONE"}', 404),
        ("POST", "/bank/returns", b'{"end_to_end_id": "NONE", "reason": "because"}', 400),
        ("POST", "/bank/remittances", b'{"account": "DE1", "reference": "R"}', 400),
        ("POST", "/bank/remittances", b'{"amount": 1}', 400),
        ("GET", "/bank/statements/none", b"", 404),
        ("POST", "/bank/statements/none/copies", b"", 404),
    ],
)
async def test_mistakes_are_told(http: httpx2.AsyncClient, method: str, path: str, body: bytes, status: int) -> None:
    answer = await http.request(method, path, content=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["message"]


async def test_a_copy_leads_nowhere_else(http: httpx2.AsyncClient) -> None:
    await http.post("/bank/files", content=a_file(Line(id="E4", amount="30.00"), message="PATH"))
    await http.post("/bank/statements")
    statement_id = (await http.get("/bank/statements")).json()["statements"][-1]["id"]
    answer = await http.post(f"/bank/statements/{statement_id}/copies", json={"name": "../../x.xml"})
    assert answer.status_code == 400


async def test_people_see_what_each_ending_asks_for(http: httpx2.AsyncClient) -> None:
    name = "<script>alert(1)</script>"
    content = a_file(Line(id="E5", amount="30.00", name=name.replace("<", "&lt;")), message="PAGE")
    await http.post("/bank/files", content=content.replace(b"&amp;lt;", b"&lt;"))
    page = await http.get("/bank")
    assert page.headers["content-type"].startswith("text/html")
    assert "AC04" in page.text
    assert "Never booked" in page.text
    assert "E5" in page.text
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text
