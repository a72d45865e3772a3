"""One bank entry is one thing, however many people say otherwise at the same time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from domain.identity.actor import Scope
from domain.kernel.ids import PLATFORM
from domain.reconciliation.match_item import MatchItem, match_item
from domain.reconciliation.reconciliation_item import Resolution
from domain.reconciliation.resolve_item import ResolveItem, resolve_item
from domain.settlements.payout import PayoutStatus
from tests.builders.bank_statements import Sheet, a_credit, a_file
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.payout_desk import PayoutDesk
from tests.fakes.reconciliation_desk import ReconciliationDesk

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from uuid import UUID

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant
    from domain.settlements.payout import Payout


@pytest.fixture
async def payouts(units: PostgresUnits, merchant: Merchant) -> PayoutDesk:
    desk = PayoutDesk(units, merchant, SettableClock())
    await desk.bank_account()
    await desk.settled(eur(100))
    return desk


async def paid(payouts: PayoutDesk) -> Payout:
    return await payouts.confirm(await payouts.send(await payouts.approve(await payouts.create(eur(20)))))


async def test_a_credit_returns_one_payout(payouts: PayoutDesk, units: PostgresUnits, database: Database) -> None:
    """Else the money of both would be available again, and paid out again."""
    several = [await paid(payouts) for _ in range(4)]
    desk = ReconciliationDesk(units)
    await desk.imported(a_file(Sheet(lines=(a_credit("20.00", "No word of it"),))))
    await desk.match()
    item = await the_item(database)
    tries: list[Awaitable[object]] = [
        match_item(desk.ports, desk.actor, MatchItem(idempotency_key=str(n), item_id=item, payout_id=payout.id))
        for n, payout in enumerate(several)
    ]
    resolving = ResolveItem(idempotency_key="r", item_id=item, resolution=Resolution.OTHER, note="Whatever")
    tries.append(resolve_item(desk.ports, desk.actor, resolving))
    await asyncio.gather(*tries, return_exceptions=True)
    statuses = [(await payouts.get(payout)).status for payout in several]
    async with database.connection(Scope(None)) as connection:
        booked = await connection.fetchval(
            "SELECT sum(amount_minor) FROM ledger_postings WHERE account = 'bank:eur-main' AND amount_minor > 0"
        )
        kinds = [row["kind"] for row in await connection.fetch("SELECT kind FROM bank_matches WHERE by_hand")]
    assert booked == 20_00
    assert statuses.count(PayoutStatus.RETURNED) == kinds.count("PAYOUT_RETURN") == 1 - kinds.count("SUSPENSE")


async def test_not_by_sql_either(payouts: PayoutDesk, units: PostgresUnits, database: Database) -> None:
    first, second = await paid(payouts), await paid(payouts)
    desk = ReconciliationDesk(units)
    await desk.imported(a_file(Sheet(lines=(a_credit("20.00", "No word of it"),))))
    await desk.match()
    item = await the_item(database)
    await match_item(desk.ports, desk.actor, MatchItem(idempotency_key="1", item_id=item, payout_id=first.id))
    entry = (await payouts.get(first)).return_entry_id
    for change in ("return_entry_id = $1", "bank_entry_id = $1"):
        async with database.connection(Scope(None)) as connection:
            with pytest.raises(asyncpg.UniqueViolationError):
                await connection.execute(f"UPDATE payouts SET {change} WHERE id = $2", entry, second.id)


async def the_item(database: Database) -> UUID:
    async with database.connection(Scope(None)) as connection:
        found: UUID | None = await connection.fetchval(
            "SELECT id FROM reconciliation_items WHERE merchant_id = $1", PLATFORM
        )
    assert found is not None
    return found
