"""A statement is written of what was closed, a piece at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from domain.settlements.line import LineKind
from domain.settlements.render_statement import LINES_AT_ONCE, RenderStatement, render_statement
from domain.settlements.settlement import SettlementStatus
from domain.settlements.statement import STATED_KINDS, StatementFormat
from tests.builders.identity import an_actor
from tests.builders.moments import after
from tests.builders.statements import a_closed_settlement, a_line
from tests.fakes.clock import SettableClock
from tests.fakes.statements import StatementDesk

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.settlements.settlement import Settlement

ONE, OTHER = UUID(int=1), UUID(int=2)
LINES = [a_line(LineKind.FEE, -1), a_line(LineKind.CAPTURE, 100), *(a_line(LineKind.REFUND, -1, n) for n in range(3))]


@pytest.fixture
def desk() -> StatementDesk:
    return StatementDesk(SettableClock())


async def rendered(
    desk: StatementDesk, settlement: Settlement, kind: StatementFormat, actor: Actor | None = None
) -> tuple[str, bytes]:
    command = RenderStatement(merchant_id=ONE, settlement_id=settlement.id, kind=kind)
    file = await render_statement(desk.ports, actor or an_actor(ONE, role=MerchantRole.FINANCE), command)
    return file.name, b"".join([piece async for piece in file.content])


async def test_a_csv_has_all_lines_in_the_order_of_their_kinds(desk: StatementDesk) -> None:
    settlement = desk.settlements.put(a_closed_settlement(LINES, merchant_id=ONE), LINES)
    name, content = await rendered(desk, settlement, StatementFormat.CSV)
    assert name == "settlement-EUR-000042.csv"
    rows = [line.split(",") for line in content.decode().splitlines()]
    assert [row[3] for row in rows if row[1] == "LINE"] == ["CAPTURE", "REFUND", "REFUND", "REFUND", "FEE"]


async def test_many_lines_are_read_some_at_a_time(desk: StatementDesk) -> None:
    lines = [a_line(LineKind.CAPTURE, 1, n) for n in range(2 * LINES_AT_ONCE)]
    settlement = desk.settlements.put(a_closed_settlement(lines, merchant_id=ONE), lines)
    _, content = await rendered(desk, settlement, StatementFormat.CSV)
    assert content.count(b",LINE,") == 2 * LINES_AT_ONCE
    assert desk.settlements.reads == [LINES_AT_ONCE, LINES_AT_ONCE, *[0] * len(STATED_KINDS)]


async def test_nothing_is_read_before_it_is_asked_for(desk: StatementDesk) -> None:
    settlement = desk.settlements.put(a_closed_settlement(LINES, merchant_id=ONE), LINES)
    command = RenderStatement(merchant_id=ONE, settlement_id=settlement.id, kind=StatementFormat.CSV)
    await render_statement(desk.ports, an_actor(ONE), command)
    assert desk.settlements.reads == []


async def test_a_pdf_is_one_document_of_the_first_lines(desk: StatementDesk) -> None:
    lines = [a_line(LineKind.CAPTURE, 1, n) for n in range(80)]
    settlement = desk.settlements.put(a_closed_settlement(lines, merchant_id=ONE), lines)
    name, content = await rendered(desk, settlement, StatementFormat.PDF)
    assert name == "settlement-EUR-000042.pdf"
    assert content.startswith(b"%PDF-")
    assert max(desk.settlements.reads) == 51


@pytest.mark.parametrize("kind", list(StatementFormat))
async def test_paying_it_out_changes_no_byte(desk: StatementDesk, kind: StatementFormat) -> None:
    settlement = desk.settlements.put(a_closed_settlement(LINES, merchant_id=ONE), LINES)
    before = await rendered(desk, settlement, kind)
    desk.settlements.put(settlement.pay_out(UUID(int=9), after(200_000)), LINES)
    assert await rendered(desk, settlement, kind) == before


async def test_an_open_one_and_another_merchants_are_not_there(desk: StatementDesk) -> None:
    open_one = desk.settlements.put(a_closed_settlement(merchant_id=ONE, status=SettlementStatus.OPEN, closed_at=None))
    others = desk.settlements.put(a_closed_settlement(merchant_id=OTHER))
    for settlement in (open_one, others):
        with pytest.raises(NotFound):
            await rendered(desk, settlement, StatementFormat.CSV)


async def test_it_takes_the_permission(desk: StatementDesk) -> None:
    settlement = desk.settlements.put(a_closed_settlement(merchant_id=ONE))
    with pytest.raises(Forbidden):
        await rendered(desk, settlement, StatementFormat.CSV, an_actor(ONE, role=MerchantRole.VIEWER))
    with pytest.raises(NotFound):
        await rendered(desk, settlement, StatementFormat.CSV, an_actor(OTHER))
