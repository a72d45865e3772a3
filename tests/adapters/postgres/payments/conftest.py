"""A desk on real PostgreSQL, with a gateway that takes its time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.gateway import StandInGateway

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant


class PatientClock(SettableClock):
    """Stands still, but whoever sleeps really does, so that others get on."""

    async def sleep(self, milliseconds: int) -> None:

        await asyncio.sleep(milliseconds / 1000)


@pytest.fixture
def gateway() -> StandInGateway:
    return StandInGateway(SettableClock(), slowest_milliseconds=3)


@pytest.fixture
def desk(units: PostgresUnits, merchant: Merchant, gateway: StandInGateway) -> Desk:
    return Desk(units, merchant, gateway, PatientClock())
