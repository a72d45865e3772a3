"""An answer on its way: one outcome for good, and checks that grow rarer until it comes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from domain.disputes.gateway import ResponseKind
from domain.disputes.response import begin_response
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.payments.operation import FIRST_CHECK_SECONDS, OperationStatus
from tests.builders.disputes import a_response
from tests.builders.files import a_dispute
from tests.builders.moments import MORNING, after

S = OperationStatus
ENDS = [S.SUCCEEDED, S.FAILED]


@pytest.mark.parametrize("kind", ResponseKind)
def test_it_is_found_by_the_first_check_when_its_maker_dies(kind: ResponseKind) -> None:
    dispute, response_id = a_dispute(), new_uuid(MORNING)
    response = begin_response(dispute, response_id, kind, "Ada", MORNING, sha256="0" * 64)
    assert (response.id, response.merchant_id, response.dispute_id, response.payment_id, response.stage) == (
        response_id, dispute.merchant_id, dispute.id, dispute.payment_id, dispute.stage,
    )  # fmt: skip
    assert (response.kind, response.gateway, response.requested_by, response.requested_at) == (
        kind, "simulator", "Ada", MORNING,
    )  # fmt: skip
    assert (response.status, response.checks, response.next_check_at) == (S.PENDING, 0, after(FIRST_CHECK_SECONDS))
    assert response.open
    assert response.in_flight


@pytest.mark.parametrize("status", ENDS)
@pytest.mark.parametrize("doubtful", [True, False])
def test_an_outcome_is_for_good(status: OperationStatus, *, doubtful: bool) -> None:
    response = a_response(a_dispute())
    response = response.doubt(after(1), "timeout") if doubtful else response
    done = response.conclude(status, after(2), "00")
    assert (done.status, done.completed_at, done.next_check_at, done.response_code) == (status, after(2), None, "00")
    assert not done.open
    for change in (lambda: done.doubt(after(3), None), lambda: done.conclude(S.SUCCEEDED, after(3), None)):
        with pytest.raises(TransitionNotAllowed, match="A response that is"):
            change()


def test_doubts_are_looked_into_ever_more_rarely() -> None:
    response = a_response(a_dispute())
    moments = [MORNING]
    for _ in range(9):
        at = response.next_check_at if response.checks else MORNING
        assert at is not None
        response = response.doubt(at, "timeout")
        assert (response.status, response.in_flight, response.open) == (S.UNKNOWN, False, True)
        assert response.next_check_at is not None
        moments.append(response.next_check_at)
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert pauses == sorted(pauses)
    assert (pauses[0].total_seconds(), pauses[-1].total_seconds(), response.checks) == (2, 3600, 9)


def test_whoever_asks_keeps_the_others_away_for_a_while() -> None:
    response = a_response(a_dispute())
    checked = response.checked(after(30))
    assert (checked.status, checked.checks, checked.next_check_at) == (S.PENDING, 1, after(60))
    assert checked.in_flight
