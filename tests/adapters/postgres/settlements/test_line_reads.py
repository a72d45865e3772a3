"""Lines on PostgreSQL: each once, in the order of the ledger, a page at a time, and no more is read than shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from adapters.postgres.settlements.line_reads import StatedSettlements
from adapters.postgres.settlements.reads import SettlementReads
from domain.identity.actor import Scope
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.paging import PageRequest
from domain.settlements.line import CARRIED_IN, LineKind
from domain.settlements.settlement import SettlementStatus
from domain.settlements.totals import Totals
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payments import a_payment
from tests.builders.settlements import a_line, a_reserve_hold, a_settlement, a_settlement_account
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant
    from domain.settlements.line import SettlementLine
    from domain.settlements.settlement import Settlement
    from domain.settlements.statement import Statement, StatementLine

ALL = Scope(None)
MANY = 2_500
K = LineKind
FILL = """
INSERT INTO settlement_lines
SELECT $1, lpad(to_hex(i * 7919 % 1000000), 32, '0')::uuid, 1, $2, CASE WHEN i % 5 = 0 THEN 'FEE' ELSE 'CAPTURE' END,
       CASE WHEN i % 5 = 0 THEN -1 ELSE 10 END, 'EUR', NULL, NULL, now()
FROM generate_series(1, $3::int) AS i
"""


async def kept(units: PostgresUnits, merchant: Merchant, *lines: SettlementLine, **values: object) -> Settlement:
    """A closed settlement of the merchant with these lines, in an account of its own unless there is one."""
    status = values.pop("status", SettlementStatus.CLOSED)
    assert isinstance(status, SettlementStatus)
    settlement = a_settlement(status, **{"merchant_id": merchant.id, **values})
    async with units.begin(JOBS, "test") as unit:
        if settlement.number == 1:
            await unit.settlement_accounts.add(a_settlement_account(merchant.id))
        await unit.settlements.add(settlement)
        await unit.settlement_lines.add(tuple(replace(line, settlement_id=settlement.id) for line in lines))
        await unit.commit()
    return settlement


def lines_of(merchant: Merchant, *kinds: LineKind) -> list[SettlementLine]:
    settlement = a_settlement(merchant_id=merchant.id)
    return [a_line(settlement, kind=kind, entry_id=UUID(int=place)) for place, kind in enumerate(kinds, 1)]


async def walked(reads: SettlementReads, settlement: Settlement, size: int, *kinds: LineKind) -> list[SettlementLine]:
    """All lines, page by page."""
    found: list[SettlementLine] = []
    cursor = None
    while True:
        (page,) = await reads.lines(ALL, [settlement], kinds, PageRequest(limit=size, cursor=cursor))
        found += page.rows
        assert page.has_previous == (cursor is not None)
        if not page.has_next:
            return found
        cursor = reads.line_cursor(page.rows[-1])


async def stated(
    settlements: StatedSettlements, statement: Statement, kind: LineKind, most: int
) -> list[StatementLine]:
    found: list[StatementLine] = []
    while some := await settlements.lines(statement, kind, found[-1] if found else None, most):
        found += some
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 100])
async def test_pages_over_all_kinds_are_in_the_order_of_the_ledger(
    database: Database, units: PostgresUnits, merchant: Merchant, size: int
) -> None:
    lines = lines_of(merchant, K.REFUND, K.CAPTURE, K.FEE, K.CAPTURE, K.ADJUSTMENT)
    lines += [replace(lines[1], position=0), replace(lines[0], position=2, kind=K.FEE)]
    settlement = await kept(units, merchant, *lines, totals=Totals(captures_minor=70000), entry_id=new_uuid(MORNING))
    found = await walked(SettlementReads(database), settlement, size, *K)
    assert [(line.entry_id, line.position) for line in found] == sorted(
        (line.entry_id, line.position) for line in lines
    )
    captures = await walked(SettlementReads(database), settlement, size, K.CAPTURE, K.FEE, K.CAPTURE)
    assert len(captures) == 5
    assert await walked(SettlementReads(database), settlement, size) == []


async def test_each_settlement_has_its_own(database: Database, units: PostgresUnits, merchant: Merchant) -> None:
    first = await kept(units, merchant, *lines_of(merchant, K.CAPTURE))
    lines = [replace(line, entry_id=new_uuid(MORNING)) for line in lines_of(merchant, K.FEE, K.FEE)]
    second = await kept(units, merchant, *lines, number=2)
    pages = await SettlementReads(database).lines(ALL, [second, first, second], list(K), PageRequest())
    assert [[line.kind for line in page.rows] for page in pages] == [[K.FEE, K.FEE], [K.CAPTURE], [K.FEE, K.FEE]]


async def test_nothing_beyond_the_scope(database: Database, units: PostgresUnits, merchant: Merchant) -> None:
    settlement = await kept(units, merchant, *lines_of(merchant, K.CAPTURE))
    elsewhere = Scope(frozenset({a_merchant().id}))
    (page,) = await SettlementReads(database).lines(elsewhere, [settlement], list(K), PageRequest())
    assert page.rows == []


async def test_a_cursor_of_another_list_is_refused(
    database: Database, units: PostgresUnits, merchant: Merchant
) -> None:
    settlement = await kept(units, merchant)
    reads = SettlementReads(database)
    for cursor in ("nonsense", reads.place(a_reserve_hold(settlement))):
        with pytest.raises(Invalid):
            await reads.lines(ALL, [settlement], list(K), PageRequest(cursor=cursor))


async def test_a_statement_has_every_line_once(
    database: Database, units: PostgresUnits, merchant: Merchant, owner: asyncpg.Connection
) -> None:
    totals = Totals(captures_minor=20_000, fees_minor=-500)
    settlement = await kept(units, merchant, totals=totals, line_count=MANY, entry_id=new_uuid(MORNING))
    await owner.execute(FILL, merchant.id, settlement.id, MANY)
    settlements = StatedSettlements(database)
    statement = await settlements.statement(merchant.id, settlement.id)
    assert statement is not None
    captures = await stated(settlements, statement, K.CAPTURE, 700)
    assert [line.entry_id for line in captures] == sorted({line.entry_id for line in captures})
    assert len(captures) == 2_000
    assert sum(line.amount_minor for line in captures) == statement.totals[K.CAPTURE]
    assert len(await stated(settlements, statement, K.FEE, 500)) == 500
    assert await stated(settlements, statement, K.REFUND, 500) == []
    await owner.execute("ANALYZE settlement_lines")
    plan = await owner.fetchval(
        "EXPLAIN (FORMAT JSON) SELECT * FROM settlement_lines WHERE merchant_id = $1 AND settlement_id = $2"
        " AND kind = 'CAPTURE' AND (entry_id, position) > ('00000000-0000-0000-0000-000000000001'::uuid, 0)"
        " ORDER BY entry_id, position LIMIT 100",
        merchant.id,
        settlement.id,
    )
    assert '"Node Type": "Sort"' not in str(plan)
    assert "settlement_id_kind" in str(plan)


async def test_a_line_brings_the_payments_reference(
    database: Database, units: PostgresUnits, merchant: Merchant
) -> None:
    payment = a_payment(eur(100), merchant_id=merchant.id, reference="order 1")
    async with units.begin(JOBS, "test") as unit:
        await unit.payments.add(payment)
        await unit.commit()
    (capture, adjustment) = lines_of(merchant, K.CAPTURE, K.ADJUSTMENT)
    settlement = await kept(
        units,
        merchant,
        replace(capture, payment_id=payment.id),
        replace(adjustment, payment_id=None),
        totals=Totals(captures_minor=10_000, adjustments_minor=10_000),
        entry_id=new_uuid(MORNING),
    )
    settlements = StatedSettlements(database)
    statement = await settlements.statement(merchant.id, settlement.id)
    assert statement is not None
    (line,) = await settlements.lines(statement, K.CAPTURE, None, 10)
    assert (line.payment_id, line.reference) == (payment.id, "order 1")
    (line,) = await settlements.lines(statement, K.ADJUSTMENT, None, 10)
    assert (line.payment_id, line.reference) == (None, None)


async def test_an_open_one_and_anothers_have_no_statement(
    database: Database, units: PostgresUnits, merchant: Merchant
) -> None:
    closed = await kept(units, merchant)
    opened = await kept(units, merchant, status=SettlementStatus.OPEN, number=2)
    settlements = StatedSettlements(database)
    assert await settlements.statement(merchant.id, closed.id) is not None
    assert await settlements.statement(merchant.id, opened.id) is None
    assert await settlements.statement(new_uuid(MORNING), closed.id) is None


async def test_what_is_carried_over_is_a_line_and_not_stated(
    database: Database, units: PostgresUnits, merchant: Merchant
) -> None:
    carried = replace(lines_of(merchant, K.CARRIED_OVER)[0], position=CARRIED_IN, amount=eur(-3), payment_id=None)
    settlement = await kept(
        units,
        merchant,
        carried,
        *lines_of(merchant, K.CAPTURE),
        totals=Totals(captures_minor=10_000, carried_in_minor=-300),
        line_count=2,
        entry_id=new_uuid(MORNING),
    )
    assert len(await walked(SettlementReads(database), settlement, 10, *K)) == 2
    statement = await StatedSettlements(database).statement(merchant.id, settlement.id)
    assert statement is not None
    assert (statement.opening_minor, statement.line_count, statement.net_minor) == (-300, 1, 9_700)
