from __future__ import annotations

import pytest

from domain.audit.job_run import JobRun, JobState
from tests.builders.moments import after


@pytest.mark.parametrize(
    ("finished", "failures", "state"),
    [
        (None, 0, JobState.RUNNING),
        (5, 0, JobState.RUNNING),
        (5, 2, JobState.RUNNING),
        (10, 0, JobState.WAITING),
        (12, 0, JobState.WAITING),
        (12, 1, JobState.FAILING),
    ],
)
def test_the_state_follows_from_the_last_turns(finished: int | None, failures: int, state: JobState) -> None:
    run = JobRun(
        name="close settlements",
        worker="here:1",
        started_at=after(10),
        finished_at=None if finished is None else after(finished),
        succeeded_at=None,
        failed_at=after(1) if failures else None,
        done=0,
        total=0,
        consecutive_failures=failures,
        failures=(),
    )
    assert run.state is state
