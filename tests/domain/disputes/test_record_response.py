"""What a gateway said of an answer is recorded once, and the first outcome for good holds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.disputes.evidence import EvidenceStatus
from domain.disputes.record_response import RecordResponse, record_response
from domain.disputes.stage import DisputeStatus
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.payments import an_outcome
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from domain.disputes.response import DisputeResponse
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables

K, S = OutcomeKind, OperationStatus


@pytest.fixture
async def doubtful(desk: DisputeDesk, tables: Tables) -> DisputeResponse:
    """A counter of which nobody knows what became of it."""
    desk.gateway.fail_next(K.UNKNOWN, taken=True)
    await desk.submit(await desk.staged())
    (response,) = tables.responses.values()
    return response


async def record(desk: DisputeDesk, response: DisputeResponse, kind: OutcomeKind) -> DisputeResponse:
    outcome = an_outcome(kind, response_code="00")
    return await record_response(desk.ports, JOBS, RecordResponse(response_id=response.id, outcome=outcome))


@pytest.mark.parametrize("first", [K.SUCCEEDED, K.FAILED])
@pytest.mark.parametrize("second", K)
async def test_the_first_outcome_for_good_holds(
    desk: DisputeDesk, tables: Tables, doubtful: DisputeResponse, first: OutcomeKind, second: OutcomeKind
) -> None:
    concluded = await record(desk, doubtful, first)
    assert (concluded.status, concluded.response_code, concluded.completed_at) == (S[first.name], "00", MORNING)
    before = (dict(tables.disputes), dict(tables.responses), dict(tables.evidence), len(tables.events))
    assert await record(desk, doubtful, second) == concluded
    assert (tables.disputes, tables.responses, tables.evidence, len(tables.events)) == before


@pytest.mark.parametrize("kind", [K.UNKNOWN, K.ACCEPTED, K.NOT_FOUND, K.NOT_SENT, K.REQUIRES_ACTION])
async def test_whatever_is_no_outcome_is_asked_for_again(
    desk: DisputeDesk, tables: Tables, doubtful: DisputeResponse, kind: OutcomeKind
) -> None:
    again = await record(desk, doubtful, kind)
    assert (again.status, again.checks) == (S.UNKNOWN, doubtful.checks + 1)
    (dispute,) = tables.disputes.values()
    assert (dispute.response_pending, dispute.status) == (True, DisputeStatus.EVIDENCE_STAGED)


async def test_many_at_once_are_one(desk: DisputeDesk, tables: Tables, doubtful: DisputeResponse) -> None:
    kinds = [K.SUCCEEDED, K.FAILED] * 5
    results = await asyncio.gather(*(record(desk, doubtful, kind) for kind in kinds))
    assert len({result.status for result in results}) == 1
    submitted = [event for event in tables.events if event.name == "dispute.evidence_submitted"]
    (evidence,) = tables.evidence.values()
    assert (len(submitted) == 1) == (results[0].status is S.SUCCEEDED) == (evidence.status is EvidenceStatus.SUBMITTED)


async def test_of_another_merchant_s_answer_nothing_is_known(desk: DisputeDesk, doubtful: DisputeResponse) -> None:
    command = RecordResponse(response_id=doubtful.id, outcome=an_outcome())
    with pytest.raises(NotFound, match="The answer"):
        await record_response(desk.ports, an_actor(a_merchant()), command)
    unknown = RecordResponse(response_id=new_uuid(MORNING), outcome=an_outcome())
    with pytest.raises(NotFound, match="The answer"):
        await record_response(desk.ports, JOBS, unknown)
