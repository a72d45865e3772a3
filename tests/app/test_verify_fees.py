"""Each invariant of what merchants pay, broken by hand in books that hold all of it: verification names it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from adapters.postgres.verification.merchant_checks import MERCHANT_CHECKS
from domain.kernel.clock import SystemClock
from domain.merchants.fee_plan import FeePlan, FeeRate
from tests.app.broken_books import found_in, names_of
from tests.builders.merchants import a_fee_plan, a_merchant
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.fee_desk import FeeDesk
from tests.fakes.gateway import StandInGateway
from tests.faults.installation import query
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from app.postgres import EmbeddedPostgres

RATE = FeeRate(currency="EUR", percentage=Decimal("1.5"), refund_fee_minor=30)
# What breaks, and the statement that breaks it.
CORRUPTIONS = [
    ("fee-plan-numbers", "DELETE FROM fee_plan_versions WHERE number = 2"),
    ("fee-plan-numbers", "DELETE FROM fee_plan_versions"),
    ("fee-plan-row", "UPDATE merchants SET fee_rates = '[]'"),
    ("fee-plan-row", "UPDATE merchants SET returns_fee_on_refund = NOT returns_fee_on_refund"),
    ("fee-plan-row", """UPDATE merchants SET dispute_fees = '{"EUR": 1}'"""),
    ("fee-plan-row", "UPDATE merchants SET fee_plan_since = NULL"),
    ("fee-plan-approval", "DELETE FROM approval_requests"),
    ("fee-plan-approval", "UPDATE approval_requests SET status = 'REJECTED', reason = 'x'"),
    ("fee-plan-approval", "UPDATE approval_requests SET decided_by_id = gen_random_uuid()"),
    ("fee-plan-approval", """UPDATE fee_plan_versions SET plan = jsonb_set(plan, '{rates,0,percentage}', '"0"')"""),
    ("merchant-volume", "UPDATE merchant_volumes SET captured_minor = captured_minor + 1"),
    ("merchant-volume", "UPDATE merchant_volumes SET currency = 'USD'"),
    ("merchant-volume", "DELETE FROM merchant_volumes"),
    ("payment-ledger", "UPDATE payments SET refund_fee_minor = refund_fee_minor + 1 WHERE refunded_minor > 0"),
    ("payment-refunds", "UPDATE payments SET refund_fee_minor = 0 WHERE refund_fee_minor > 0"),
    ("payment-refunds", "UPDATE refunds SET fee_minor = fee_minor + 1"),
    # What a refund costs does not pass for what it gives back.
    (
        "payment-ledger",
        """UPDATE payments SET refund_fee_minor = 0, returned_fee_minor = returned_fee_minor - refund_fee_minor
           WHERE refund_fee_minor > 0""",
    ),
]


@pytest.fixture(scope="module")
async def lived(cluster: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database in which a merchant has paid by two plans, for refunds too, and has a third one to come."""
    name = await create_copy(cluster)
    database = await Database.connect(cluster.dsn_of(name), size=4)
    units, merchant, clock = PostgresUnits(database), a_merchant(), SettableClock(SystemClock().now())
    async with units.begin(JOBS, "story") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    desk = Desk(units, merchant, StandInGateway(clock), clock)
    fees = FeeDesk(units=units, merchant=merchant, clock=clock)
    before = await desk.captured(eur(100))
    clock.pass_by(60)
    await fees.change(FeePlan(rates=(RATE,), returns_fee_on_refund=True, dispute_fees=(eur(20),)))
    after = await desk.captured(eur(50))
    await desk.refund(before, eur(10))
    await desk.refund(after, eur(10))
    await fees.change(a_fee_plan(), clock.now() + timedelta(days=30))
    async with units.begin(JOBS, "story") as unit:
        await unit.volumes.fold(clock.now())
        await unit.commit()
    await desk.captured(eur(5))
    await database.close()
    yield cluster.dsn_of(name)
    await drop_copy(cluster, name)


async def test_the_story_is_clean_and_has_everything(lived: str) -> None:
    assert await found_in(lived) == []
    fees = await query(lived, "SELECT returned_fee_minor, fee_minor FROM refunds ORDER BY 1")
    assert fees == [(0, 30), (15, 30)]
    assert await query(lived, "SELECT count(*) FROM fee_plan_versions") == [(3,)]
    assert await query(lived, "SELECT sum(captured_minor)::integer FROM merchant_volumes") == [(15_000,)]


@pytest.mark.parametrize(("name", "statement"), CORRUPTIONS)
async def test_finds_and_names_what_is_broken(lived: str, name: str, statement: str) -> None:
    found = await found_in(lived, statement)
    assert name in names_of(found), found


def test_every_check_has_a_negative_control() -> None:
    assert {check.name for check in MERCHANT_CHECKS} <= {name for name, _ in CORRUPTIONS}
