"""The rows of jobs: one statement for each turn that is written down, and one to read all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.audit.job_run import JobFailure, JobRun
from domain.identity.actor import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.audit.job_run import JobTurn

_EVERYWHERE = Scope(None)
_BEGIN = """
INSERT INTO job_runs (name, worker, started_at, done, total, consecutive_failures, failures)
VALUES ($1, $2, $3, 0, 0, 0, '[]')
ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, started_at = excluded.started_at
WHERE job_runs.started_at < excluded.started_at
"""
_END = """
INSERT INTO job_runs AS run
    (name, worker, started_at, finished_at, succeeded_at, failed_at, done, total, consecutive_failures, failures)
VALUES (
    $1, $2, $3, $4::timestamptz, CASE WHEN NOT $7::boolean THEN $4::timestamptz END,
    CASE WHEN $7 THEN $4::timestamptz END, $5, $6, $7::int, $8
)
ON CONFLICT (name) DO UPDATE SET
    worker = excluded.worker,
    started_at = excluded.started_at,
    finished_at = excluded.finished_at,
    succeeded_at = coalesce(excluded.succeeded_at, run.succeeded_at),
    failed_at = coalesce(excluded.failed_at, run.failed_at),
    done = excluded.done,
    total = run.total + excluded.total,
    consecutive_failures = CASE WHEN $7 THEN run.consecutive_failures + 1 ELSE 0 END,
    failures = CASE WHEN $7 THEN excluded.failures ELSE run.failures END
"""


class JobRunStore:
    """Satisfies `jobs.job_diary.JobRuns`, and what the graph reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note_begin(self, name: str, worker: str, started_at: datetime) -> None:
        """A turn goes on for longer than most."""
        async with self._database.connection(_EVERYWHERE) as connection:
            await connection.execute(_BEGIN, name, worker, started_at)

    async def note_end(self, turn: JobTurn) -> None:
        """A turn ended."""
        failures = [{"message": one.message, "subject": one.subject} for one in turn.failures]
        async with self._database.connection(_EVERYWHERE) as connection:
            await connection.execute(
                _END,
                turn.name,
                turn.worker,
                turn.started_at,
                turn.finished_at,
                turn.done,
                turn.added,
                bool(failures),
                failures,
            )

    async def jobs(self, scope: Scope) -> list[JobRun]:
        """Every job that ever ran, by name; nothing for a scope of some merchants, whom jobs do not concern."""
        async with self._database.connection(scope) as connection:
            rows = await connection.fetch("SELECT * FROM job_runs ORDER BY name")
        return [_run_of(row) for row in rows]


def _run_of(row: Record) -> JobRun:
    values = {name: row[name] for name in JobRun.__slots__ if name != "failures"}
    return JobRun(**values, failures=tuple(JobFailure(**one) for one in row["failures"]))
