"""A desk of disputes on real PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.gateway import StandInGateway

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant


@pytest.fixture
def desk(units: PostgresUnits, merchant: Merchant) -> DisputeDesk:
    clock = SettableClock()
    return DisputeDesk(Desk(units, merchant, StandInGateway(clock), clock))
