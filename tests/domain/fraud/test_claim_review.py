"""One review is taken on, by whoever comes first."""

from __future__ import annotations

import asyncio

import pytest

from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.review import ReviewStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import new_uuid
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.fakes.review_desk import ReviewDesk


@pytest.fixture
def desk() -> ReviewDesk:
    return ReviewDesk.in_memory()


async def test_claimed_twice_by_one_it_is_claimed_once(desk: ReviewDesk) -> None:
    review = await desk.held()
    claimed = await desk.claim(review)
    assert (claimed.status, claimed.assignee_id, claimed.events) == (ReviewStatus.ASSIGNED, desk.actor.id, ())
    assert await desk.claim(review) == claimed
    assert [event.name for event in desk.tables.events if event.subject_id == review.id] == [
        "fraud_review.opened",
        "fraud_review.assigned",
    ]
    assert [record.action for record in desk.tables.audit if record.subject_id == review.id] == ["fraud.claim_review"]


async def test_of_two_at_once_one_is_told_who_it_is_not(desk: ReviewDesk) -> None:
    review = await desk.held()
    both = [desk.claim(review, actor) for actor in (desk.actor, desk.colleague)]
    first, second = await asyncio.gather(*both, return_exceptions=True)
    assert not isinstance(first, BaseException)
    assert isinstance(second, FraudReviewStateForbids)
    assert "Somebody else works on this review" in second.message


async def test_who_may_not(desk: ReviewDesk) -> None:
    review = await desk.held()
    with pytest.raises(Forbidden):
        await desk.claim(review, an_actor(desk.desk.merchant, role=MerchantRole.VIEWER))
    with pytest.raises(NotFound):
        await desk.claim(review, an_actor(new_uuid(MORNING)))
    assert (await desk.now(review))[0].status is ReviewStatus.OPEN
