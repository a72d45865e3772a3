from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.audit.job_runs import JobRunStore
from domain.audit.job_run import JobFailure, JobTurn
from domain.identity.permission import Permission
from tests.builders.identity import a_staff_actor
from tests.builders.moments import after

if TYPE_CHECKING:
    from tests.api.graph import Graph

QUERY = """{ jobs { name state worker lastStartedAt lastFinishedAt lastSucceededAt lastFailedAt lastDone totalDone
    consecutiveFailures failures { message subject } } }"""
TURN = JobTurn(name="close settlements", worker="a:1", started_at=after(1), finished_at=after(2), done=3, added=3)
SETTLEMENT = "stl_01h455vb4pex5vsknk084sn02q"


@pytest.fixture(scope="module")
async def worked(lasting_graph: Graph) -> Graph:
    """One job that works, and one that fails for one settlement."""
    runs = JobRunStore(lasting_graph.assembly.database)
    await runs.note_end(replace(TURN, name="watch deadlines"))
    await runs.note_end(TURN)
    failure = JobFailure(message="It was closed meanwhile.", subject=SETTLEMENT)
    await runs.note_end(replace(TURN, started_at=after(5), finished_at=after(6), done=0, added=0, failures=(failure,)))
    return lasting_graph


async def test_staff_sees_how_every_job_is_doing(worked: Graph) -> None:
    failing, waiting = (await worked.run(QUERY, actor=worked.staff))["jobs"]
    assert failing == {
        "name": "close settlements",
        "state": "FAILING",
        "worker": "a:1",
        "lastStartedAt": failing["lastStartedAt"],
        "lastFinishedAt": failing["lastFinishedAt"],
        "lastSucceededAt": failing["lastSucceededAt"],
        "lastFailedAt": failing["lastFinishedAt"],
        "lastDone": 0,
        "totalDone": "3",
        "consecutiveFailures": 1,
        "failures": [{"message": "It was closed meanwhile.", "subject": SETTLEMENT}],
    }
    assert failing["lastSucceededAt"] < failing["lastStartedAt"] < failing["lastFinishedAt"]
    assert (waiting["name"], waiting["state"], waiting["failures"]) == ("watch deadlines", "WAITING", [])


async def test_nobody_else_does(worked: Graph) -> None:
    assert (await worked.refused(QUERY))["extensions"]["code"] == "PERMISSION_DENIED"
    local = replace(a_staff_actor(), everywhere=frozenset({Permission.PAYMENTS_READ}))
    assert (await worked.refused(QUERY, actor=local))["extensions"]["code"] == "PERMISSION_DENIED"
