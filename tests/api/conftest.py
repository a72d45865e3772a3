"""The graph on real PostgreSQL, with the gateway simulator as a process beside it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import asyncpg
import httpx2
import pytest

from app.assembly import assembled
from app.settings import load_settings
from domain.kernel.ids import new_uuid
from tests.api.graph import Graph, two_merchants
from tests.app.simulator.process import SimulatorProcess
from tests.builders.merchants import a_merchant
from tests.builders.moments import after
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from app.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Generator[SimulatorProcess]:
    """The simulator; what answers late does so after our deadline."""
    process = SimulatorProcess(tmp_path_factory.mktemp("gateway") / "journal.jsonl", late_answer_seconds=3)
    yield process
    process.kill()


@pytest.fixture
async def simulator(gateway: SimulatorProcess) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of the simulator, which has no faults before and after."""
    async with httpx2.AsyncClient(base_url=gateway.url, timeout=20, trust_env=False) as client:
        await client.delete("/v1/control")
        yield client
        await client.delete("/v1/control")


@asynccontextmanager
async def _opened(cluster: EmbeddedPostgres, gateway_url: str) -> AsyncGenerator[Graph]:
    name = await create_copy(cluster)
    files = TemporaryDirectory(prefix="paydesk-files-")
    settings = load_settings(
        {
            "PAYDESK_ENVIRONMENT": "test",
            "DATABASE_URL": cluster.dsn_of(name),
            "PAYDESK_DATA_DIR": files.name,
            "PAYDESK_GATEWAY_SIMULATOR_URL": gateway_url,
            "PAYDESK_GATEWAY_DEADLINE_SECONDS": "20",
        }
    )
    database = await asyncpg.connect(cluster.dsn_of(name))
    try:
        async with assembled(settings, pool_size=4) as assembly:
            red = a_merchant(
                id=new_uuid(after(1)), name="Red Rickshaw", country="JP", currency="JPY", created_at=after(1)
            )
            yield await two_merchants(assembly, database, a_merchant(), red)
    finally:
        files.cleanup()
        await database.close()
        await drop_copy(cluster, name)


@pytest.fixture
async def graph(cluster: EmbeddedPostgres, gateway: SimulatorProcess) -> AsyncGenerator[Graph]:
    """A graph for this test alone."""
    async with _opened(cluster, gateway.url) as graph:
        yield graph


@pytest.fixture(scope="module")
async def lasting_graph(cluster: EmbeddedPostgres, gateway: SimulatorProcess) -> AsyncGenerator[Graph]:
    """A graph that the tests of a module share: they read, or are refused."""
    async with _opened(cluster, gateway.url) as graph:
        yield graph
