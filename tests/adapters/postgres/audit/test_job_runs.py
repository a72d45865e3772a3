"""The rows of jobs, on PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.postgres.audit.job_runs import JobRunStore
from domain.audit.job_run import JobFailure, JobState, JobTurn
from domain.identity.actor import Scope
from domain.kernel.ids import new_uuid
from tests.builders.moments import MORNING, after

if TYPE_CHECKING:
    from adapters.postgres.database import Database

EVERYWHERE = Scope(None)
TURN = JobTurn(name="close", worker="a:1", started_at=after(1), finished_at=after(2), done=3, added=3)
FAILURE = JobFailure(message="It was closed meanwhile.", subject="stl_1")


async def test_turns_add_up_to_one_row_a_job(database: Database) -> None:
    runs = JobRunStore(database)
    await runs.note_end(TURN)
    await runs.note_end(replace(TURN, name="open"))
    later = replace(TURN, worker="b:2", started_at=after(5), finished_at=after(6), added=40)
    for _ in range(2):
        await runs.note_end(replace(later, done=0, added=0, failures=(FAILURE, JobFailure(message="Another."))))
    found = {run.name: run for run in await runs.jobs(EVERYWHERE)}
    assert list(found) == ["close", "open"]
    failing = found["close"]
    assert (failing.state, failing.consecutive_failures, failing.total) == (JobState.FAILING, 2, 3)
    assert failing.failures == (FAILURE, JobFailure(message="Another."))
    assert (failing.succeeded_at, failing.failed_at, failing.worker) == (after(2), after(6), "b:2")
    await runs.note_end(replace(later, finished_at=after(9)))
    healed = (await runs.jobs(EVERYWHERE))[0]
    assert (healed.state, healed.consecutive_failures, healed.total, healed.done) == (JobState.WAITING, 0, 43, 3)
    # What went wrong last time can still be read.
    assert (healed.failures[0], healed.failed_at, healed.succeeded_at) == (FAILURE, after(6), after(9))


async def test_a_turn_that_goes_on_can_be_seen(database: Database) -> None:
    runs = JobRunStore(database)
    await runs.note_begin("close", "a:1", after(1))
    assert [run.state for run in await runs.jobs(EVERYWHERE)] == [JobState.RUNNING]
    await runs.note_end(TURN)
    await runs.note_begin("close", "a:1", after(0))
    assert [run.state for run in await runs.jobs(EVERYWHERE)] == [JobState.WAITING]
    await runs.note_begin("close", "b:1", after(7))
    [run] = await runs.jobs(EVERYWHERE)
    assert (run.state, run.started_at, run.finished_at, run.worker) == (JobState.RUNNING, after(7), after(2), "b:1")


async def test_workers_write_at_once(database: Database) -> None:
    runs = JobRunStore(database)
    await asyncio.gather(*(runs.note_end(replace(TURN, worker=f"w:{number}", added=1)) for number in range(20)))
    [run] = await runs.jobs(EVERYWHERE)
    assert run.total == 20


async def test_a_merchant_sees_nothing_of_jobs(database: Database) -> None:
    runs = JobRunStore(database)
    await runs.note_end(TURN)
    assert await runs.jobs(Scope(frozenset({new_uuid(MORNING)}))) == []
