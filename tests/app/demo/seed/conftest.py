"""One database with the whole seed, which tests only read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg
import orjson
import pytest

from app.demo.seed.fill import Place, seed
from app.settings import DEMO_SECRET_KEY
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from app.postgres import EmbeddedPostgres

SIMULATOR_URL = "http://localhost:8002"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """Where everything is, and when its story ends."""

    dsn: str
    data: Path
    now: datetime

    @property
    def journal(self) -> Path:
        """The simulator's file."""
        return self.data / "simulator.jsonl"


async def fill(
    dsn: str, data: Path, *, empty: bool = False, payments_count: int = 20_000, now: datetime | None = None
) -> bool:
    """Seed in a thread: it runs a loop of its own."""
    place = Place(data=data, journal=data / "simulator.jsonl", simulator_url=SIMULATOR_URL, secret_key=DEMO_SECRET_KEY)
    return await asyncio.to_thread(
        seed,
        dsn,
        place,
        empty=empty,
        payments_count=payments_count,
        now=now,
    )


@pytest.fixture(scope="session")
async def seeded(cluster: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Seeded]:
    """The demo's database as `paydesk demo` makes it."""
    name = await create_copy(cluster)
    found = Seeded(dsn=cluster.dsn_of(name), data=tmp_path_factory.mktemp("demo"), now=datetime.now(UTC))
    assert await fill(found.dsn, found.data, now=found.now)
    yield found
    await drop_copy(cluster, name)


@pytest.fixture
async def books(seeded: Seeded) -> AsyncGenerator[asyncpg.Connection]:
    """A connection to it that cannot write."""
    connection = await asyncpg.connect(seeded.dsn, server_settings={"default_transaction_read_only": "on"})
    await connection.set_type_codec("jsonb", encoder=str, decoder=orjson.loads, schema="pg_catalog")
    yield connection
    await connection.close()
