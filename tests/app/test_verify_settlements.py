"""Each invariant of settlements, broken by hand in books that hold one of every kind: verification names it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from adapters.postgres.verification.reserve_checks import RESERVE_CHECKS
from adapters.postgres.verification.settlement_checks import SETTLEMENT_CHECKS
from domain.identity.actor import Scope
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.settlements import a_reserve
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS
from tests.fakes.settlement_desk import SettlementDesk
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from app.postgres import EmbeddedPostgres

_OF_ENTRY = "entry_id IN (SELECT id FROM ledger_entries WHERE kind = '{}')"
# What breaks, and the statement that breaks it.
CORRUPTIONS = [
    ("settlement-lines", "DELETE FROM settlement_lines WHERE kind = 'CAPTURE'"),
    ("settlement-lines", "UPDATE settlement_lines SET amount_minor = amount_minor + 1 WHERE kind = 'FEE'"),
    ("settlement-lines", "UPDATE settlement_lines SET kind = 'REFUND' WHERE kind = 'CAPTURE'"),
    ("settlement-lines", "UPDATE settlement_lines SET position = -2 WHERE position = -1"),
    ("settlement-lines", "UPDATE settlement_lines SET settlement_id = gen_random_uuid() WHERE kind = 'FEE'"),
    ("settlement-lines", "UPDATE settlements SET line_count = line_count + 1 WHERE number = 1"),
    ("settlement-lines", "UPDATE settlements SET refunds_minor = refunds_minor + 1, fees_minor = fees_minor - 1"),
    ("settlement-posting", f"DELETE FROM ledger_postings WHERE {_OF_ENTRY.format('CAPTURE')}"),
    ("settlement-posting", "UPDATE settlement_lines SET payment_id = gen_random_uuid() WHERE kind = 'CAPTURE'"),
    ("settlement-posting", "UPDATE settlement_lines SET posted_at = posted_at + interval '9 days' WHERE kind = 'FEE'"),
    ("settlement-posting", "UPDATE settlement_lines SET entry_id = gen_random_uuid() WHERE kind = 'CARRIED_OVER'"),
    ("settlement-posting", "UPDATE settlement_lines SET currency = 'USD' WHERE kind = 'RESERVE_HOLD'"),
    ("settlement-posting", "UPDATE settlements SET cut_off = cut_off - interval '1 day' WHERE number = 1"),
    ("settlement-once", "DELETE FROM settlement_lines WHERE kind = 'FEE'"),
    ("settlement-once", "DELETE FROM settlement_lines WHERE kind = 'RESERVE_HOLD'"),
    ("settlement-once", "UPDATE settlement_accounts SET open_from = pg_current_xact_id()"),
    ("settlement-entry", "UPDATE settlements SET entry_id = gen_random_uuid() WHERE net_minor > 0"),
    (
        "settlement-entry",
        "UPDATE settlements SET net_minor = net_minor + 1, fees_minor = fees_minor + 1 WHERE number = 1",
    ),
    (
        "settlement-entry",
        f"UPDATE ledger_postings SET amount_minor = amount_minor * 2 WHERE {_OF_ENTRY.format('SETTLEMENT')}",
    ),
    ("settlement-entry", "UPDATE ledger_entries SET settlement_id = gen_random_uuid() WHERE kind = 'SETTLEMENT'"),
    ("settlement-chain", "UPDATE settlements SET number = 90 WHERE status = 'OPEN' AND number > 3"),
    ("settlement-chain", "UPDATE settlements SET period_start = period_start - interval '1 day' WHERE number = 2"),
    ("settlement-chain", "UPDATE settlements SET carried_in_minor = carried_in_minor - 1 WHERE number = 3"),
    ("settlement-chain", "UPDATE settlements SET status = 'OPEN' WHERE number = 1"),
    ("settlement-account", "UPDATE settlement_accounts SET next_number = next_number + 1"),
    ("settlement-account", "UPDATE settlement_accounts SET carried_minor = carried_minor - 1"),
    ("settlement-account", "UPDATE settlement_accounts SET last_cut_off = last_cut_off - interval '1 day'"),
    ("settlement-account", "UPDATE settlement_accounts SET open_until = NULL"),
    ("settlement-account", "DELETE FROM settlements"),
    ("settlement-events", "UPDATE settlements SET version = version + 1 WHERE number = 1"),
    ("settlement-events", "UPDATE settlements SET status = 'PAID_OUT' WHERE number = 1"),
    ("settlement-events", "DELETE FROM events WHERE name = 'settlement.closed'"),
    ("settlement-events", "UPDATE events SET sequence = 9 WHERE name = 'settlement.opened'"),
    ("reserve-hold", "UPDATE reserve_holds SET amount_minor = amount_minor + 1"),
    ("reserve-hold", "DELETE FROM reserve_holds"),
    ("reserve-hold", "UPDATE reserve_holds SET entry_id = gen_random_uuid()"),
    ("reserve-release", "UPDATE reserve_holds SET release_entry_id = gen_random_uuid() WHERE released_at IS NOT NULL"),
    (
        "reserve-release",
        "UPDATE reserve_holds SET releases_at = released_at + interval '1 day' WHERE released_at IS NOT NULL",
    ),
    ("reserve-balance", "UPDATE reserve_holds SET released_at = now() WHERE released_at IS NULL"),
    ("reserve-balance", f"DELETE FROM ledger_postings WHERE {_OF_ENTRY.format('RESERVE_RELEASE')}"),
    ("reserve-events", "UPDATE reserve_holds SET version = version + 1"),
    ("reserve-events", "DELETE FROM events WHERE name = 'reserve.released'"),
    ("adjustment", "UPDATE settlement_adjustments SET amount_minor = -amount_minor"),
    ("adjustment", "DELETE FROM settlement_adjustments"),
    ("adjustment", "UPDATE approval_requests SET status = 'REJECTED' WHERE action = 'ADJUST_SETTLEMENT'"),
    ("adjustment", "UPDATE settlement_adjustments SET approved_by_id = gen_random_uuid()"),
    ("adjustment", f"DELETE FROM ledger_postings WHERE {_OF_ENTRY.format('ADJUSTMENT')}"),
]

# An owner can drop a constraint, too.
_RELAXED = (
    *(
        f"ALTER TABLE settlements DROP CONSTRAINT ck_settlements_{name}"
        for name in ("sum", "closed", "paid_out", "nets")
    ),
    "ALTER TABLE settlements DROP CONSTRAINT ck_settlements_period",
    "ALTER TABLE settlement_accounts DROP CONSTRAINT ck_settlement_accounts_open_until",
    "ALTER TABLE reserve_holds DROP CONSTRAINT ck_reserve_holds_released",
)


@pytest.fixture(scope="module")
async def lived(cluster: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database with a merchant that was settled, carried over, held from, released to and adjusted."""
    name = await create_copy(cluster)
    database = await Database.connect(cluster.dsn_of(name), size=4)
    units, merchant = PostgresUnits(database), a_merchant()
    async with units.begin(JOBS, "story") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    await tell(SettlementDesk(units, merchant, SettableClock()))
    await database.close()
    yield cluster.dsn_of(name)
    await drop_copy(cluster, name)


async def tell(desk: SettlementDesk) -> None:
    """Two days with a reserve, one that ends below zero, one that makes up for it, and what is still open."""
    days = [MORNING + timedelta(days=number) for number in range(7)]
    await desk.set_schedule(reserve=a_reserve("10", 3), delay_days=0)
    await desk.capture(eur(100), fee_minor=200)
    await desk.adjust(eur(3))
    await desk.run(days[1])
    await desk.refund(eur(150))
    await desk.run(days[2])
    await desk.capture(eur(400))
    await desk.run(days[4])
    await desk.capture(eur(50))


async def found_in(dsn: str, *statements: str) -> list[str]:
    """What is found in books that are broken in a transaction, which is then rolled back."""
    database = await Database.connect(dsn, size=1, role=None)
    try:
        async with database.connection(Scope(None)) as connection:
            transaction = connection.transaction()
            await transaction.start()
            # Past triggers, foreign keys and grants, as somebody with root might. Constraints hold for them too.
            await connection.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                assert not (await connection.execute(statement)).endswith(" 0"), f"{statement} broke nothing"
            checks = (*SETTLEMENT_CHECKS, *RESERVE_CHECKS)
            found = [line for check in checks for line in await check.violations(connection)]
            await transaction.rollback()
            return found
    finally:
        await database.close()


async def test_the_story_is_clean_and_has_everything(lived: str) -> None:
    assert await found_in(lived) == []
    database = await Database.connect(lived, size=1)
    async with database.connection(Scope(None)) as connection:
        kinds = await connection.fetch("SELECT DISTINCT kind FROM settlement_lines ORDER BY 1")
        holds = await connection.fetch("SELECT released_at IS NULL AS held FROM reserve_holds ORDER BY held_at")
    await database.close()
    assert {row["kind"] for row in kinds} >= {"ADJUSTMENT", "CAPTURE", "CARRIED_OVER", "FEE", "REFUND", "RESERVE_HOLD"}
    assert [row["held"] for row in holds] == [False, True]


@pytest.mark.parametrize(("name", "statement"), CORRUPTIONS, ids=[statement for _, statement in CORRUPTIONS])
async def test_what_is_broken_is_named(lived: str, name: str, statement: str) -> None:
    lines = [line for line in await found_in(lived, *_RELAXED, statement) if line.startswith(f"{name}: ")]
    assert lines
    assert "{" not in lines[0]
