"""What a dispute becomes by the merchant's hand and by the clock, from every status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes import answering
from domain.disputes.errors import DisputeStateForbids
from domain.disputes.events import DisputeEventType
from domain.disputes.gateway import ResponseKind
from domain.disputes.stage import ANSWERABLE, CLOSED, DisputeStage, DisputeStatus
from domain.disputes.stage_record import StageRecord
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.payments.operation import OperationStatus
from tests.builders.disputes import a_response
from tests.builders.files import a_dispute
from tests.builders.moments import MORNING, after

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute

D, E = DisputeStatus, DisputeEventType
ACCEPT, COUNTER = ResponseKind.ACCEPT, ResponseKind.COUNTER
BEYOND_ANSWER = [status for status in D if status not in ANSWERABLE]


@pytest.mark.parametrize("status", sorted(ANSWERABLE))
@pytest.mark.parametrize(("empty", "target"), [(False, D.EVIDENCE_STAGED), (True, D.NEEDS_RESPONSE)])
def test_staging(status: DisputeStatus, target: DisputeStatus, *, empty: bool) -> None:
    dispute = a_dispute(status=status)
    staged = answering.mark_staged(dispute, after(1), empty=empty)
    if target is status:
        assert staged is dispute
        return
    assert (staged.status, staged.record.status, staged.closed_at) == (target, target, None)
    (event,) = staged.events
    assert (event.type, event.data) == (E.UPDATED, {"change": "evidence", "status": target.value})


@pytest.mark.parametrize("status", BEYOND_ANSWER)
def test_nothing_is_staged_or_answered_any_more(status: DisputeStatus) -> None:
    dispute = a_dispute(status=status)
    with pytest.raises(DisputeStateForbids):
        answering.mark_staged(dispute, after(1), empty=False)
    for kind in ResponseKind:
        with pytest.raises(DisputeStateForbids):
            answering.begin_answer(dispute, a_response(dispute, kind), after(1))


def test_nothing_is_staged_while_an_answer_is_on_its_way() -> None:
    with pytest.raises(DisputeStateForbids, match="on its way"):
        answering.mark_staged(a_dispute(response_pending=True), after(1), empty=True)


@pytest.mark.parametrize("kind", ResponseKind)
def test_an_answer_begins_and_changes_no_status(kind: ResponseKind) -> None:
    dispute = a_dispute(status=D.EVIDENCE_STAGED)
    response = a_response(dispute, kind)
    begun = answering.begin_answer(dispute, response, after(1))
    assert (begun.status, begun.response_pending, begun.stages) == (D.EVIDENCE_STAGED, True, dispute.stages)
    assert begun.events[-1].data == {"change": "response", "kind": kind.value, "response_id": str(response.id)}
    with pytest.raises(DisputeStateForbids, match="on its way"):
        answering.begin_answer(begun, a_response(dispute, kind), after(2))


def test_an_inquiry_is_not_accepted() -> None:
    dispute = a_dispute(stage=DisputeStage.INQUIRY)
    with pytest.raises(DisputeStateForbids, match="refund the payment"):
        answering.begin_answer(dispute, a_response(dispute, ACCEPT), after(1))
    assert answering.begin_answer(dispute, a_response(dispute, COUNTER), after(1)).response_pending


def ended(status: DisputeStatus, kind: ResponseKind, outcome: OperationStatus = OperationStatus.SUCCEEDED) -> Any:
    closed_at = after(5) if status in CLOSED else None
    dispute = a_dispute(status=status, response_pending=True, closed_at=closed_at)
    dispute = replace(dispute, stages=(replace(dispute.record, closed_at=closed_at),))
    response = a_response(dispute, kind, status=outcome, response_code="no", requested_at=after(3))
    return answering.end_answer(dispute, response, after(9)), response


# What a status is after an answer was taken, by kind; the network may have said something meanwhile.
BY_ANSWER = [
    (D.NEEDS_RESPONSE, D.ACCEPTED, D.UNDER_REVIEW),
    (D.EVIDENCE_STAGED, D.ACCEPTED, D.UNDER_REVIEW),
    (D.UNDER_REVIEW, D.ACCEPTED, D.UNDER_REVIEW),
    (D.LOST, D.ACCEPTED, D.LOST),
    *((status, status, status) for status in (D.WON, D.PREVENTED, D.WITHDRAWN)),
]


@pytest.mark.parametrize(("status", "accepted", "countered"), BY_ANSWER)
def test_an_answer_that_was_taken(status: DisputeStatus, accepted: DisputeStatus, countered: DisputeStatus) -> None:
    after_accept, response = ended(status, ACCEPT)
    assert (after_accept.status, after_accept.response_pending) == (accepted, False)
    assert (after_accept.record.submitted_at, after_accept.record.accepted_at) == (None, after(9))
    # Said once: what the network has closed already is not closed again.
    closing = [E.UPDATED] if status in CLOSED else [E.UPDATED, E.CLOSED]
    assert [event.type for event in after_accept.events] == closing
    assert after_accept.closed_at == after_accept.record.closed_at == after(5 if status in CLOSED else 9)
    after_counter, response = ended(status, COUNTER)
    assert (after_counter.status, after_counter.response_pending) == (countered, False)
    assert (after_counter.record.submitted_at, after_counter.record.accepted_at) == (after(3), None)
    (event,) = after_counter.events
    assert (event.type, event.data) == (
        E.EVIDENCE_SUBMITTED,
        {"sha256": response.sha256, "response_id": str(response.id), "stage": "CHARGEBACK"},
    )


def test_what_the_network_has_overturned_and_then_lost_stays_lost() -> None:
    """It had decided for the merchant before: so it is not for the acceptance that the case was lost."""
    dispute = a_dispute(status=D.LOST, response_pending=True, closed_at=after(5))
    dispute = replace(dispute, stages=(replace(dispute.record, closed_at=after(5), overturned=True),))
    told = answering.end_answer(dispute, a_response(dispute, ACCEPT, status=OperationStatus.SUCCEEDED), after(9))
    assert (told.status, told.closed_at, told.record.accepted_at) == (D.LOST, after(5), after(9))


@pytest.mark.parametrize("kind", ResponseKind)
@pytest.mark.parametrize("status", D)
def test_an_answer_that_was_refused_leaves_everything_as_it_is(kind: ResponseKind, status: DisputeStatus) -> None:
    dispute, response = ended(status, kind, OperationStatus.FAILED)
    assert (dispute.status, dispute.response_pending, dispute.record.submitted_at) == (status, False, None)
    (event,) = dispute.events
    assert (event.type, event.data) == (
        E.UPDATED,
        {
            "change": "response_failed",
            "response_code": "no",
            "response_id": str(response.id),
            "stage": "CHARGEBACK",
        },
    )


@pytest.mark.parametrize("kind", ResponseKind)
def test_an_answer_to_a_stage_that_is_past_tells_of_that_stage_alone(kind: ResponseKind) -> None:
    first = a_dispute(status=D.EVIDENCE_STAGED, response_pending=True)
    response = a_response(first, kind, status=OperationStatus.SUCCEEDED)
    second = StageRecord(
        stage=DisputeStage.PRE_ARBITRATION,
        status=D.NEEDS_RESPONSE,
        amount_minor=4000,
        opened_at=after(1),
        respond_by=after(60),
    )
    dispute = replace(first, stage=second.stage, status=second.status, stages=(first.record, second))
    answered = answering.end_answer(dispute, response, after(9))
    assert (answered.stage, answered.status, answered.response_pending) == (second.stage, D.NEEDS_RESPONSE, False)
    assert answered.stages[1] == second
    assert answered.stages[0].submitted_at == (MORNING if kind is COUNTER else None)
    assert answered.stages[0].accepted_at == (after(9) if kind is ACCEPT else None)
    answered.ensure_answerable()


def at_the_second_stage(**values: Any) -> Dispute:
    """The chargeback was countered and lost, and pre-arbitration waits for an answer."""
    first = replace(a_dispute().record, status=D.LOST, submitted_at=after(1), closed_at=after(2))
    second = StageRecord(
        stage=DisputeStage.PRE_ARBITRATION,
        status=D.NEEDS_RESPONSE,
        amount_minor=4000,
        opened_at=after(3),
        respond_by=after(60),
    )
    return a_dispute(stage=second.stage, stages=(first, second), **values)


def test_what_happens_at_a_later_stage_leaves_the_earlier_ones_as_they_are() -> None:
    dispute = at_the_second_stage()
    pending = at_the_second_stage(response_pending=True)
    taken = a_response(pending, ACCEPT, status=OperationStatus.SUCCEEDED)
    for changed, status in (
        (answering.mark_staged(dispute, after(9), empty=False), D.EVIDENCE_STAGED),
        (answering.expire(dispute, after(9)), D.EXPIRED),
        (answering.end_answer(pending, taken, after(9)), D.ACCEPTED),
    ):
        assert changed.stages[:-1] == dispute.stages[:-1]
        assert (len(changed.stages), changed.record.status, changed.status) == (2, status, status)
        assert changed.record.opened_at == after(3)


@pytest.mark.parametrize("status", D)
def test_the_time_runs_out(status: DisputeStatus) -> None:
    dispute = a_dispute(status=status)
    if status not in ANSWERABLE:
        with pytest.raises(TransitionNotAllowed):
            answering.expire(dispute, after(1))
        return
    expired = answering.expire(dispute, after(1))
    assert (expired.status, expired.closed_at, expired.record.closed_at) == (D.EXPIRED, after(1), after(1))
    assert [(event.type, event.data.get("change")) for event in expired.events] == [
        (E.UPDATED, "expired"), (E.CLOSED, None),
    ]  # fmt: skip


def test_a_warning_and_an_assignee() -> None:
    warned = answering.warn(a_dispute(), 72, after(1))
    assert (warned.warned_hours, warned.events[-1].data) == (72, {"change": "due_soon", "hours": 72})
    person = new_uuid(MORNING)
    given = answering.assign(warned, person, after(2))
    assert (given.assignee_id, given.events[-1].data["assignee_id"]) == (person, str(person))
    assert answering.assign(given, person, after(3)) is given
    free = answering.assign(given, None, after(4))
    assert (free.assignee_id, free.events[-1].data["assignee_id"], free.version) == (None, None, 3)
