"""Every transition from every status: what it does, or the reason why it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.fraud import reviewing
from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.events import FraudReviewEventType
from domain.fraud.review import WAITING, DeclineReason, FraudReview, ReviewOutcome, ReviewStatus
from domain.identity.actor import Actor, ActorKind
from domain.identity.permission import MerchantRole, Permission
from domain.kernel.errors import DomainError, Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.payments.payment import Payment, PaymentStatus
from tests.builders.fraud_reviews import DUE_AT, ESCALATE_AT, a_held_payment, a_review
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

S, E = ReviewStatus, FraudReviewEventType
PAYMENT = a_held_payment()
ADA = an_actor(PAYMENT.merchant_id, role=MerchantRole.OPERATOR)
BEN = an_actor(PAYMENT.merchant_id, role=MerchantRole.OPERATOR)
MANAGER = an_actor(PAYMENT.merchant_id)
CLIENT = replace(MANAGER, kind=ActorKind.CLIENT)
AT = after(60)
HOUR = timedelta(hours=1)

Transition = Callable[[FraudReview, Actor, datetime], FraudReview]
TRANSITIONS: dict[str, Transition] = {
    "claim": reviewing.claim,
    "assign": lambda review, actor, at: reviewing.assign(review, actor.id or new_uuid(at), at),
    "release": reviewing.release,
    "escalate": lambda review, actor, at: reviewing.escalate(review, actor, "Look at it.", at),
    "snooze": lambda review, actor, at: reviewing.snooze(review, actor, at + HOUR, at),
    "approve": lambda review, actor, at: reviewing.approve(review, PAYMENT, actor, None, at),
    "decline": lambda review, actor, at: reviewing.decline(review, PAYMENT, actor, DeclineReason.OTHER, None, at),
    "close_overdue": lambda review, _, at: reviewing.close_overdue(review, JOBS, at),
    "close_ended": lambda review, _, at: reviewing.close_ended(review, PAYMENT, JOBS, at),
    "reopen": lambda review, _, at: reviewing.reopen(review, _decided(review), "A mistake.", at),
    "record_outcome": lambda review, _, at: reviewing.record_outcome(review, ReviewOutcome.LEGITIMATE, at),
}
# Of a review that the actor itself works on where it is assigned. A text instead of a status: how it is refused.
EXPECTED: dict[str, dict[ReviewStatus, ReviewStatus | str]] = {
    "claim": {S.OPEN: S.ASSIGNED, S.ASSIGNED: S.ASSIGNED, S.ESCALATED: S.ASSIGNED},
    "assign": {S.OPEN: S.ASSIGNED, S.ASSIGNED: S.ASSIGNED, S.ESCALATED: S.ASSIGNED},
    "release": {S.OPEN: "Nobody works on", S.ASSIGNED: S.OPEN, S.ESCALATED: "Nobody works on"},
    "escalate": {S.OPEN: S.ESCALATED, S.ASSIGNED: S.ESCALATED, S.ESCALATED: "escalated already"},
    "snooze": {S.OPEN: S.OPEN, S.ASSIGNED: S.ASSIGNED, S.ESCALATED: "too little time"},
    "approve": {S.OPEN: "Claim this review first", S.ASSIGNED: S.APPROVED, S.ESCALATED: "Claim this review first"},
    "decline": {S.OPEN: "Claim this review first", S.ASSIGNED: S.DECLINED, S.ESCALATED: "Claim this review first"},
    "close_overdue": dict.fromkeys(WAITING, S.DECLINED),
    "close_ended": dict.fromkeys(WAITING, S.DECLINED),
    "reopen": {**dict.fromkeys(WAITING, "not decided yet"), S.APPROVED: S.OPEN, S.DECLINED: S.OPEN},
    "record_outcome": {
        **dict.fromkeys(WAITING, "Decide this review first"),
        S.APPROVED: S.APPROVED,
        S.DECLINED: S.DECLINED,
    },
}
TOLD = {
    "claim": E.ASSIGNED,
    "assign": E.ASSIGNED,
    "release": E.RELEASED,
    "escalate": E.ESCALATED,
    "snooze": E.SNOOZED,
    "approve": E.CLOSED,
    "decline": E.CLOSED,
    "close_overdue": E.CLOSED,
    "close_ended": E.CLOSED,
    "reopen": E.REOPENED,
    "record_outcome": E.OUTCOME_RECORDED,
}


def in_status(status: ReviewStatus, assignee: Actor = ADA, **values: Any) -> FraudReview:
    mine = {"assignee_id": assignee.id} if status is S.ASSIGNED else {}
    return a_review(status, PAYMENT, **{**mine, **values})


def _decided(review: FraudReview) -> Payment:
    return PAYMENT if review.status is S.DECLINED else replace(PAYMENT, status=PaymentStatus.AUTHORIZED)


def refused(transition: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as error:
        transition()
    assert isinstance(error.value, FraudReviewStateForbids | TransitionNotAllowed)
    return error.value.message


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("name", TRANSITIONS)
def test_every_transition_from_every_status(name: str, status: ReviewStatus) -> None:
    review = in_status(status)
    target = EXPECTED[name].get(status, "decided" if "close" not in name else "cannot become")
    if not isinstance(target, ReviewStatus):
        assert target in refused(lambda: TRANSITIONS[name](review, ADA, AT))
        return
    changed = TRANSITIONS[name](review, ADA, AT)
    assert changed.status is target
    if (name, status) in {("claim", S.ASSIGNED), ("assign", S.ASSIGNED)}:
        assert changed is review
        return
    assert [event.type for event in changed.events] == [TOLD[name]]
    assert (changed.version, changed.updated_at) == (review.version + 1, AT)


def test_every_transition_is_expected_of_every_status() -> None:
    assert set(EXPECTED) == set(TRANSITIONS) == set(TOLD)


def test_a_new_one_tells_what_is_held_and_until_when() -> None:
    rules = (new_uuid(MORNING), new_uuid(MORNING))
    review = reviewing.open_(a_review(payment=PAYMENT, score=80, risk_score=91, rule_ids=rules, version=0))
    (event,) = review.events
    assert (review.version, event.type, event.occurred_at) == (1, E.OPENED, MORNING)
    assert event.data == {
        "payment_id": str(PAYMENT.id),
        "amount_minor": 10000,
        "currency": "EUR",
        "risk_score": 91,
        "warn_at": review.warn_at.isoformat(),
        "escalate_at": review.escalate_at.isoformat(),
        "due_at": DUE_AT.isoformat(),
    }
    # Merchants read it, and the platform's rules and points are in these too.
    assert (review.score, review.rule_ids) == (80, rules)


@pytest.mark.parametrize("name", ["release", "escalate", "snooze", "approve", "decline", "claim"])
def test_what_somebody_works_on_is_not_for_others(name: str) -> None:
    review = in_status(S.ASSIGNED, BEN)
    assert "Somebody else works on this review" in refused(lambda: TRANSITIONS[name](review, ADA, AT))


@pytest.mark.parametrize("name", ["release", "escalate", "snooze", "approve", "decline"])
def test_whoever_manages_reviews_may_do_it_for_them(name: str) -> None:
    changed = TRANSITIONS[name](in_status(S.ASSIGNED, BEN), MANAGER, AT)
    assert changed.status is EXPECTED[name][S.ASSIGNED]


@pytest.mark.parametrize("status", [S.OPEN, S.ESCALATED])
def test_whoever_manages_reviews_decides_also_what_nobody_has_claimed(status: ReviewStatus) -> None:
    for actor in (MANAGER, CLIENT):
        approved = reviewing.approve(in_status(status), PAYMENT, actor, ReviewOutcome.LEGITIMATE, AT)
        assert (approved.status, approved.outcome) == (S.APPROVED, ReviewOutcome.LEGITIMATE)
        assert (approved.decided_by_id, approved.decided_by_name, approved.decided_at) == (actor.id, actor.name, AT)


def test_machines_claim_nothing() -> None:
    assert "Only people" in refused(lambda: reviewing.claim(in_status(S.OPEN), CLIENT, AT))
    assert "Only people" in refused(lambda: reviewing.claim(in_status(S.OPEN), JOBS, AT))


def test_claiming_a_snoozed_one_brings_it_back() -> None:
    snoozed = reviewing.snooze(in_status(S.OPEN), ADA, AT + HOUR, AT)
    assert (snoozed.snoozed_until, snoozed.events[-1].data) == (AT + HOUR, {"until": (AT + HOUR).isoformat()})
    claimed = reviewing.claim(snoozed, ADA, AT)
    assert (claimed.assignee_id, claimed.snoozed_until) == (ADA.id, None)
    assert claimed.events[-1].data == {"assignee_id": str(ADA.id), "was": None}


def test_a_snooze_ends_before_the_escalation_and_can_be_taken_back() -> None:
    review = in_status(S.OPEN)
    for until, text in ((AT, "in the future"), (AT - HOUR, "in the future"), (ESCALATE_AT, "earlier moment")):
        with pytest.raises(Invalid, match=text) as error:
            reviewing.snooze(review, ADA, until, AT)
        assert error.value.path == ("until",)
    longest = reviewing.snooze(review, ADA, ESCALATE_AT - timedelta(microseconds=1), AT)
    assert reviewing.snooze(longest, ADA, longest.snoozed_until, AT) is longest
    woken = reviewing.snooze(longest, ADA, None, AT)
    assert (woken.snoozed_until, woken.events[-1].data) == (None, {"until": None})
    assert "too little time" in refused(lambda: reviewing.snooze(review, ADA, DUE_AT, ESCALATE_AT))


def test_what_was_escalated_once_stays_before_the_others_when_it_is_released() -> None:
    escalated = reviewing.escalate(in_status(S.ASSIGNED), ADA, "Two cards of one person.", AT)
    assert (escalated.assignee_id, escalated.escalated_at) == (ADA.id, AT)
    assert escalated.escalation_reason == "Two cards of one person."
    claimed = reviewing.claim(escalated, BEN, AT)
    assert claimed.events[-1].data == {"assignee_id": str(BEN.id), "was": str(ADA.id)}
    released = reviewing.release(claimed, BEN, AT)
    assert (released.status, released.assignee_id, released.events[-1].data) == (
        S.ESCALATED,
        None,
        {"status": "ESCALATED"},
    )


def test_the_clock_escalates_once_whoever_works_on_it_and_whatever_people_did_before() -> None:
    review = in_status(S.ASSIGNED)
    assert not reviewing.escalation_due(review, ESCALATE_AT - timedelta(seconds=1))
    assert reviewing.escalation_due(review, ESCALATE_AT)
    told = reviewing.escalate_by_clock(review, ESCALATE_AT)
    assert (told.status, told.assignee_id, told.escalation_reason) == (S.ESCALATED, ADA.id, None)
    assert not reviewing.escalation_due(told, DUE_AT)
    assert not reviewing.escalation_due(reviewing.claim(told, BEN, DUE_AT), DUE_AT)
    early = reviewing.escalate(in_status(S.OPEN), ADA, "Look.", AT)
    for one in (early, reviewing.claim(early, BEN, AT)):
        assert reviewing.escalation_due(one, ESCALATE_AT)
        again = reviewing.escalate_by_clock(one, ESCALATE_AT)
        assert (again.status, again.escalation_reason, again.escalated_at) == (S.ESCALATED, "Look.", ESCALATE_AT)
    assert not reviewing.escalation_due(in_status(S.DECLINED), DUE_AT)


def test_a_warning_changes_nothing_else() -> None:
    review = in_status(S.ASSIGNED, snoozed_until=AT)
    warned = reviewing.warn(review, AT)
    assert replace(warned, warned=False, updated_at=MORNING, version=1, events=()) == review
    assert [event.type for event in warned.events] == [E.SLA_WARNING]


@pytest.mark.parametrize("status", sorted(set(PaymentStatus) - {PaymentStatus.IN_REVIEW}))
def test_nothing_is_decided_about_a_payment_that_is_held_no_more(status: PaymentStatus) -> None:
    payment = a_payment(status=status)
    assert f"held no more: it is {status}" in refused(
        lambda: reviewing.approve(in_status(S.ASSIGNED), payment, ADA, None, AT)
    )


def test_nothing_is_decided_while_the_payment_is_being_voided() -> None:
    payment = replace(PAYMENT, void_pending=True)
    review = in_status(S.ASSIGNED)
    assert "being voided" in refused(lambda: reviewing.approve(review, payment, ADA, None, AT))
    assert "being voided" in refused(lambda: reviewing.decline(review, payment, ADA, DeclineReason.OTHER, None, AT))


@pytest.mark.parametrize("reason", DeclineReason)
def test_people_give_peoples_reasons(reason: DeclineReason) -> None:
    if reason in reviewing.BY_THE_SYSTEM:
        with pytest.raises(Invalid, match="Only Paydesk itself") as error:
            reviewing.decline(in_status(S.ASSIGNED), PAYMENT, ADA, reason, None, AT)
        assert error.value.path == ("reason",)
        return
    outcome = ReviewOutcome.CONFIRMED_FRAUD
    declined = reviewing.decline(in_status(S.ASSIGNED), PAYMENT, ADA, reason, outcome, AT)
    assert (declined.decline_reason, declined.outcome, declined.assignee_id) == (reason, outcome, ADA.id)
    assert declined.events[-1].data == {
        "status": "DECLINED",
        "decline_reason": reason.value,
        "outcome": "CONFIRMED_FRAUD",
        "payment_id": str(PAYMENT.id),
    }


def test_the_clock_has_a_name_and_no_id() -> None:
    late = reviewing.close_overdue(in_status(S.OPEN), JOBS, DUE_AT)
    assert (late.decline_reason, late.decided_by_id, late.decided_by_name) == (
        DeclineReason.NOT_DECIDED_IN_TIME,
        None,
        JOBS.name,
    )
    ended = reviewing.close_ended(in_status(S.ESCALATED), a_payment(status=PaymentStatus.VOIDED), JOBS, AT)
    assert ended.decline_reason is DeclineReason.PAYMENT_ENDED
    assert ended.events[-1].data["payment_status"] == "VOIDED"


def test_reopened_it_is_as_if_nobody_had_decided_and_keeps_its_clock() -> None:
    declined = in_status(S.DECLINED, outcome=ReviewOutcome.CONFIRMED_FRAUD, assignee_id=ADA.id, warned=True)
    opened = reviewing.reopen(declined, PAYMENT, "The customer called.", AT)
    assert opened.events[-1].data == {"was": "DECLINED", "reason": "The customer called."}
    assert (opened.warned, opened.due_at, opened.assignee_id) == (True, DUE_AT, None)
    decision = (opened.decline_reason, opened.outcome, opened.decided_at, opened.decided_by_id, opened.decided_by_name)
    assert decision == (None, None, None, None, None)


@pytest.mark.parametrize(
    ("status", "payment", "text"),
    [
        (S.DECLINED, a_payment(status=PaymentStatus.VOIDED), "the payment is VOIDED"),
        (S.DECLINED, replace(PAYMENT, void_pending=True), "being carried out"),
        (S.APPROVED, a_payment(captured=eur(100)), "the payment is CAPTURED"),
        (S.APPROVED, a_payment(captured=eur(1)), "the payment is PARTIALLY_CAPTURED"),
        (S.APPROVED, a_payment(capture_pending=eur(1)), "being carried out"),
        (S.APPROVED, a_payment(void_pending=True), "being carried out"),
        (S.APPROVED, a_payment(status=PaymentStatus.EXPIRED), "the payment is EXPIRED"),
    ],
)
def test_what_was_carried_out_stays(status: ReviewStatus, payment: Payment, text: str) -> None:
    assert text in refused(lambda: reviewing.reopen(in_status(status), payment, "A mistake.", AT))


def test_nothing_is_decided_anew_when_there_is_no_time_left() -> None:
    assert "no time left" in refused(lambda: reviewing.reopen(in_status(S.DECLINED), PAYMENT, "Late.", DUE_AT))


def test_a_later_finding_replaces_an_earlier_one() -> None:
    first = reviewing.record_outcome(in_status(S.APPROVED), ReviewOutcome.LEGITIMATE, AT)
    assert reviewing.record_outcome(first, ReviewOutcome.LEGITIMATE, AT) is first
    later = reviewing.record_outcome(first, ReviewOutcome.CONFIRMED_FRAUD, AT)
    assert later.outcome is ReviewOutcome.CONFIRMED_FRAUD
    assert later.events[-1].data == {"outcome": "CONFIRMED_FRAUD", "was": "LEGITIMATE"}


def test_managing_is_a_permission_at_the_reviews_own_merchant() -> None:
    stranger = an_actor(new_uuid(MORNING))
    assert stranger.may(Permission.FRAUD_MANAGE, next(iter(stranger.grants)))
    assert "Claim this review first" in refused(
        lambda: reviewing.approve(in_status(S.OPEN), PAYMENT, stranger, None, AT)
    )
