"""A simulator process and a connector with a short deadline."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import httpx2
import pytest

from adapters.gateways.simulator import SimulatorGateway
from adapters.gateways.simulator_disputes import SimulatorDisputes
from tests.app.simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """The running process."""
    process = SimulatorProcess(tmp_path_factory.mktemp("gateways") / "journal.jsonl")
    yield process
    process.kill()


@pytest.fixture
async def http(simulator: SimulatorProcess) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of it, without faults at the start."""
    async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as client:
        await client.delete("/v1/control")
        yield client


@pytest.fixture
def gateway(simulator: SimulatorProcess, http: httpx2.AsyncClient) -> SimulatorGateway:
    """The connector as the application has it."""
    return SimulatorGateway(simulator.url, http, timedelta(seconds=10))


@pytest.fixture
def hasty(simulator: SimulatorProcess, http: httpx2.AsyncClient) -> SimulatorGateway:
    """The same with a deadline that slow answers miss."""
    return SimulatorGateway(simulator.url, http, timedelta(seconds=1))


@pytest.fixture
def disputes(simulator: SimulatorProcess, http: httpx2.AsyncClient) -> SimulatorDisputes:
    """The connector to its disputes."""
    return SimulatorDisputes("simulator", simulator.url, http, timedelta(seconds=10))


@pytest.fixture
def hasty_disputes(simulator: SimulatorProcess, http: httpx2.AsyncClient) -> SimulatorDisputes:
    """The same with a deadline that slow answers miss."""
    return SimulatorDisputes("simulator", simulator.url, http, timedelta(seconds=1))
