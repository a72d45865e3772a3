"""A review is given back by whoever has it, or by who manages reviews."""

from __future__ import annotations

import pytest

from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.release_review import ReleaseReview, release_review
from domain.fraud.review import ReviewStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden
from tests.builders.identity import an_actor
from tests.fakes.review_desk import ReviewDesk


async def test_nobodys_again() -> None:
    desk = ReviewDesk.in_memory()
    operator = an_actor(desk.desk.merchant, role=MerchantRole.OPERATOR)
    review = await desk.held()
    command = ReleaseReview(review_id=review.id)
    with pytest.raises(FraudReviewStateForbids, match="nothing to release"):
        await release_review(desk.ports, operator, command)
    for owner, giver in ((operator, operator), (operator, desk.actor)):
        await desk.claim(review, owner)
        released = await release_review(desk.ports, giver, command)
        assert (released.status, released.assignee_id) == (ReviewStatus.OPEN, None)
    await desk.claim(review)
    with pytest.raises(FraudReviewStateForbids, match="Somebody else works on this review"):
        await release_review(desk.ports, operator, command)
    with pytest.raises(Forbidden):
        await release_review(desk.ports, an_actor(desk.desk.merchant, role=MerchantRole.VIEWER), command)
    actions = [record.action for record in desk.tables.audit if record.subject_id == review.id]
    assert actions == ["fraud.claim_review", "fraud.release_review"] * 2 + ["fraud.claim_review"]
