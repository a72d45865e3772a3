"""A preview is what a closing would write, from the same source, and writes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.postgres.settlements.preview import SettlementPreviews
from domain.identity.actor import Scope
from domain.kernel.ids import new_uuid
from tests.builders.moments import MORNING
from tests.builders.money import EUR, JPY, eur
from tests.builders.settlements import a_reserve
from tests.fakes.clock import SettableClock
from tests.fakes.settlement_desk import SettlementDesk

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant


async def test_it_says_what_the_closing_does(
    database: Database, units: PostgresUnits, owner: asyncpg.Connection, merchant: Merchant
) -> None:
    desk, previews = SettlementDesk(units, merchant, SettableClock()), SettlementPreviews(database)
    scope = Scope(frozenset({merchant.id}))
    assert await previews.preview(scope, merchant.id, EUR, MORNING) is None
    await desk.set_schedule(reserve=a_reserve("10", 90))
    await desk.refund(eur(30))
    desk.clock.pass_by(1)
    await desk.close(await desk.oldest())
    await desk.capture(eur(100), fee_minor=175)
    desk.clock.pass_by(1)
    preview = await previews.preview(scope, merchant.id, EUR, desk.clock.now())
    assert preview is not None
    assert (preview.net, preview.line_count, preview.settlement.number) == (eur("58.25"), 4, 2)
    assert preview.cut_off == desk.clock.now()
    assert await owner.fetchval("SELECT count(*) FROM settlement_lines") == 2
    closed = await desk.close(preview.settlement)
    assert (closed.totals, closed.line_count, closed.cut_off) == (preview.totals, preview.line_count, preview.cut_off)


async def test_it_ends_with_what_is_cut_off(database: Database, units: PostgresUnits, merchant: Merchant) -> None:
    desk = SettlementDesk(units, merchant, SettableClock())
    await desk.capture(eur(1))
    await desk.open()
    cut_off = (await desk.oldest()).cut_off
    desk.clock.at += timedelta(days=1)
    await desk.capture(eur(2))
    preview = await SettlementPreviews(database).preview(Scope(None), merchant.id, EUR, desk.clock.now())
    assert preview is not None
    assert (preview.net, preview.cut_off) == (eur(1), cut_off)


async def test_another_s_is_not_seen(database: Database, units: PostgresUnits, merchant: Merchant) -> None:
    desk, previews = SettlementDesk(units, merchant, SettableClock()), SettlementPreviews(database)
    await desk.set_schedule()
    assert await previews.preview(Scope(frozenset({new_uuid(MORNING)})), merchant.id, EUR, MORNING) is None
    assert await previews.preview(Scope(None), merchant.id, JPY, MORNING) is None
