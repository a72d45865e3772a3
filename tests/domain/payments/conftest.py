"""One merchant's desk in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.gateway import StandInGateway
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from tests.fakes.tables import Tables


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def gateway(clock: SettableClock) -> StandInGateway:
    return StandInGateway(clock)


@pytest.fixture
def merchant() -> Merchant:
    """Pays 1.5 % and 25 cents."""
    return a_merchant()


@pytest.fixture
def units(clock: SettableClock, merchant: Merchant) -> MemoryUnits:
    units = MemoryUnits(clock)
    units.tables.merchants[merchant.id] = merchant
    return units


@pytest.fixture
def tables(units: MemoryUnits) -> Tables:
    return units.tables


@pytest.fixture
def desk(units: MemoryUnits, merchant: Merchant, gateway: StandInGateway, clock: SettableClock) -> Desk:
    return Desk(units, merchant, gateway, clock)
