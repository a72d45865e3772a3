"""A merchant gets another name from whoever may give it one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.merchants.update_merchant import UpdateMerchant, update_merchant
from tests.builders.identity import a_staff_actor, an_actor

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from domain.merchants.ports import MerchantPorts
    from tests.fakes.unit import MemoryUnits


async def test_another_name(ports: MerchantPorts, units: MemoryUnits, merchant: Merchant) -> None:
    command = UpdateMerchant(merchant_id=merchant.id, name="Red Bicycle")
    renamed = await update_merchant(ports, an_actor(merchant), command)
    assert units.tables.merchants[merchant.id] == renamed
    assert (renamed.name, renamed.version) == ("Red Bicycle", merchant.version + 1)
    assert [record.action for record in units.tables.audit] == ["merchants.update"]


async def test_another_time_zone(ports: MerchantPorts, units: MemoryUnits, merchant: Merchant) -> None:
    command = UpdateMerchant(merchant_id=merchant.id, time_zone="America/Sao_Paulo")
    moved = await update_merchant(ports, an_actor(merchant), command)
    assert units.tables.merchants[merchant.id] == moved
    assert (moved.name, moved.time_zone) == (merchant.name, "America/Sao_Paulo")
    for wrong in ({"time_zone": "Mars/Olympus"}, {}):
        with pytest.raises(Invalid):
            await update_merchant(ports, an_actor(merchant), UpdateMerchant(merchant_id=merchant.id, **wrong))


async def test_who_may_not(ports: MerchantPorts, units: MemoryUnits, merchant: Merchant) -> None:
    command = UpdateMerchant(merchant_id=merchant.id, name="Red Bicycle")
    with pytest.raises(Forbidden):
        await update_merchant(ports, an_actor(merchant, role=MerchantRole.VIEWER), command)
    with pytest.raises(NotFound):
        await update_merchant(ports, an_actor(uuid4()), command)
    with pytest.raises(NotFound):
        await update_merchant(ports, a_staff_actor(), UpdateMerchant(merchant_id=uuid4(), name="Red Bicycle"))
    with pytest.raises(Invalid):
        await update_merchant(ports, a_staff_actor(), UpdateMerchant(merchant_id=merchant.id, name=" "))
    assert (units.tables.merchants, units.tables.audit) == ({merchant.id: merchant}, [])
