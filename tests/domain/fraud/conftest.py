"""Rules of one merchant and of the platform, in memory."""

from __future__ import annotations

import pytest

from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.fraud_desk import FraudDesk
from tests.fakes.gateway import StandInGateway
from tests.fakes.unit import MemoryUnits


@pytest.fixture
def units() -> MemoryUnits:
    """Units with a clock that stands still."""
    return MemoryUnits(SettableClock())


@pytest.fixture
def fraud(units: MemoryUnits) -> FraudDesk:
    """A merchant whose payments are judged."""
    merchant, clock = a_merchant(), units.clock
    assert isinstance(clock, SettableClock)
    units.tables.merchants[merchant.id] = merchant
    return FraudDesk(Desk(units, merchant, StandInGateway(clock), clock))
