"""What a dispute becomes by the network's word, in any order, and which money moves with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes import answering, hearing
from domain.disputes.category import DisputeCategory
from domain.disputes.events import DisputeEventType
from domain.disputes.gateway import ResponseKind
from domain.disputes.hearing import Movement
from domain.disputes.network_case import network_case
from domain.disputes.notice import VERDICTS, NoticeType
from domain.disputes.stage import ANSWERABLE, CLOSED, DisputeStage, DisputeStatus
from domain.payments.operation import OperationStatus
from tests.builders.disputes import a_notice, a_response
from tests.builders.moments import after
from tests.builders.money import EUR, eur
from tests.builders.payments import a_payment
from tests.domain.disputes.said import notices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.disputes.dispute import Dispute
    from domain.disputes.notice import DisputeNotice

T, S, D = NoticeType, DisputeStage, DisputeStatus
E = DisputeEventType
PAYMENT = a_payment(captured=eur(100))
DAY_SECONDS = 24 * 60 * 60


class Docket:
    """One dispute that hears notices, as `listening` has it do, with what was posted."""

    def __init__(self) -> None:
        self.dispute: Dispute | None = None
        self.said: list[DisputeNotice] = []
        self.posted: list[Movement] = []

    def hear(self, notice: DisputeNotice) -> Dispute:
        if notice in self.said:
            assert self.dispute is not None
            return self.dispute
        self.said.append(notice)
        case = network_case(self.said)
        deadlines = {stage.stage: stage.respond_by or after(20 * DAY_SECONDS) for stage in case.stages}
        at = after(len(self.said))
        told: dict[str, Any] = {"category": DisputeCategory.FRAUDULENT, "deadlines": deadlines, "at": at}
        if self.dispute is None:
            heard = hearing.open_dispute(case, PAYMENT, PAYMENT.id, time_zone="UTC", **told)
        else:
            heard = hearing.hear(replace(self.dispute, events=()), case, **told)
        held = heard.withdrawn_minor
        for movement in hearing.movements(heard, case):
            held += movement.minor
            assert held >= 0, "nothing is given back that is not held"
            self.posted.append(movement)
        self.dispute = replace(hearing.post(heard, case), withdrawn_minor=held)
        return self.dispute


def heard(said: Sequence[DisputeNotice]) -> Docket:
    docket = Docket()
    for notice in said:
        docket.hear(notice)
    return docket


def told(dispute: Dispute | None) -> Dispute:
    """What it says, without when that was heard."""
    assert dispute is not None
    return replace(dispute, version=0, events=(), updated_at=after(0), created_at=after(0))


@given(notices(), st.randoms(use_true_random=False))
def test_any_order_ends_in_the_same_dispute_and_the_same_entries(said: list[DisputeNotice], chance: Any) -> None:
    first = heard(said)
    again = [*said, *chance.choices(said, k=3)]
    chance.shuffle(again)
    second = heard(again)
    assert told(second.dispute) == told(first.dispute)
    assert Counter(m.minor for m in second.posted) == Counter(m.minor for m in first.posted)


@given(notices(amounts=(20, 30, 40)), st.randoms(use_true_random=False))
def test_where_amounts_differ_the_balances_are_the_same(said: list[DisputeNotice], chance: Any) -> None:
    first = heard(said)
    again = [*said]
    chance.shuffle(again)
    second = heard(again)
    assert told(second.dispute) == told(first.dispute)
    assert sum(m.minor for m in second.posted) == sum(m.minor for m in first.posted)


@given(notices(amounts=(20, 30, 40)))
def test_the_stages_say_what_is_held(said: list[DisputeNotice]) -> None:
    dispute = heard(said).dispute
    assert dispute is not None
    assert dispute.withdrawn_minor == sum(s.withdrawn_minor - s.reinstated_minor for s in dispute.stages)
    for record in dispute.stages:
        assert (record.closed_at is not None) == (record.status in CLOSED)


def answered(kind: ResponseKind) -> Callable[[Dispute], Dispute]:
    """The merchant answers, and the gateway takes it."""
    return lambda dispute: answering.end_answer(
        dispute, a_response(dispute, kind, status=OperationStatus.SUCCEEDED), after(9)
    )


OWN_STEPS: list[Callable[[Dispute], Dispute]] = [
    lambda dispute: answering.mark_staged(dispute, after(9), empty=False),
    lambda dispute: answering.mark_staged(dispute, after(9), empty=True),
    lambda dispute: answering.expire(dispute, after(9)),
    *(answered(kind) for kind in ResponseKind),
]


@given(st.lists(st.one_of(notices(most=1), st.sampled_from(OWN_STEPS))))
def test_the_network_is_heard_whatever_the_merchant_and_the_clock_did(steps: list[Any]) -> None:
    """No notice is refused by the state that we think the case is in."""
    docket = Docket()
    docket.hear(a_notice(T.OPENED, S.INQUIRY, minutes=0, notice_id="first"))
    for number, step in enumerate(steps):
        before = docket.dispute
        assert before is not None
        if isinstance(step, list):
            docket.hear(replace(step[0], notice_id=f"ntc_{number}"))
        elif before.status in ANSWERABLE:
            docket.dispute = step(before)


def accepting(docket: Docket) -> None:
    """The gateway takes the acceptance of the chargeback, which was begun when there was nothing else."""
    dispute = docket.dispute
    assert dispute is not None
    response = a_response(dispute, ResponseKind.ACCEPT, stage=S.CHARGEBACK, status=OperationStatus.SUCCEEDED)
    docket.dispute = answering.end_answer(dispute, response, after(9 * DAY_SECONDS))


@given(notices(amounts=(20, 30, 40)), st.integers(0, 9), st.integers(0, 9), st.randoms(use_true_random=False))
def test_it_does_not_matter_when_the_acceptance_is_known(
    said: list[DisputeNotice], first: int, second: int, chance: Any
) -> None:
    """The gateway takes it while the network is deciding, and the two come to us in any order."""
    opening = a_notice(minutes=-1, notice_id="ntc_first")
    endings: list[Dispute] = []
    for place in (first, second):
        later = [*said]
        chance.shuffle(later)
        docket = heard([opening])
        for number, notice in enumerate(later):
            if number == min(place, len(said) - 1):
                accepting(docket)
            docket.hear(notice)
        if place >= len(said):
            docket = heard([opening, *later])
            accepting(docket)
        endings.append(told(docket.dispute))
    assert endings[0] == endings[1]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ([], D.ACCEPTED),
        ([T.UNDER_REVIEW], D.ACCEPTED),
        ([T.LOST], D.ACCEPTED),
        ([T.LOST, T.LOST], D.ACCEPTED),
        ([T.WON], D.WON),
        ([T.LOST, T.WON], D.WON),
        ([T.WON, T.LOST], D.LOST),
        ([T.LOST, T.WON, T.LOST], D.LOST),
        ([T.WITHDRAWN, T.LOST], D.WITHDRAWN),
    ],
)
def test_what_an_accepted_dispute_is_by_what_the_network_said_in_its_own_order(
    said: list[NoticeType], status: DisputeStatus
) -> None:
    decided = [a_notice(type_, minutes=minutes) for minutes, type_ in enumerate(said, 1)]
    for order in permutations([*decided, None]):
        docket = heard([a_notice()])
        for notice in order:
            if notice is None:
                accepting(docket)
            else:
                docket.hear(notice)
        assert docket.dispute is not None
        assert docket.dispute.status is status, order


def test_a_stage_that_a_later_one_followed_is_over() -> None:
    docket = heard([a_notice(T.OPENED, S.INQUIRY), a_notice(T.OPENED, S.ARBITRATION, minutes=5)])
    assert docket.dispute is not None
    history = [(record.stage, record.status, record.closed_at) for record in docket.dispute.stages]
    assert history == [
        (S.INQUIRY, D.LOST, after(300)),
        (S.CHARGEBACK, D.LOST, after(300)),
        (S.PRE_ARBITRATION, D.LOST, after(300)),
        (S.ARBITRATION, D.NEEDS_RESPONSE, None),
    ]
    # What was decided of them is still heard.
    dispute = docket.hear(a_notice(T.WON, S.CHARGEBACK, minutes=2))
    assert [record.status for record in dispute.stages] == [D.LOST, D.WON, D.LOST, D.NEEDS_RESPONSE]
    assert [record.closed_at for record in dispute.stages] == [after(120), after(120), after(300), None]
    docket.hear(a_notice(T.OPENED, S.PRE_ARBITRATION, minutes=4))
    assert docket.hear(a_notice(T.UNDER_REVIEW, S.PRE_ARBITRATION, minutes=4)).stages[2].status is D.LOST


def test_what_ended_a_stage_before_the_next_one_began_is_kept() -> None:
    for step, status in ((answering.expire, D.EXPIRED), (None, D.ACCEPTED)):
        docket = heard([a_notice()])
        assert docket.dispute is not None
        if step is None:
            accepting(docket)
        else:
            docket.dispute = step(docket.dispute, after(30))
        dispute = docket.hear(a_notice(T.OPENED, S.PRE_ARBITRATION, minutes=2))
        ended = after(30) if step else after(120)
        assert (dispute.stages[0].status, dispute.stages[0].closed_at) == (status, ended)
        # It was missed unless the network had the evidence all the same.
        dispute = docket.hear(a_notice(T.UNDER_REVIEW, minutes=1))
        assert dispute.stages[0].status is (D.LOST if step else D.ACCEPTED)


# What a status becomes by each notice of its own stage, in the order of the enumeration of notices.
BY_NOTICE = {
    D.NEEDS_RESPONSE: "NEEDS_RESPONSE UNDER_REVIEW WON LOST WITHDRAWN",
    D.EVIDENCE_STAGED: "EVIDENCE_STAGED UNDER_REVIEW WON LOST WITHDRAWN",
    D.UNDER_REVIEW: "UNDER_REVIEW UNDER_REVIEW WON LOST WITHDRAWN",
    D.ACCEPTED: "ACCEPTED ACCEPTED WON ACCEPTED WITHDRAWN",
    D.EXPIRED: "EXPIRED UNDER_REVIEW WON LOST WITHDRAWN",
}


@pytest.mark.parametrize("status", BY_NOTICE)
@pytest.mark.parametrize("number", range(5))
def test_each_status_by_each_notice(status: DisputeStatus, number: int) -> None:
    type_, target = list(T)[number], D[BY_NOTICE[status].split()[number]]
    docket = heard([a_notice(minutes=0)])
    assert docket.dispute is not None
    docket.dispute = replace(
        docket.dispute,
        status=status,
        stages=(replace(docket.dispute.record, status=status, closed_at=after(1) if status in CLOSED else None),),
        closed_at=after(1) if status in CLOSED else None,
    )
    dispute = docket.hear(a_notice(type_, minutes=1))
    assert (dispute.status, dispute.record.status) == (target, target)
    assert dispute.closed_at == (None if target not in CLOSED else after(60) if type_ in VERDICTS else after(1))
    events = [event.type for event in dispute.events]
    assert (E.CLOSED in events) == (target in CLOSED and status not in CLOSED)


@pytest.mark.parametrize("stage", [S.PRE_ARBITRATION, S.ARBITRATION])
@pytest.mark.parametrize("verdict", [None, *sorted(VERDICTS - {T.PREVENTED})])
def test_a_new_stage_reopens(stage: DisputeStage, verdict: NoticeType | None) -> None:
    before = [a_notice(), *([a_notice(verdict, minutes=1)] if verdict else [])]
    dispute = heard([*before, a_notice(T.OPENED, stage, minutes=2, respond_by=after(DAY_SECONDS))]).dispute
    assert dispute is not None
    assert (dispute.stage, dispute.status, dispute.closed_at) == (stage, D.NEEDS_RESPONSE, None)
    assert (dispute.respond_by, dispute.withdrawn_minor) == (after(DAY_SECONDS), 4000)


def test_what_the_first_notice_tells() -> None:
    dispute = heard([a_notice(dispute_amount=eur(41), respond_by=after(DAY_SECONDS))]).dispute
    assert dispute is not None
    assert (dispute.merchant_id, dispute.payment_id, dispute.gateway, dispute.currency) == (
        PAYMENT.merchant_id, PAYMENT.id, "simulator", EUR,
    )  # fmt: skip
    assert (dispute.network_case_id, dispute.arn, dispute.reason_code) == (
        "9000000001", "74537604221222132710572", "10.4",
    )  # fmt: skip
    assert (dispute.amount_minor, dispute.dispute_amount, dispute.opened_at) == (4000, eur(41), after(0))
    assert [event.type for event in dispute.events] == [E.CREATED]
    assert dispute.events[0].data == {
        "stage": "CHARGEBACK", "status": "NEEDS_RESPONSE", "amount_minor": 4000, "currency": "EUR",
        "reason_code": "10.4", "respond_by": after(DAY_SECONDS).isoformat(),
    }  # fmt: skip


def test_what_was_over_when_it_was_first_heard_of_is_closed_from_the_start() -> None:
    dispute = heard([a_notice(T.LOST)]).dispute
    assert dispute is not None
    assert [event.type for event in dispute.events] == [E.CREATED, E.CLOSED]
    assert (dispute.status, dispute.closed_at, dispute.version) == (D.LOST, after(0), 2)


def test_the_same_again_is_no_event() -> None:
    docket = heard([a_notice()])
    before = docket.dispute
    assert before is not None
    assert docket.hear(a_notice(minutes=9, notice_id="ntc_again")) == replace(before, events=())


def test_a_later_deadline_is_warned_of_anew() -> None:
    docket = heard([a_notice(respond_by=after(DAY_SECONDS))])
    assert docket.dispute is not None
    docket.dispute = replace(docket.dispute, warned_hours=24)
    assert docket.hear(a_notice(T.OPENED, minutes=1, respond_by=after(DAY_SECONDS))).warned_hours == 24
    assert docket.hear(a_notice(T.OPENED, minutes=2, respond_by=after(5 * DAY_SECONDS))).warned_hours is None


def test_what_was_answered_stays_with_its_stage() -> None:
    docket = heard([a_notice()])
    assert docket.dispute is not None
    record = replace(docket.dispute.record, submitted_at=after(30))
    docket.dispute = replace(docket.dispute, stages=(record,), assignee_id=PAYMENT.id, response_pending=True)
    dispute = docket.hear(a_notice(T.OPENED, S.PRE_ARBITRATION, minutes=1))
    assert (dispute.stages[0].submitted_at, dispute.stages[1].submitted_at) == (after(30), None)
    assert (dispute.assignee_id, dispute.response_pending) == (PAYMENT.id, True)


def test_a_decision_that_comes_late_posts_nothing_that_was_posted() -> None:
    """The bank decided for the merchant, then against it; the arbitration between that was known first."""
    late = [a_notice(), a_notice(T.WON, minutes=1), a_notice(T.OPENED, S.PRE_ARBITRATION, minutes=3)]
    docket = heard(late)
    assert [movement.minor for movement in docket.posted] == [4000, -4000, 4000]
    dispute = docket.hear(a_notice(T.LOST, minutes=2))
    assert [movement.minor for movement in docket.posted] == [4000, -4000, 4000]
    assert [(r.withdrawn_minor, r.reinstated_minor) for r in dispute.stages] == [(8000, 4000), (0, 0)]


def test_movements_follow_the_stages_that_make_them() -> None:
    docket = heard([a_notice(T.WON, S.CHARGEBACK)])
    assert docket.posted == [Movement(stage=S.CHARGEBACK, minor=4000), Movement(stage=S.CHARGEBACK, minor=-4000)]
    docket.hear(a_notice(T.OPENED, S.PRE_ARBITRATION, minutes=1))
    assert docket.posted[2:] == [Movement(stage=S.PRE_ARBITRATION, minor=4000)]


def test_a_corrected_amount_moves_only_what_remains() -> None:
    """The pre-arbitration was taken to be about what its decision said, until its opening named less."""
    docket = heard([a_notice(T.LOST, S.PRE_ARBITRATION, minutes=2, amount=eur(40))])
    docket.hear(a_notice(T.OPENED, S.CHARGEBACK, amount=eur(25)))
    assert [movement.minor for movement in docket.posted] == [4000]
    docket.hear(a_notice(T.OPENED, S.PRE_ARBITRATION, minutes=1, amount=eur(25)))
    assert [movement.minor for movement in docket.posted] == [4000, -1500]
