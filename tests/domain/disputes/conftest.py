"""One merchant's disputes in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.gateway import StandInGateway
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from tests.fakes.dispute_gateway import StandInDisputeGateway
    from tests.fakes.tables import Tables


@pytest.fixture
def merchant() -> Merchant:
    """Pays 15 euros a case."""
    return a_merchant()


@pytest.fixture
def units(merchant: Merchant) -> MemoryUnits:
    units = MemoryUnits(SettableClock())
    units.tables.merchants[merchant.id] = merchant
    return units


@pytest.fixture
def tables(units: MemoryUnits) -> Tables:
    return units.tables


@pytest.fixture
def desk(units: MemoryUnits, merchant: Merchant) -> DisputeDesk:
    assert isinstance(units.clock, SettableClock)
    return DisputeDesk(Desk(units, merchant, StandInGateway(units.clock), units.clock))


@pytest.fixture
def clock(desk: DisputeDesk) -> SettableClock:
    return desk.desk.clock


@pytest.fixture
def gateway(desk: DisputeDesk) -> StandInDisputeGateway:
    return desk.gateway
