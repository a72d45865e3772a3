"""The simulator and the driver are shared by a module's tests: money goes only where a test looks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.simulator.process import SimulatorProcess
from tests.faults.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@pytest.fixture
def simulator(tmp_path: Path) -> Generator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path / "journal.jsonl")
    yield process
    process.kill()


@pytest.fixture(scope="module")
def nursery() -> Generator[Nursery]:
    with Nursery() as driver:
        yield driver
