"""The worker as a process: it works, survives its database, and ends when it is told to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.simulator.process import SimulatorProcess
from tests.faults.installation import Till, add_merchant, corrupt, opened, query, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from app.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
# No measure of speed: what never happens must fail the test instead of holding it up.
NEVER_SECONDS = 60
# Whoever adds a job and forgets to have the worker run it finds out here.
JOBS = len({path.stem for path in (ROOT / "jobs").glob("*.py")} - {"__init__", "job", "clockwork", "job_diary"})


class WorkerProcess:
    """`paydesk worker` in an environment of its own."""

    def __init__(self, dsn: str, log: Path, **more: str) -> None:
        self.log = log
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PAYDESK_")}
        environ |= {"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": dsn, "PAYDESK_LOG_LEVEL": "debug", **more}
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "worker"], cwd=ROOT, env=environ, stdout=file, stderr=file
            )

    def told(self) -> list[dict[str, object]]:
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def ran(self) -> set[object]:
        return {line["job"] for line in self.told() if line["event"] == "job ran"}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=NEVER_SECONDS)


@pytest.fixture
def start(tmp_path: Path) -> Generator[Callable[..., WorkerProcess]]:
    started: list[WorkerProcess] = []

    def start_one(dsn: str, **more: str) -> WorkerProcess:
        started.append(WorkerProcess(dsn, tmp_path / f"worker{len(started)}.log", **more))
        return started[-1]

    yield start_one
    for worker in started:
        worker.process.kill()
        worker.process.wait()


@pytest.fixture
def simulator(tmp_path: Path) -> Generator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path / "journal.jsonl")
    yield process
    process.kill()


async def until(holds: Callable[[], bool], worker: WorkerProcess) -> None:
    async with asyncio.timeout(NEVER_SECONDS):
        while not holds():
            assert worker.process.poll() is None, worker.log.read_text()
            await asyncio.sleep(0.05)


async def test_every_job_runs_and_sigterm_ends_it(
    database_url: str, start: Callable[..., WorkerProcess], simulator: SimulatorProcess
) -> None:
    async with opened(database_url, simulator.url) as ports:
        payment = await Till(ports, await add_merchant(database_url)).create(automatic=True)
    # As if the answer had been lost: the capture is open again, and due.
    for statement in (
        "UPDATE operations SET status = 'PENDING', completed_at = NULL, next_check_at = now()",
        "UPDATE payments SET status = 'PROCESSING', version = 1, authorized_minor = 0, captured_minor = 0, fee_minor = 0",
        "DELETE FROM captures",
        "DELETE FROM ledger_entries",
        "DELETE FROM ledger_postings",
        "DELETE FROM events WHERE sequence > 1",
    ):
        await corrupt(database_url, statement)
    worker = start(database_url, PAYDESK_GATEWAY_SIMULATOR_URL=simulator.url)
    await until(lambda: len(worker.ran()) == JOBS, worker)
    async with asyncio.timeout(NEVER_SECONDS):
        while await query(database_url, "SELECT status FROM payments") != [("CAPTURED",)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert worker.stop() == 0
    assert [line["event"] for line in worker.told()][-1] == "worker stopped"
    assert await violations(database_url, simulator.url) == []
    assert await query(database_url, "SELECT count(*) FROM signing_keys") == [(1,)]
    ((told,),) = await query(database_url, "SELECT count(*) FROM job_runs WHERE finished_at >= started_at")
    assert told == JOBS
    ((seals,),) = await query(database_url, "SELECT count(*) FROM audit_seals")
    assert seals
    assert payment.captured_minor == 10_000


async def test_waits_for_a_database_that_goes_away_and_ends_without_one(
    durable_cluster: EmbeddedPostgres, durable_database_url: str, start: Callable[..., WorkerProcess]
) -> None:
    worker = start(durable_database_url)
    await until(lambda: len(worker.ran()) == JOBS, worker)
    durable_cluster.kill()
    await until(lambda: any(line["event"] == "job waits" for line in worker.told()), worker)
    durable_cluster.start()
    await until(lambda: any(line["event"] == "job works again" for line in worker.told()), worker)
    assert not any(line["event"] == "job failed" for line in worker.told())
    # It ends by itself as well while nobody answers.
    durable_cluster.kill()
    try:
        assert worker.stop() == 0
    finally:
        durable_cluster.start()
