"""A database of its own, as the application and as its owner see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from tests.builders.merchants import a_merchant
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.merchants.merchant import Merchant


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """The pool, in the role that owns nothing."""
    database = await Database.connect(database_url, size=20)
    yield database
    await database.close()


@pytest.fixture
async def owner(database_url: str) -> AsyncGenerator[asyncpg.Connection]:
    """The login that owns everything."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
def units(database: Database) -> PostgresUnits:
    return PostgresUnits(database)


@pytest.fixture
async def merchant(units: PostgresUnits) -> Merchant:
    """A committed merchant that pays 1.5 % and 25 cents."""
    merchant = a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    return merchant
