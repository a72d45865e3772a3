"""The loop that runs jobs until it is told to stop. No failure of a job ends it, nor holds up another job."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from datetime import datetime

    from jobs.job import Job
    from jobs.job_diary import JobDiary

LONGEST_BACKOFF_SECONDS = 30.0
LONG_TURN_SECONDS = 2.0
_log = structlog.get_logger("paydesk.jobs")


async def run_jobs(jobs: Sequence[Job], stop: asyncio.Event, *, finish_seconds: float, diary: JobDiary) -> None:
    """Run every job at once and then at its intervals, until `stop` is set. The diary is for people to look at.

    What is being worked on then may take `finish_seconds` to end; after that it is cancelled, which every verb
    survives as it survives a crash.
    """
    running = [asyncio.create_task(_keep_running(job, stop, diary), name=job.name) for job in jobs]
    try:
        await stop.wait()
        _, late = await asyncio.wait(running, timeout=finish_seconds)
        for task in late:
            _log.warning("job cut off", job=task.get_name())
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _keep_running(job: Job, stop: asyncio.Event, diary: JobDiary) -> None:
    failures = 0
    while not stop.is_set():
        started_at = diary.now()
        try:
            with _told_if_long(job, started_at, diary):
                done = await job.work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other jobs and the next try go on
            failures += 1
            if _only_unavailable(error):
                # Nothing is wrong with the job: a stack trace every few seconds would only hide what is.
                _log.warning("job waits", job=job.name, failures=failures, reason=str(error))
            else:
                _log.exception("job failed", job=job.name, failures=failures, reason=repr(error))
            await diary.failed(job.name, started_at, error)
        else:
            if failures:
                _log.info("job works again", job=job.name, failures=failures)
            failures = 0
            _log.debug("job ran", job=job.name, done=done)
            await diary.ended(job.name, started_at, done)
            if job.batch is not None and done >= job.batch:
                # Others must get their turn even if the work never waited for anything.
                await asyncio.sleep(0)
                continue
        await _pause(stop, backoff_seconds(failures) if failures else job.every.total_seconds())


@contextmanager
def _told_if_long(job: Job, started_at: datetime, diary: JobDiary) -> Generator[None]:
    """Tell of a turn that is long while it lasts; of most there is nothing to see before they end."""
    loop = asyncio.get_running_loop()
    telling: list[asyncio.Task[None]] = []

    def tell() -> None:
        telling.append(loop.create_task(diary.begun(job.name, started_at)))

    timer = loop.call_later(LONG_TURN_SECONDS, tell)
    try:
        yield
    finally:
        timer.cancel()
        for task in telling:
            task.cancel()


def _only_unavailable(error: Exception) -> bool:
    if isinstance(error, ExceptionGroup):
        return error.split(Unavailable)[1] is None
    return isinstance(error, Unavailable)


def backoff_seconds(failures: int) -> float:
    """1, 2, 4, ... seconds after so many failures in a row, half a minute at most: even a daily job heals soon."""
    return min(2.0 ** min(failures - 1, 10), LONGEST_BACKOFF_SECONDS)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
