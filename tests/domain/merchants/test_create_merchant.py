"""A merchant is taken on by staff, whole and recorded, or not at all."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.money import Currency
from domain.merchants.create_merchant import CreateMerchant, create_merchant
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.fee_plan_version import first_version
from domain.merchants.merchant import MerchantStatus
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_fee_plan

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from domain.merchants.ports import MerchantPorts
    from tests.fakes.unit import MemoryUnits


def command(name: str = "Blue Bicycle", country: str = "DE") -> CreateMerchant:
    return CreateMerchant(name=name, country=country, currency=Currency("EUR", 2), fee_plan=a_fee_plan())


async def test_it_can_be_paid_at_once(ports: MerchantPorts, units: MemoryUnits) -> None:
    made = await create_merchant(ports, a_staff_actor(), command())
    assert units.tables.merchants == {made.id: made}
    assert units.tables.fee_plan_versions == [first_version(made)]
    assert (made.status, made.gateway, made.fee_plan) == (MerchantStatus.ACTIVE, "simulator", a_fee_plan())
    [record] = units.tables.audit
    assert (record.action, record.subject_id, record.merchant_id) == ("merchants.create", made.id, made.id)


async def test_an_owner_makes_no_other_merchant(ports: MerchantPorts, units: MemoryUnits, merchant: Merchant) -> None:
    actors: list[Actor] = [an_actor(merchant), a_staff_actor(StaffRole.SUPPORT)]
    for actor in actors:
        with pytest.raises(Forbidden):
            await create_merchant(ports, actor, command())
    assert (units.tables.merchants, units.tables.audit) == ({merchant.id: merchant}, [])


@pytest.mark.parametrize(("name", "country", "path"), [("", "DE", ("name",)), ("Blue", "Germany", ("country",))])
async def test_a_bad_value_is_named(
    ports: MerchantPorts, units: MemoryUnits, name: str, country: str, path: tuple[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        await create_merchant(ports, a_staff_actor(), command(name, country))
    assert refusal.value.path == path
    assert units.tables.merchants == {}


async def test_a_plan_says_each_thing_once(ports: MerchantPorts, units: MemoryUnits) -> None:
    rate = FeeRate(percentage=Decimal(1))
    twice = CreateMerchant(name="Blue", country="DE", currency=Currency("EUR", 2), fee_plan=FeePlan(rates=(rate, rate)))
    with pytest.raises(Invalid) as refusal:
        await create_merchant(ports, a_staff_actor(), twice)
    assert refusal.value.path == ("feeRates", "1")
    assert units.tables.merchants == {}
