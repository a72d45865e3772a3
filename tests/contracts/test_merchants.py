"""`Merchants`: read back with their fee plan to the last digit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.merchant import MerchantStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.contracts.house import SYSTEM, House, settle

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant


async def test_every_field_reads_back(house: House) -> None:
    rates = (
        FeeRate(method="CARD", currency="EUR", percentage=Decimal("1.2345"), fixed_minor=25),
        FeeRate(percentage=Decimal("0.10")),
    )
    merchant = a_merchant(
        name="Crème & Söhne",
        country="JP",
        currency="JPY",
        status=MerchantStatus.SUSPENDED,
        fee_plan=FeePlan(rates=rates, returns_fee_on_refund=True),
        updated_at=after(60),
        version=7,
    )
    await settle(house, merchant)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.merchants.get(merchant.id) == merchant
        assert await unit.merchants.for_update(merchant.id) == merchant


async def test_a_change_is_saved(house: House, merchant: Merchant) -> None:
    changed = merchant.rename("Red Bicycle", after(1)).move(MerchantStatus.SUSPENDED, after(2))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.merchants.save(changed)
        await unit.commit()
    async with house.units.begin(an_actor(merchant), "contract") as unit:
        assert await unit.merchants.get(merchant.id) == changed


async def test_what_is_not_there_or_not_visible_is_not_found(house: House, merchant: Merchant) -> None:
    for actor, merchant_id in ((SYSTEM, new_uuid(MORNING)), (an_actor(a_merchant()), merchant.id)):
        async with house.units.begin(actor, "contract") as unit:
            for find in (unit.merchants.get, unit.merchants.for_update):
                with pytest.raises(NotFound, match="The merchant"):
                    await find(merchant_id)
