"""A database with its gateway; tests that leave both clean share them, since each costs a second to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.app.simulator.process import SimulatorProcess
from tests.faults.driver import Order
from tests.faults.installation import add_merchant
from tests.faults.nursery import Nursery
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from app.postgres import EmbeddedPostgres


@dataclass(frozen=True, slots=True)
class Place:
    """Where a driver works."""

    dsn: str
    simulator_url: str
    merchant_id: str

    def order(self, *, seed: int = 0, story: bool = False, failpoints: str = "") -> Order:
        return Order(
            dsn=self.dsn,
            simulator_url=self.simulator_url,
            merchant_id=self.merchant_id,
            seed=seed,
            story=story,
            failpoints=failpoints,
        )


@pytest.fixture(scope="module")
async def shared_place(cluster: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Place]:
    """For tests that repair what they break."""
    name = await create_copy(cluster)
    dsn = cluster.dsn_of(name)
    simulator = SimulatorProcess(tmp_path_factory.mktemp("shared") / "journal.jsonl")
    yield Place(dsn, simulator.url, str(await add_merchant(dsn)))
    simulator.kill()
    await drop_copy(cluster, name)


@pytest.fixture
async def place(database_url: str, simulator: SimulatorProcess) -> Place:
    """For a test that leaves ruins."""
    return Place(database_url, simulator.url, str(await add_merchant(database_url)))


@pytest.fixture
def simulator(tmp_path: Path) -> Generator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path / "journal.jsonl")
    yield process
    process.kill()


@pytest.fixture(scope="module")
def nursery() -> Generator[Nursery]:
    with Nursery() as driver:
        yield driver
