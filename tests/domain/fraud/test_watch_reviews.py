"""The clock warns, escalates and gives payments back: once each, whoever watches, and whoever dies."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.fraud.review import DeclineReason, FraudReview, ReviewStatus
from domain.fraud.snooze_review import SnoozeReview, snooze_review
from domain.payments.expire_payments import ExpirePayments, expire_payments
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationType
from domain.payments.payment import PaymentStatus
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.gateway import Fault
from tests.fakes.review_desk import ReviewDesk

VOID = OperationType.VOID
SECOND = timedelta(seconds=1)
REFUSED = an_outcome(OutcomeKind.FAILED, response_code="no")


@pytest.fixture
def desk() -> ReviewDesk:
    return ReviewDesk.in_memory()


def told(desk: ReviewDesk, review: FraudReview) -> list[str]:
    events = [event for event in desk.tables.events if event.subject_id == review.id]
    return [event.name.removeprefix("fraud_review.") for event in events if event.name != "fraud_review.opened"]


@pytest.mark.parametrize("assigned", [False, True])
async def test_warned_then_escalated_then_given_back(desk: ReviewDesk, *, assigned: bool) -> None:
    review = await desk.held(automatic=True)
    expected: list[str] = []
    if assigned:
        await desk.claim(review)
        expected = ["assigned"]
    for moment, more in (
        (review.opened_at, []),
        (review.warn_at - SECOND, []),
        (review.warn_at, ["sla_warning"]),
        (review.escalate_at - SECOND, []),
        (review.escalate_at, ["escalated"]),
        (review.due_at - SECOND, []),
        (review.due_at, ["closed"]),
        (review.due_at + timedelta(days=9), []),
    ):
        desk.clock.at = moment
        assert sum(await asyncio.gather(desk.watch(), desk.watch())) == len(more)
        assert await desk.watch() == 0
        expected += more
        assert told(desk, review) == expected
    decided, payment = await desk.now(review)
    assert (decided.decline_reason, decided.decided_by_name) == (DeclineReason.NOT_DECIDED_IN_TIME, JOBS.name)
    assert (payment.status, decided.assignee_id) == (PaymentStatus.VOIDED, desk.actor.id if assigned else None)
    assert review.due_at < (payment.authorization_expires_at or review.due_at)
    assert desk.gateway.moved(VOID) == 10000
    assert len([record for record in desk.tables.audit if record.action == "fraud.watch_review"]) == 3
    assert_agreement(desk.tables, desk.gateway)


async def test_an_escalated_one_can_be_claimed_by_others_and_keeps_its_peace_then(desk: ReviewDesk) -> None:
    review = await desk.claim(await desk.held())
    desk.clock.at = review.escalate_at
    # Nobody watched for long: both are said, the warning first.
    assert await desk.watch() == 1
    assert told(desk, review) == ["assigned", "sla_warning", "escalated"]
    claimed = await desk.claim_next(desk.colleague)
    assert (claimed.id, claimed.assignee_id) == (review.id, desk.colleague.id)
    assert await desk.watch(after_seconds=60) == 0
    await desk.approve(claimed, desk.colleague)
    desk.clock.at = review.due_at
    assert await desk.watch() == 0


async def test_a_snoozed_one_is_warned_of_too(desk: ReviewDesk) -> None:
    review = await desk.held()
    command = SnoozeReview(review_id=review.id, until=review.escalate_at - SECOND)
    await snooze_review(desk.ports, desk.actor, command)
    desk.clock.at = review.warn_at
    assert await desk.watch() == 1
    desk.clock.at = review.escalate_at
    assert await desk.watch() == 1
    assert (await desk.now(review))[0].snoozed_until is None


@pytest.mark.parametrize("claimed", [False, True])
async def test_what_the_merchant_voided_is_closed(desk: ReviewDesk, *, claimed: bool) -> None:
    review = await desk.held()
    if claimed:
        await desk.claim(review)
    await desk.desk.void((await desk.now(review))[1])
    assert await desk.watch() == 1
    assert await desk.watch() == 0
    decided, payment = await desk.now(review)
    assert (decided.status, decided.decline_reason) == (ReviewStatus.DECLINED, DeclineReason.PAYMENT_ENDED)
    assert payment.status is PaymentStatus.VOIDED
    assert desk.gateway.moved(VOID) == 10000


async def test_what_lapsed_is_closed(desk: ReviewDesk) -> None:
    review = await desk.held()
    _, payment = await desk.now(review)
    assert payment.authorization_expires_at is not None
    desk.clock.at = payment.authorization_expires_at
    assert await expire_payments(desk.desk.ports, JOBS, ExpirePayments()) == 1
    assert await desk.watch() == 1
    decided, payment = await desk.now(review)
    assert (decided.decline_reason, payment.status) == (DeclineReason.PAYMENT_ENDED, PaymentStatus.EXPIRED)


async def test_the_merchants_void_that_is_under_way_comes_first(desk: ReviewDesk) -> None:
    review = await desk.held()
    desk.gateway.next(Fault.REQUEST_LOST)
    await desk.desk.void((await desk.now(review))[1])
    desk.clock.at = review.due_at
    assert await desk.watch() == 0
    await desk.resolve(after_seconds=60)
    assert await desk.watch() == 1
    assert (await desk.now(review))[0].decline_reason is DeclineReason.PAYMENT_ENDED
    assert desk.gateway.moved(VOID) == 10000
    assert_agreement(desk.tables, desk.gateway)


@pytest.mark.parametrize("death", ["review.watch.before_commit", "review.watch.committed", Fault.CRASH_BEFORE])
async def test_whoever_dies_between_the_end_and_the_void(desk: ReviewDesk, death: str | Fault) -> None:
    review = await desk.held()
    desk.clock.at = review.due_at
    if isinstance(death, Fault):
        desk.gateway.next(death)
    else:
        desk.units.die_at(death)
    with pytest.raises(Crash):
        await desk.watch()
    assert desk.gateway.moved(VOID) == 0
    committed = death != "review.watch.before_commit"
    assert await desk.watch() == (not committed)
    await desk.resolve(after_seconds=60)
    decided, payment = await desk.now(review)
    assert (decided.status, payment.status) == (ReviewStatus.DECLINED, PaymentStatus.VOIDED)
    assert desk.gateway.moved(VOID) == 10000
    assert_agreement(desk.tables, desk.gateway)


async def test_a_refused_void_is_asked_for_again_at_growing_intervals(desk: ReviewDesk) -> None:
    review = await desk.held()
    desk.gateway.next(*[REFUSED] * 9)
    await desk.decline(review)
    tried: list[int] = []
    for minute in range(1, 241):
        if await desk.watch(after_seconds=60):
            tried.append(minute)
            assert await desk.watch() == 0
    assert tried == [1, 3, 7, 15, 31, 63, 123, 183]
    desk.clock.pass_by(3600)
    both = await asyncio.gather(desk.watch(), desk.watch())
    assert sorted(both) == [0, 1]
    assert (await desk.now(review))[1].status is PaymentStatus.VOIDED
    assert desk.gateway.moved(VOID) == 10000


async def test_what_goes_wrong_with_one_is_said_once_all_have_been_looked_at(desk: ReviewDesk) -> None:
    reviews = [await desk.held() for _ in range(2)]
    desk.clock.at = reviews[0].due_at
    desk.units.raise_at("review.watch.before_commit", ValueError("broken"))
    with pytest.raises(ExceptionGroup, match="could not be watched") as group:
        await desk.watch()
    assert [str(error) for error in group.value.exceptions] == ["broken"]
    assert desk.gateway.moved(VOID) == 10000
    assert await desk.watch() == 1
    assert {(await desk.now(review))[1].status for review in reviews} == {PaymentStatus.VOIDED}
    assert desk.gateway.moved(VOID) == 20000


async def test_a_failed_call_is_said_and_healed_as_any_other(desk: ReviewDesk) -> None:
    review = await desk.held()
    desk.clock.at = review.due_at
    desk.units.raise_at("outcome.before_commit", ValueError("broken"))
    with pytest.raises(ExceptionGroup):
        await desk.watch()
    await desk.resolve(after_seconds=60)
    assert (await desk.now(review))[1].status is PaymentStatus.VOIDED
    assert desk.gateway.moved(VOID) == 10000
