"""The loop: every job gets its turns whatever the others do, and all end together."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from domain.kernel.clock import SystemClock
from domain.kernel.errors import Unavailable
from jobs import clockwork
from jobs.clockwork import LONGEST_BACKOFF_SECONDS, backoff_seconds, run_jobs
from jobs.job import Job
from jobs.job_diary import JobDiary
from tests.jobs.job_shelf import JobShelf

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SOON = timedelta(milliseconds=1)
NEVER = timedelta(days=1)


class Turns:
    """Counts the turns of a job, and says when there were enough."""

    def __init__(self, enough: int) -> None:
        self.taken = 0
        self.enough = asyncio.Event()
        self._wanted = enough

    async def take(self) -> int:
        self.taken += 1
        if self.taken >= self._wanted:
            self.enough.set()
        return 0


def a_job(work: Callable[[], Awaitable[int]], *, every: timedelta = SOON, batch: int | None = None) -> Job:
    return Job(name="test", every=every, work=work, batch=batch)


async def run_until(done: asyncio.Event, *jobs: Job, finish_seconds: float = 5) -> JobShelf:
    """What the diary says of them in the end."""
    stop, shelf = asyncio.Event(), JobShelf()
    diary = JobDiary(shelf, SystemClock(), "here:1")
    running = asyncio.create_task(run_jobs(jobs, stop, finish_seconds=finish_seconds, diary=diary))
    await done.wait()
    stop.set()
    await running
    return shelf


async def test_a_job_runs_at_once_and_then_at_its_interval() -> None:
    often, daily = Turns(5), Turns(1)
    await run_until(often.enough, a_job(often.take), a_job(daily.take, every=NEVER))
    assert often.taken >= 5
    assert daily.taken == 1


async def test_a_full_batch_is_followed_by_the_next_without_a_pause() -> None:
    left = [20, 20, 3]
    empty = asyncio.Event()

    async def work() -> int:
        if len(left) == 1:
            empty.set()
        return left.pop(0)

    await run_until(empty, a_job(work, every=NEVER, batch=20))
    assert left == []


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (Unavailable("away"), "job waits"),
        (ExceptionGroup("some", [Unavailable("away"), Unavailable("away")]), "job waits"),
        (ExceptionGroup("some", [Unavailable("away"), RuntimeError("broken")]), "job failed"),
        (RuntimeError("broken"), "job failed"),
    ],
)
async def test_a_failing_job_is_tried_again_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch, error: Exception, what: str
) -> None:
    monkeypatch.setattr(clockwork, "LONGEST_BACKOFF_SECONDS", 0.001)
    healthy, healed = Turns(3), Turns(1)
    failures = [error] * 4

    async def fails_first() -> int:
        if failures:
            raise failures.pop()
        return await healed.take()

    with capture_logs() as logs:
        await run_until(healed.enough, a_job(fails_first, every=NEVER), a_job(healthy.take))
    assert healthy.taken >= 1
    told = [(line["event"], line["failures"]) for line in logs if "failures" in line]
    assert told == [(what, 1), (what, 2), (what, 3), (what, 4), ("job works again", 4)]
    # A stack trace where something is wrong with the job, none where the database is away.
    assert any("exc_info" in line for line in logs) == (what == "job failed")


def test_failures_make_the_pauses_grow_to_half_a_minute() -> None:
    assert [backoff_seconds(failures) for failures in (1, 2, 3, 4, 5, 6, 10_000)] == [1, 2, 4, 8, 16, 30, 30]
    assert LONGEST_BACKOFF_SECONDS == 30


async def test_the_diary_tells_how_turns_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwork, "LONGEST_BACKOFF_SECONDS", 0.001)
    ended, failures = asyncio.Event(), [RuntimeError("broken")]

    async def work() -> int:
        if failures:
            raise failures.pop()
        ended.set()
        return 7

    with capture_logs():
        shelf = await run_until(ended, a_job(work, every=NEVER))
    assert [(turn.done, len(turn.failures)) for turn in shelf.turns] == [(0, 1), (7, 0)]
    assert shelf.begun == []


async def test_the_diary_tells_of_a_long_turn_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwork, "LONG_TURN_SECONDS", 0.001)
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work() -> int:
        await begun.wait()
        ended.set()
        return 1

    stop, shelf = asyncio.Event(), JobShelf(begun)
    running = asyncio.create_task(
        run_jobs([a_job(work, every=NEVER)], stop, finish_seconds=5, diary=JobDiary(shelf, SystemClock(), "here:1"))
    )
    await ended.wait()
    stop.set()
    await running
    assert shelf.begun == ["test"]
    assert [turn.done for turn in shelf.turns] == [1]


async def test_what_is_under_way_is_finished() -> None:
    begun, finished = asyncio.Event(), []

    async def work() -> int:
        begun.set()
        await asyncio.sleep(0.05)
        finished.append(True)
        return 1

    await run_until(begun, a_job(work, batch=1))
    assert finished == [True]


async def test_what_does_not_finish_is_cut_off() -> None:
    begun, cut = asyncio.Event(), asyncio.Event()

    async def work() -> int:
        begun.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cut.set()
            raise
        return 0

    with capture_logs() as logs:
        await run_until(begun, a_job(work), finish_seconds=0.01)
    assert cut.is_set()
    assert [line["event"] for line in logs] == ["job cut off"]
