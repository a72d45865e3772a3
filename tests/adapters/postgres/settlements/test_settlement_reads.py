"""Lists of settlements in every order on PostgreSQL, both ways, with ties, and what they can be narrowed to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.settlements.reads import SettlementReads
from domain.identity.actor import Scope
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.paging import PageRequest
from domain.settlements.filter import SettlementAccountFilter, SettlementFilter, SettlementOrder
from domain.settlements.settlement import Plan, SettlementStatus
from domain.settlements.totals import Totals
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.settlements import a_settlement, a_settlement_account
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant
    from domain.settlements.settlement import Settlement

ALL = Scope(None)
BY = SettlementOrder


def some(merchant: Merchant) -> list[Settlement]:
    """Nine closed ones that share three dates and three nets, and an open one without a date."""
    closed = [
        a_settlement(
            SettlementStatus.CLOSED,
            id=new_uuid(after(number)),
            merchant_id=merchant.id,
            number=number,
            plan=Plan(cut_off=after(number), settles_on=date(2026, 3, 3 + number % 3), closes_at=after(86_400)),
            totals=Totals(captures_minor=100 + number // 3),
            entry_id=new_uuid(MORNING),
        )
        for number in range(1, 10)
    ]
    return [*closed, a_settlement(id=new_uuid(after(10)), merchant_id=merchant.id, number=10, plan=Plan())]


async def kept(units: PostgresUnits, merchant: Merchant) -> list[Settlement]:
    settlements = some(merchant)
    async with units.begin(JOBS, "test") as unit:
        await unit.settlement_accounts.add(a_settlement_account(merchant.id))
        for settlement in settlements:
            await unit.settlements.add(settlement)
        await unit.commit()
    return settlements


def expected(settlements: list[Settlement], order: SettlementOrder) -> list[int]:
    """Their numbers in the order: ties are broken by the id, in the same direction."""
    name, direction = order.rsplit("_", 1)

    def key(one: Settlement) -> tuple[Any, UUID]:
        return {"OPENED_AT": None, "SETTLES_ON": one.settles_on, "NET": one.net.minor}[name], one.id

    dated = [one for one in settlements if name != "SETTLES_ON" or one.settles_on is not None]
    return [one.number for one in sorted(dated, key=key, reverse=direction == "DESC")]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("order", list(BY))
@pytest.mark.parametrize("whose", ["a merchant's", "all"])
async def test_pages_in_every_order(
    database: Database, units: PostgresUnits, merchant: Merchant, order: SettlementOrder, whose: str, *, backward: bool
) -> None:
    settlements = await kept(units, merchant)
    reads, scope = SettlementReads(database), ALL if whose == "all" else Scope(frozenset({merchant.id}))
    for size in (1, 4, 20):
        found: list[int] = []
        cursor = None
        while True:
            request = PageRequest(limit=size, cursor=cursor, backward=backward)
            page = await reads.settlements(scope, SettlementFilter(), order, request)
            numbers = [row.number for row in page.rows]
            found = [*numbers, *found] if backward else [*found, *numbers]
            if not (page.has_previous if backward else page.has_next):
                break
            cursor = reads.settlement_cursor(page.rows[0] if backward else page.rows[-1], order)
        assert found == expected(settlements, order)


async def test_a_cursor_of_another_order_is_refused(
    database: Database, units: PostgresUnits, merchant: Merchant
) -> None:
    settlement = (await kept(units, merchant))[0]
    reads = SettlementReads(database)
    for order, other in (
        (BY.NET_ASC, BY.OPENED_AT_ASC),
        (BY.SETTLES_ON_ASC, BY.NET_ASC),
        (BY.OPENED_AT_ASC, BY.NET_ASC),
    ):
        cursor = reads.settlement_cursor(settlement, other)
        with pytest.raises(Invalid):
            await reads.settlements(ALL, SettlementFilter(), order, PageRequest(cursor=cursor))


async def test_a_cursor_that_was_made_up_finds_a_place_or_is_refused(
    database: Database, units: PostgresUnits, merchant: Merchant
) -> None:
    await kept(units, merchant)
    reads = SettlementReads(database)
    for cursor in ("nonsense", "", "AAAA"):
        with pytest.raises(Invalid):
            await reads.accounts(ALL, SettlementAccountFilter(), PageRequest(cursor=cursor))
    (account,) = (await reads.accounts(ALL, SettlementAccountFilter(), PageRequest())).rows
    page = await reads.accounts(ALL, SettlementAccountFilter(), PageRequest(cursor=reads.account_cursor(account)))
    assert page.rows == []


async def test_nothing_beyond_the_scope(database: Database, units: PostgresUnits, merchant: Merchant) -> None:
    settlements = await kept(units, merchant)
    reads, elsewhere = SettlementReads(database), Scope(frozenset({a_merchant().id, new_uuid(MORNING)}))
    assert (await reads.settlements(elsewhere, SettlementFilter(), BY.NET_ASC, PageRequest())).rows == []
    assert await reads.settlements_by_id(elsewhere, [settlements[0].id]) == {}
    assert await reads.oldest_open(elsewhere, [(merchant.id, "EUR")]) == {}
    assert await reads.accounts_of_merchants(elsewhere, [merchant.id]) == {}
    assert list(await reads.tally(elsewhere, SettlementFilter())) == []
    assert (await reads.settlements_by_id(ALL, [settlements[0].id]))[settlements[0].id].number == 1
    assert (await reads.oldest_open(ALL, [(merchant.id, "EUR")]))[merchant.id, "EUR"].number == 10
