"""One simulator process for the whole folder; faults never outlive their test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.app.simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """The running process."""
    process = SimulatorProcess(tmp_path_factory.mktemp("simulator") / "journal.jsonl")
    yield process
    process.kill()


@pytest.fixture
async def http(simulator: SimulatorProcess) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of it, without faults at the start."""
    async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as client:
        await client.delete("/v1/control")
        yield client
