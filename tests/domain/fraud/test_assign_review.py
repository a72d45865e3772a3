"""A review is given to somebody who can see it, by who manages reviews."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.fraud.assign_review import AssignReview, assign_review
from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.review import ReviewStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from tests.builders.identity import an_actor
from tests.fakes.review_desk import ReviewDesk


async def test_given_to_one_and_to_another_and_to_nobody() -> None:
    desk = ReviewDesk.in_memory()
    people = desk.tables.fraud.reviewers
    colleague, staff, stranger = uuid4(), uuid4(), uuid4()
    people |= {colleague: frozenset({desk.desk.merchant.id}), staff: None, stranger: frozenset({uuid4()})}
    review = await desk.held()
    for person in (colleague, staff):
        given = await assign_review(desk.ports, desk.actor, AssignReview(review_id=review.id, assignee_id=person))
        assert (given.status, given.assignee_id) == (ReviewStatus.ASSIGNED, person)
    for person in (stranger, uuid4()):
        with pytest.raises(NotFound) as error:
            await assign_review(desk.ports, desk.actor, AssignReview(review_id=review.id, assignee_id=person))
        assert error.value.path == ("assigneeId",)
    taken = await assign_review(desk.ports, desk.actor, AssignReview(review_id=review.id, assignee_id=None))
    assert (taken.status, taken.assignee_id) == (ReviewStatus.OPEN, None)
    audited = [record.data for record in desk.tables.audit if record.action == "fraud.assign_review"]
    assert audited == [{"assignee_id": str(colleague)}, {"assignee_id": str(staff)}, {"assignee_id": None}]


async def test_only_by_who_manages_reviews_and_before_the_decision() -> None:
    desk = ReviewDesk.in_memory()
    review = await desk.held()
    command = AssignReview(review_id=review.id, assignee_id=None)
    with pytest.raises(Forbidden, match="fraud:manage"):
        await assign_review(desk.ports, an_actor(desk.desk.merchant, role=MerchantRole.OPERATOR), command)
    await desk.approve(review)
    with pytest.raises(FraudReviewStateForbids, match="This review is decided: it was APPROVED"):
        await assign_review(desk.ports, desk.actor, command)
