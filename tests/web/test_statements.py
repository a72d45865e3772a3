"""Statements over links: downloaded as attachments, and nothing without a link that holds."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import httpx2
import pytest
from structlog.testing import capture_logs

from adapters.statements.link_token import StatementLinkTokens
from domain.kernel.ids import Prefix, format_id
from domain.settlements.line import LineKind
from domain.settlements.settlement import SettlementStatus
from domain.settlements.statement import StatementFormat
from tests.builders.statements import a_closed_settlement, a_line
from tests.fakes.clock import SettableClock
from tests.fakes.statements import StatementDesk
from web.app import create_web
from web.observability import Metrics
from web.statements import StatementView, statement_routes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.settlements.settlement import Settlement

URL = "http://paydesk.test"
ONE = UUID(int=1)
LINES = [a_line(LineKind.CAPTURE, 10_000, n) for n in range(3)]
F = StatementFormat


class House:
    """Statements in memory, and the routes to them."""

    def __init__(self) -> None:
        self.clock = SettableClock()
        self.tokens = StatementLinkTokens("secret", self.clock, URL)
        self.desk = StatementDesk(self.clock, self.tokens)

    def closed(self) -> Settlement:
        return self.desk.settlements.put(a_closed_settlement(LINES, merchant_id=ONE), LINES)

    def link(self, settlement: Settlement, kind: StatementFormat = F.CSV) -> str:
        return self.tokens.link(ONE, settlement.id, kind, self.clock.now() + timedelta(minutes=5))

    async def get(self, url: str, method: str = "GET") -> httpx2.Response:
        async with self.client() as client:
            return await client.request(method, url)

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[httpx2.AsyncClient]:
        view = StatementView(tokens=self.tokens, ports=self.desk.ports)
        app = create_web(statement_routes(view), metrics=Metrics(), https=False)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport) as client:
            yield client


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize(
    ("kind", "media_type", "begin"),
    [(F.CSV, "text/csv; charset=utf-8; header=present", b"settlement_id,"), (F.PDF, "application/pdf", b"%PDF-")],
)
async def test_a_statement_is_saved_and_never_shown(
    house: House, kind: StatementFormat, media_type: str, begin: bytes
) -> None:
    response = await house.get(house.link(house.closed(), kind))
    assert response.status_code == 200
    assert response.content.startswith(begin)
    headers = response.headers
    assert headers["content-type"] == media_type
    assert headers["content-disposition"].startswith(f'attachment; filename="settlement-EUR-000042.{kind.lower()}"')
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-store"
    assert "sandbox" in headers["content-security-policy"]


async def test_twice_the_same_bytes(house: House) -> None:
    url = house.link(house.closed())
    first = await house.get(url)
    house.clock.pass_by(60)
    assert (await house.get(url)).content == first.content


async def test_an_old_link_is_refused(house: House) -> None:
    url = house.link(house.closed())
    house.clock.pass_by(300)
    response = await house.get(url)
    assert (response.status_code, response.json()) == (403, {"error": "The link has expired; ask for a new one."})
    assert response.headers["cache-control"] == "no-store"


async def test_what_is_no_link_is_not_there(house: House) -> None:
    url = house.link(house.closed())
    for wrong in (f"{URL}/statements/x", url[:-1], url + "A", url.replace("/statements/", "/statements/%20")):
        response = await house.get(wrong)
        assert (response.status_code, response.json()) == (404, {"error": "There is no such link."})
    assert house.desk.settlements.reads == []


async def test_a_settlement_that_is_open_has_none(house: House) -> None:
    settlement = a_closed_settlement(merchant_id=ONE, status=SettlementStatus.OPEN, closed_at=None)
    response = await house.get(house.link(house.desk.settlements.put(settlement)))
    assert response.status_code == 404


async def test_it_is_only_read(house: House) -> None:
    assert (await house.get(house.link(house.closed()), "POST")).status_code == 405


async def test_without_the_database_it_is_asked_for_again(house: House) -> None:
    url = house.link(house.closed())
    house.desk.settlements.away = True
    response = await house.get(url)
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


async def test_the_log_has_the_settlement_and_never_the_link(house: House) -> None:
    settlement = house.closed()
    url = house.link(settlement)
    with capture_logs() as logs:
        await house.get(url)
        await house.get(url + "A")
    said = str(logs)
    assert f"/statements/csv/{format_id(Prefix.SETTLEMENT, settlement.id)}" in said
    assert url.rpartition("/")[2] not in said
