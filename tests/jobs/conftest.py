"""A database as the jobs see it, and payments on a gateway that stands in for a real one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from domain.kernel.clock import SystemClock
from domain.payments.ports import PaymentPorts
from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.gateway import StandInGateway
from tests.fakes.settlement_desk import SettlementDesk
from tests.faults.installation import Till, add_merchant

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.merchants.merchant import Merchant


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant with its till; `gateway` and `clock` do as the test says."""

    database: Database
    till: Till
    gateway: StandInGateway
    clock: SettableClock

    @property
    def ports(self) -> PaymentPorts:
        return self.till.ports


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    database = await Database.connect(database_url, size=4)
    yield database
    await database.close()


@pytest.fixture
async def shop(database: Database, database_url: str) -> Shop:
    clock = SettableClock(SystemClock().now())
    gateway = StandInGateway(clock)
    ports = PaymentPorts(clock=clock, units=PostgresUnits(database), gateways=gateway)
    return Shop(database, Till(ports, await add_merchant(database_url)), gateway, clock)


@pytest.fixture
async def dispute_desk(database: Database) -> DisputeDesk:
    """A merchant's disputes at the hour that it is, with a gateway that takes answers."""
    clock = SettableClock(SystemClock().now())
    units = PostgresUnits(database)
    merchant: Merchant = a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    return DisputeDesk(Desk(units, merchant, StandInGateway(clock), clock))


@pytest.fixture
async def settlement_desk(database: Database) -> SettlementDesk:
    """A merchant that is settled, at the hour that it is."""
    units, merchant = PostgresUnits(database), a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    return SettlementDesk(units, merchant, SettableClock(SystemClock().now()))
