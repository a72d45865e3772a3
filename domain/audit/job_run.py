"""How a job of the worker is doing, as its last turns left it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class JobState(StrEnum):
    """How it is doing now."""

    RUNNING = "RUNNING"
    """A turn was begun and has not ended, unless its worker was killed."""
    WAITING = "WAITING"
    """The last turn ended well; the next one comes by the clock."""
    FAILING = "FAILING"
    """The last turn failed, at least for something; it is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFailure:
    """What went wrong, and with what: an id of the graph, where one thing failed and the others did not."""

    message: str
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTurn:
    """A turn of a job that ended, well if there are no `failures`.

    `done` is what it did, `added` what is to be added to the job's total: turns before it may not have been told.
    """

    name: str
    worker: str
    started_at: datetime
    finished_at: datetime
    done: int
    added: int
    failures: tuple[JobFailure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """One job over all workers. `worker` took the last turn, `done` counts what that did, `total` what all did.

    `failures` are those of the last turn that failed, which is in the past when `consecutive_failures` is 0.
    """

    name: str
    worker: str
    started_at: datetime
    finished_at: datetime | None
    succeeded_at: datetime | None
    failed_at: datetime | None
    done: int
    total: int
    consecutive_failures: int
    failures: tuple[JobFailure, ...]

    @property
    def state(self) -> JobState:
        """How it is doing; a turn that runs says nothing yet of how it ends."""
        if self.finished_at is None or self.finished_at < self.started_at:
            return JobState.RUNNING
        return JobState.FAILING if self.consecutive_failures else JobState.WAITING
