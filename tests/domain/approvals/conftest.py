"""Requests at a desk in memory."""

from __future__ import annotations

import pytest

from domain.identity.permission import MerchantRole
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.domain.approvals.office import Office, StandInActions
from tests.fakes.clock import SettableClock
from tests.fakes.unit import MemoryUnits


@pytest.fixture
def office() -> Office:
    merchant, clock = a_merchant(), SettableClock()
    units = MemoryUnits(clock)
    units.tables.merchants[merchant.id] = merchant
    return Office(
        merchant=merchant,
        units=units,
        clock=clock,
        actions=StandInActions(),
        requester=an_actor(merchant, role=MerchantRole.OPERATOR),
        approver=an_actor(merchant, role=MerchantRole.FINANCE),
    )
