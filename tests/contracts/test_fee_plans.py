"""`FeePlans`: versions read back with who made them, the plan of any moment is found, and sales are added up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from domain.approvals.approval_request import ApprovalStatus
from domain.approvals.party import party_of
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.ledger.entry import EntryKind
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.fee_plan_version import FeePlanVersion, first_version
from domain.merchants.fee_rate import FeeTier
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.ledger import an_entry
from tests.builders.merchants import a_fee_plan, a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy, kwd
from tests.contracts.house import SYSTEM, House, settle
from tests.fakes.fee_desk import FeeDesk

if TYPE_CHECKING:
    from uuid import UUID

    from domain.merchants.merchant import Merchant

ALL_PARTS = FeePlan(
    rates=(
        FeeRate(
            method="CARD",
            currency="KWD",
            brand="AMEX",
            region="INTERNATIONAL",
            percentage=Decimal("2.250"),
            fixed_minor=100,
            minimum_minor=150,
            tiers=(FeeTier(from_volume_minor=10**9, percentage=Decimal("1.9"), fixed_minor=50),),
            refund_fee_minor=500,
        ),
    ),
    returns_fee_on_refund=True,
    dispute_fees=(jpy(1300), kwd("5.000")),
)


def a_version(merchant: Merchant, number: int, plan: FeePlan, **values: object) -> FeePlanVersion:
    version = FeePlanVersion(
        merchant_id=merchant.id,
        number=number,
        plan=plan,
        effective_from=after(100 * number),
        reason="As agreed",
        operation_id=new_uuid(MORNING),
        requested_by=party_of(a_staff_actor()),
        approved_by=party_of(a_staff_actor()),
        created_at=after(number),
    )
    return replace(version, **values)  # ty: ignore[invalid-argument-type]  # pyright: ignore[reportArgumentType]


async def keep(house: House, *versions: FeePlanVersion) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        for version in versions:
            await unit.fee_plans.add(version)
        await unit.commit()


async def test_a_merchant_begins_with_its_first_version(house: House, merchant: Merchant) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.fee_plans.latest(merchant.id) == 1
        for moment in (after(-1000), MORNING, after(1000)):
            assert await unit.fee_plans.in_force(merchant.id, moment) == first_version(merchant).plan


async def test_versions_read_back_and_the_newest_that_has_begun_holds(house: House, merchant: Merchant) -> None:
    second = a_version(merchant, 2, ALL_PARTS)
    # Later numbers win from their own beginning on, also over what was to begin before them.
    third = a_version(merchant, 3, a_fee_plan("1.1"), effective_from=after(150))
    await keep(house, second, third)
    async with house.units.begin(an_actor(merchant), "contract") as unit:
        assert await unit.fee_plans.latest(merchant.id) == 3
        assert second.operation_id is not None
        assert await unit.fee_plans.of_operation(merchant.id, second.operation_id) == second
        assert await unit.fee_plans.of_operation(merchant.id, new_uuid(MORNING)) is None
        plans = [await unit.fee_plans.in_force(merchant.id, after(at)) for at in (0, 149, 150, 200, 10**6)]
    assert plans == [merchant.fee_plan, merchant.fee_plan, third.plan, third.plan, third.plan]


async def test_another_merchants_plans_are_not_there(house: House, merchant: Merchant) -> None:
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        with pytest.raises(NotFound, match="The fee plan"):
            await unit.fee_plans.latest(merchant.id)
        with pytest.raises(house.fenced):
            await unit.fee_plans.add(a_version(merchant, 2, ALL_PARTS))


async def test_plans_to_come_read_back_with_the_merchant(house: House, merchant: Merchant) -> None:
    changed = merchant.change_fee_plan(ALL_PARTS, after(10), after(10)).change_fee_plan(
        a_fee_plan(), after(99), after(11)
    )
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.merchants.save(changed)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.merchants.get(merchant.id) == changed


async def test_a_change_from_asking_to_every_moments_plan(house: House, merchant: Merchant) -> None:
    desk = FeeDesk(units=house.units, merchant=merchant)
    await desk.change(ALL_PARTS, after(1000))
    overtaken = await desk.ask(a_fee_plan("9"))
    desk.clock.pass_by(2000)
    await desk.change(a_fee_plan("1.1"))
    assert (await desk.approve(overtaken)).status is ApprovalStatus.FAILED
    plans = [await desk.plan_at(after(at)) for at in (-1, 999, 1000, 1999, 2000)]
    assert plans == [merchant.fee_plan, merchant.fee_plan, ALL_PARTS, ALL_PARTS, a_fee_plan("1.1")]
    assert await desk.latest() == 3
    kept = await desk.kept()
    assert (kept.fee_plan_since, kept.next_fee_plans, kept.version) == (after(2000), (), merchant.version + 2)


async def test_sales_are_captures_of_a_currency_and_a_time(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)

    async def sold(merchant_id: UUID, currency: str = "EUR") -> int:
        async with house.units.begin(SYSTEM, "contract") as unit:
            return await unit.fee_plans.sold_minor(merchant_id, currency, after(0), after(3600))

    assert await sold(merchant.id) == 0
    entries = [
        an_entry(merchant.id, eur(1), posted_at=after(-1)),
        an_entry(merchant.id, eur(2), posted_at=after(0)),
        an_entry(merchant.id, eur(4), posted_at=after(3599)),
        an_entry(merchant.id, eur(8), posted_at=after(3600)),
        an_entry(merchant.id, eur(16), posted_at=after(9), kind=EntryKind.ADJUSTMENT),
        an_entry(merchant.id, jpy(700), posted_at=after(9)),
        an_entry(other.id, eur(32), posted_at=after(9)),
    ]
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.ledger.post(tuple(entries))
        await unit.commit()
    expected = [600, 700, 3200, 0]
    asked = [(merchant.id, "EUR"), (merchant.id, "JPY"), (other.id, "EUR"), (other.id, "JPY")]
    assert [await sold(*one) for one in asked] == expected
    # Folded or not, it is the same.
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.volumes.fold(after(7200)) > 0
        await unit.commit()
    assert [await sold(*one) for one in asked] == expected
