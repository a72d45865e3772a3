"""The process ends when it is told to, whatever it is waiting for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.app.simulator.operations import an_operation
from tests.app.simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_slow_answer_does_not_delay_the_end(tmp_path: Path) -> None:
    simulator = SimulatorProcess(tmp_path / "journal.jsonl", late_answer_seconds=600)
    try:
        async with httpx2.AsyncClient(base_url=simulator.url, timeout=None, trust_env=False) as http:
            request = an_operation("AUTHORIZE", token="tok_timeout")
            late = asyncio.create_task(http.post("/v1/operations", json=request))
            while (await http.get(f"/v1/operations/{request['operation_id']}")).status_code != 200:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
            assert await asyncio.to_thread(simulator.stop) == 0
            with pytest.raises(httpx2.TransportError):
                await late
    finally:
        simulator.kill()
