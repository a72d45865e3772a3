"""The plan of a moment, and last month's volume where a rate has tiers."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from domain.merchants.charging import fee_minor_at, plan_at
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.fee_rate import FeeTier
from tests.builders.ledger import an_entry
from tests.builders.merchants import a_fee_plan, a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy
from tests.builders.sales import a_sale
from tests.fakes.desk import JOBS
from tests.fakes.fee_desk import FeeDesk

if TYPE_CHECKING:
    from domain.kernel.money import Money
    from tests.fakes.unit import MemoryUnits

TIERED = FeePlan(
    rates=(
        FeeRate(
            currency="EUR",
            percentage=Decimal(2),
            tiers=(FeeTier(from_volume_minor=100_000, percentage=Decimal(1)),),
        ),
        FeeRate(percentage=Decimal(3)),
    )
)
FEBRUARY = datetime(2026, 2, 14, tzinfo=UTC)


async def charged(units: MemoryUnits, sold: list[tuple[Money, datetime]], time_zone: str = "UTC") -> int:
    """What 100 euros cost in the morning of 2 March, by a plan whose tier begins at 1,000 euros."""
    merchant = a_merchant(fee_plan=TIERED, time_zone=time_zone)
    units.tables.merchants[merchant.id] = merchant
    units.tables.entries += [an_entry(merchant.id, amount, posted_at=at) for amount, at in sold]
    async with units.begin(JOBS, "test") as unit:
        return await fee_minor_at(unit.fee_plans, merchant, a_sale(eur(100)), MORNING)


@pytest.mark.parametrize(
    ("sold", "fee"),
    [
        ([], 200),
        ([(eur("999.99"), FEBRUARY)], 200),
        ([(eur(1000), FEBRUARY)], 100),
        ([(eur(500), FEBRUARY), (eur(500), FEBRUARY)], 100),
        ([(eur(500), FEBRUARY), (jpy(100_000), FEBRUARY)], 200),
        ([(eur(1000), datetime(2026, 2, 1, tzinfo=UTC))], 100),
        ([(eur(1000), datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC))], 200),
        ([(eur(1000), datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC))], 100),
        # This month's sales count next month.
        ([(eur(1000), datetime(2026, 3, 1, tzinfo=UTC))], 200),
    ],
)
async def test_a_tier_holds_by_last_months_volume(
    units: MemoryUnits, sold: list[tuple[Money, datetime]], fee: int
) -> None:
    assert await charged(units, sold) == fee


@pytest.mark.parametrize(
    ("at", "time_zone", "fee"),
    [
        (datetime(2026, 2, 28, 23, 30, tzinfo=UTC), "Europe/Berlin", 200),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "Europe/Berlin", 100),
        (datetime(2026, 3, 1, 4, 30, tzinfo=UTC), "America/New_York", 100),
        (datetime(2026, 3, 1, 5, 30, tzinfo=UTC), "America/New_York", 200),
    ],
)
async def test_months_are_those_of_the_merchants_zone(
    units: MemoryUnits, at: datetime, time_zone: str, fee: int
) -> None:
    assert await charged(units, [(eur(1000), at)], time_zone) == fee


async def test_the_merchant_itself_remembers_the_plans_of_now(units: MemoryUnits) -> None:
    """Nothing is read for them: a store that is not there is not missed."""
    merchant = a_merchant().change_fee_plan(a_fee_plan("1.1"), after(100), after(1))
    nowhere = None
    for at, plan in ((0, a_fee_plan()), (100, a_fee_plan("1.1"))):
        assert await plan_at(nowhere, merchant, after(at)) == plan  # pyright: ignore[reportArgumentType]  # ty: ignore[invalid-argument-type]
    fee = await fee_minor_at(nowhere, merchant, a_sale(eur(100)), after(100))  # pyright: ignore[reportArgumentType]  # ty: ignore[invalid-argument-type]
    assert fee == 110 + 25


async def test_former_plans_are_looked_up(units: MemoryUnits) -> None:
    merchant = a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    desk = FeeDesk(units=units, merchant=merchant)
    desk.clock.pass_by(100)
    await desk.change(a_fee_plan("1.1"))
    assert [await desk.plan_at(after(at)) for at in (99, 100)] == [merchant.fee_plan, a_fee_plan("1.1")]
