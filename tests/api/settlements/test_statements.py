"""Statements by way of the graph: links for whoever may read settlements, written down, and what lies behind them."""

from __future__ import annotations

import csv
import io
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import httpx2
import pytest

from app.statements import statement_routes_of
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.ids import Prefix, format_id
from tests.api.replaying import asked_once
from tests.api.settlements.closings import Closings, uuid_of
from tests.builders.identity import a_staff_actor, an_actor
from web.app import create_web
from web.observability import Metrics

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

QUERY = "query($id: ID!) { settlement(id: $id) { number statement { csvUrl pdfUrl expiresAt } } }"
RECORDS = "SELECT * FROM audit_records WHERE action = 'settlements.download_statement' ORDER BY id"


@pytest.fixture
def closings(graph: Graph) -> Closings:
    return Closings(graph=graph)


async def statement(closings: Closings, settlement: str, actor: Actor | None = None) -> Json | None:
    return (await closings.graph.run(QUERY, {"id": settlement}, actor=actor))["settlement"]["statement"]


@asynccontextmanager
async def downloading(closings: Closings) -> AsyncGenerator[httpx2.AsyncClient]:
    assembly = closings.graph.assembly
    app = create_web(statement_routes_of(assembly.settings, assembly.statements), metrics=Metrics(), https=False)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app)) as client:
        yield client


async def download(closings: Closings, url: str) -> bytes:
    async with downloading(closings) as client:
        response = await client.get(url)
    assert response.status_code == 200, response.text
    return response.content


async def test_both_forms_lie_under_links_for_a_few_minutes(closings: Closings) -> None:
    settlement = await closings.closed(reference="=HYPERLINK(1)")
    links = await statement(closings, settlement)
    assert links is not None
    left = datetime.fromisoformat(links["expiresAt"]) - datetime.now(UTC)
    assert 0 < left.total_seconds() <= 300
    content = await download(closings, links["csvUrl"])
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    lines = [row for row in rows if row["record"] == "LINE"]
    assert [(row["kind"], row["amount"], row["payment_reference"]) for row in lines] == [
        ("CAPTURE", "100.00", "'=HYPERLINK(1)"),
        ("FEE", "-1.75", "'=HYPERLINK(1)"),
    ]
    assert {row["settlement_id"] for row in rows} == {settlement}
    assert rows[-1]["record"] == "NET"
    assert Decimal(rows[-1]["amount"]) == sum(Decimal(row["amount"]) for row in lines) == Decimal("98.25")
    assert (await download(closings, links["pdfUrl"])).startswith(b"%PDF-")


async def test_nothing_that_happens_later_changes_a_byte(closings: Closings) -> None:
    payment = await closings.sold()
    settlement = (await closings.close())["id"]
    links = await statement(closings, settlement)
    assert links is not None
    before = [await download(closings, links[name]) for name in ("csvUrl", "pdfUrl")]
    graph = closings.graph
    await graph.change("updateMerchant", graph.staff, merchantId=format_id(Prefix.MERCHANT, graph.blue.id), name="Sky")
    await closings.refunded(payment, "10.00")
    await closings.close()
    await closings.adjusted()
    assert [await download(closings, links[name]) for name in ("csvUrl", "pdfUrl")] == before
    again = await statement(closings, settlement)
    assert again is not None
    assert await download(closings, again["csvUrl"]) == before[0]


async def test_what_is_carried_over_stands_at_the_ends(closings: Closings) -> None:
    payment = await closings.sold()
    await closings.close()
    await closings.refunded(payment, "30.00")
    second = await statement(closings, (await closings.close())["id"])
    await closings.sold()
    third = await statement(closings, (await closings.close())["id"])
    assert second is not None
    assert third is not None
    ends = (await download(closings, second["csvUrl"])).decode().splitlines()
    assert [row.split(",")[1:5] for row in ends[-3:]] == [
        ["CLOSING", "", "", "-30.00"],
        ["CARRIED_OVER", "", "", "-30.00"],
        ["NET", "", "", "0.00"],
    ]
    begins = (await download(closings, third["csvUrl"])).decode().splitlines()
    assert begins[1].split(",")[1:5] == ["OPENING", "", "", "-30.00"]
    assert begins[-1].split(",")[1:5] == ["NET", "", "", "68.25"]


async def test_it_is_written_down_who_asked(closings: Closings) -> None:
    graph, settlement = closings.graph, await closings.closed()
    finance = an_actor(graph.blue, role=MerchantRole.FINANCE)
    auditor = a_staff_actor(StaffRole.AUDITOR)
    with asked_once():
        for actor in (finance, auditor):
            assert await statement(closings, settlement, actor)
    rows = await graph.database.fetch(RECORDS)
    assert [row["actor_id"] for row in rows] == [finance.id, auditor.id]
    assert {(row["subject_type"], row["subject_id"], row["merchant_id"]) for row in rows} == {
        ("settlement", uuid_of(settlement), graph.blue.id)
    }


async def test_an_open_one_has_none(closings: Closings) -> None:
    await closings.sold()
    assert await statement(closings, await closings.next()) is None
    assert await closings.graph.database.fetch(RECORDS) == []


async def test_a_stranger_gets_none(closings: Closings) -> None:
    graph, settlement = closings.graph, await closings.closed()
    assert (await graph.run(QUERY, {"id": settlement}, actor=graph.rival))["settlement"] is None
    viewer = an_actor(graph.blue, role=MerchantRole.VIEWER)
    refused = await graph.answer(QUERY, {"id": settlement}, actor=viewer)
    assert refused["errors"][0]["extensions"]["code"] == "PERMISSION_DENIED"
    assert await graph.database.fetch(RECORDS) == []


async def test_a_link_opens_its_own_settlement_and_form_alone(closings: Closings) -> None:
    links = await statement(closings, await closings.closed())
    assert links is not None
    async with downloading(closings) as client:
        for wrong in (links["csvUrl"][:-1], links["csvUrl"].replace("/statements/", "/statements/A")):
            response = await client.get(wrong)
            assert (response.status_code, response.json()) == (404, {"error": "There is no such link."})
