"""What staff sees of jobs: when each last ran, how much it did, and what went wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import structlog

from domain.audit.job_run import JobFailure, JobTurn
from domain.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from domain.kernel.clock import Clock

IDLE_SECONDS = 30
BUSY_SECONDS = 1
"""Turns come faster than anybody looks: so often, at most, one is written down, with what they add up to."""
MOST_FAILURES = 20
_PATIENCE_SECONDS = 2
_log = structlog.get_logger("paydesk.jobs")


class JobRuns(Protocol):
    """Where turns are written down, one row a job."""

    async def note_begin(self, name: str, worker: str, started_at: datetime) -> None:
        """A turn goes on for longer than most."""
        ...

    async def note_end(self, turn: JobTurn) -> None:
        """Turns ended."""
        ...


class JobDiary:
    """One worker's. It never fails: a job does not wait for its diary to be written."""

    def __init__(self, runs: JobRuns, clock: Clock, worker: str) -> None:
        self._runs = runs
        self._clock = clock
        self._worker = worker
        self._unwritten: dict[str, int] = {}
        self._written: dict[str, datetime] = {}
        self._failed: set[str] = set()

    def now(self) -> datetime:
        """The diary's time."""
        return self._clock.now()

    async def begun(self, name: str, started_at: datetime) -> None:
        """A turn goes on for longer than most."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._runs.note_begin(name, self._worker, started_at)
        except Exception as error:  # noqa: BLE001 - the job has troubles of its own, if any
            _log.debug("job diary not written", job=name, reason=repr(error))

    async def ended(self, name: str, started_at: datetime, done: int) -> None:
        """A turn ended well."""
        now = self._clock.now()
        added = self._unwritten[name] = self._unwritten.get(name, 0) + done
        written = self._written.get(name)
        pause = BUSY_SECONDS if added else IDLE_SECONDS
        if name not in self._failed and written is not None and (now - written).total_seconds() < pause:
            return
        await self._write(name, started_at, done)

    async def failed(self, name: str, started_at: datetime, error: Exception) -> None:
        """A turn failed, at least for something."""
        self._failed.add(name)
        await self._write(name, started_at, 0, tuple(failures_of(error)))

    async def _write(self, name: str, started_at: datetime, done: int, failures: tuple[JobFailure, ...] = ()) -> None:
        now = self._clock.now()
        turn = JobTurn(
            name=name,
            worker=self._worker,
            started_at=started_at,
            finished_at=now,
            done=done,
            added=self._unwritten.get(name, 0),
            failures=failures,
        )
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._runs.note_end(turn)
        except Exception as error:  # noqa: BLE001 - as above; the next turn writes it
            _log.debug("job diary not written", job=name, reason=repr(error))
            return
        self._unwritten[name] = 0
        self._written[name] = now
        if not failures:
            self._failed.discard(name)


def failures_of(error: Exception) -> list[JobFailure]:
    """What staff may read of an error: the domain's own words, and of anything else only its kind.

    Texts of others may quote data or secrets; they are in the worker's log.
    """
    found = [_failure(one) for one in _leaves(error)]
    return list(dict.fromkeys(found))[:MOST_FAILURES]


def _leaves(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)
    else:
        yield error


def _failure(error: Exception) -> JobFailure:
    notes: list[str] = getattr(error, "__notes__", [])
    message = error.message if isinstance(error, DomainError) else f"{type(error).__name__}; see the worker's log."
    return JobFailure(message=message, subject=notes[0] if notes else None)
