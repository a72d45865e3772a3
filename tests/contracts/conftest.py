"""Each contract runs in memory and on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import orjson
import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.builders.payments import a_payment
from tests.contracts.cases import add, of
from tests.contracts.house import SYSTEM, House, MemoryHouse, PostgresHouse, settle
from tests.fakes.unit import MemoryUnits
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from app.postgres import EmbeddedPostgres
    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment


@pytest.fixture(params=["memory", "postgres"])
async def house(request: pytest.FixtureRequest, cluster: EmbeddedPostgres) -> AsyncGenerator[House]:
    """An empty house of either kind."""
    if request.param == "memory":
        yield MemoryHouse(MemoryUnits())
        return
    name = await create_copy(cluster)
    database = await Database.connect(cluster.dsn_of(name), size=8)
    owner = await asyncpg.connect(cluster.dsn_of(name))
    await owner.set_type_codec("jsonb", encoder=str, decoder=orjson.loads, schema="pg_catalog")
    yield PostgresHouse(PostgresUnits(database), owner)
    await owner.close()
    await database.close()
    await drop_copy(cluster, name)


@pytest.fixture
async def merchant(house: House) -> Merchant:
    """A merchant of the house."""
    merchant = a_merchant()
    await settle(house, merchant)
    return merchant


@pytest.fixture
async def payment(house: House, merchant: Merchant) -> Payment:
    """100 euros of the merchant, captured."""
    payment = a_payment(merchant_id=merchant.id, captured=eur(100))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payments.add(payment)
        await unit.commit()
    return payment


@pytest.fixture
async def dispute(house: House, payment: Payment) -> Dispute:
    """A chargeback of that payment."""
    dispute = of(payment)
    await add(house, dispute)
    return dispute
