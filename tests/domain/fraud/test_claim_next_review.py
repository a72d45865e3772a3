"""The most urgent review is taken, by one person."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.fraud.errors import NothingToReview
from domain.fraud.escalate_review import EscalateReview, escalate_review
from domain.fraud.review import ReviewStatus
from domain.fraud.snooze_review import SnoozeReview, snooze_review
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden
from domain.kernel.ids import new_uuid
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur, jpy
from tests.fakes.crash import Crash
from tests.fakes.review_desk import ReviewDesk


@pytest.fixture
def desk() -> ReviewDesk:
    return ReviewDesk.in_memory()


async def test_escalated_first_then_by_due_time_then_the_larger_amount(desk: ReviewDesk) -> None:
    small, large = await desk.held(amount=eur(50)), await desk.held(amount=eur(51))
    desk.clock.pass_by(60)
    late, escalated, snoozed = [await desk.held(amount=eur(900)) for _ in range(3)]
    await escalate_review(desk.ports, desk.actor, EscalateReview(review_id=escalated.id, reason="Look."))
    until = desk.clock.now() + timedelta(hours=1)
    await snooze_review(desk.ports, desk.actor, SnoozeReview(review_id=snoozed.id, until=until))
    taken = [await desk.claim_next() for _ in range(4)]
    assert [review.id for review in taken] == [escalated.id, large.id, small.id, late.id]
    assert all((review.status, review.assignee_id) == (ReviewStatus.ASSIGNED, desk.actor.id) for review in taken)
    with pytest.raises(NothingToReview):
        await desk.claim_next()
    desk.clock.pass_by(3600)
    assert (await desk.claim_next()).id == snoozed.id
    audited = [record for record in desk.tables.audit if record.action == "fraud.claim_review"]
    assert [(record.subject_id, record.actor_id) for record in audited] == [
        (review, desk.actor.id) for review in (escalated.id, large.id, small.id, late.id, snoozed.id)
    ]


async def test_only_of_the_wanted_merchants_and_currencies(desk: ReviewDesk) -> None:
    euros, yen = await desk.held(), await desk.held(amount=jpy(5000))
    staff = a_staff_actor()
    with pytest.raises(NothingToReview):
        await desk.claim_next(staff, merchant_ids=(new_uuid(MORNING),))
    assert (await desk.claim_next(staff, currency=("JPY",))).id == yen.id
    assert (await desk.claim_next(staff, merchant_ids=(desk.desk.merchant.id,))).id == euros.id


async def test_strangers_find_nothing_and_viewers_may_not_look(desk: ReviewDesk) -> None:
    await desk.held()
    with pytest.raises(NothingToReview):
        await desk.claim_next(an_actor(new_uuid(MORNING)))
    with pytest.raises(NothingToReview):
        await desk.claim_next(an_actor(new_uuid(MORNING)), merchant_ids=(desk.desk.merchant.id,))
    with pytest.raises(Forbidden):
        await desk.claim_next(an_actor(desk.desk.merchant, role=MerchantRole.VIEWER))


async def test_two_who_ask_at_once_are_given_two(desk: ReviewDesk) -> None:
    reviews = {(await desk.held()).id for _ in range(4)}
    taken = await asyncio.gather(*(desk.claim_next(actor) for actor in (desk.actor, desk.colleague) * 2))
    assert {review.id for review in taken} == reviews


async def test_whoever_dies_before_the_commit_has_taken_nothing(desk: ReviewDesk) -> None:
    review = await desk.held()
    desk.units.die_at("review.claim_next.before_commit")
    with pytest.raises(Crash):
        await desk.claim_next()
    assert (await desk.claim_next(desk.colleague)).id == review.id
