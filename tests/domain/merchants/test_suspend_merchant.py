"""Staff stop a merchant and let it work again; no merchant lifts its own suspension."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.machine import TransitionNotAllowed
from domain.merchants.merchant import MerchantStatus
from domain.merchants.suspend_merchant import SuspendMerchant, suspend_merchant
from tests.builders.identity import a_staff_actor, an_actor

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from domain.merchants.ports import MerchantPorts
    from tests.fakes.unit import MemoryUnits


async def test_there_and_back(ports: MerchantPorts, units: MemoryUnits, merchant: Merchant) -> None:
    staff = a_staff_actor()
    for suspended, status in ((True, MerchantStatus.SUSPENDED), (False, MerchantStatus.ACTIVE)):
        command = SuspendMerchant(merchant_id=merchant.id, reason="too many disputes", suspended=suspended)
        assert (await suspend_merchant(ports, staff, command)).status is status
        with pytest.raises(TransitionNotAllowed):
            await suspend_merchant(ports, staff, command)
    assert [record.data["status"] for record in units.tables.audit] == ["SUSPENDED", "ACTIVE"]


async def test_who_may_not(ports: MerchantPorts, units: MemoryUnits, merchant: Merchant) -> None:
    with pytest.raises(Forbidden):
        await suspend_merchant(ports, an_actor(merchant), SuspendMerchant(merchant_id=merchant.id, reason="holiday"))
    with pytest.raises(Invalid):
        await suspend_merchant(ports, a_staff_actor(), SuspendMerchant(merchant_id=merchant.id, reason=""))
    assert units.tables.merchants == {merchant.id: merchant}
