"""A desk on real PostgreSQL, with a gateway that takes its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.clock import PatientClock, SettableClock
from tests.fakes.desk import Desk
from tests.fakes.gateway import StandInGateway

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant


@pytest.fixture
def gateway() -> StandInGateway:
    return StandInGateway(SettableClock(), slowest_milliseconds=3)


@pytest.fixture
def desk(units: PostgresUnits, merchant: Merchant, gateway: StandInGateway) -> Desk:
    return Desk(units, merchant, gateway, PatientClock())
