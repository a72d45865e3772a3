"""A review is put before the others, with a reason."""

from __future__ import annotations

import pytest

from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.escalate_review import EscalateReview, escalate_review
from domain.fraud.review import ReviewStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.text import MAX_TEXT
from tests.builders.identity import an_actor
from tests.fakes.review_desk import ReviewDesk


async def test_anybody_may_claim_it_then() -> None:
    desk = ReviewDesk.in_memory()
    review = await desk.held()
    await desk.claim(review)
    command = EscalateReview(review_id=review.id, reason="The same card\nas yesterday.")
    escalated = await escalate_review(desk.ports, desk.actor, command)
    assert (escalated.status, escalated.escalation_reason) == (ReviewStatus.ESCALATED, command.reason)
    with pytest.raises(FraudReviewStateForbids, match="escalated already"):
        await escalate_review(desk.ports, desk.actor, command)
    assert (await desk.claim(review, desk.colleague)).assignee_id == desk.colleague.id
    names = [event.name for event in desk.tables.events if event.subject_id == review.id]
    assert names == ["fraud_review.opened", "fraud_review.assigned", "fraud_review.escalated", "fraud_review.assigned"]
    # What people write is in the event, for those who may see the review; the audit log says that it was done.
    assert [record.data for record in desk.tables.audit if record.action == "fraud.escalate_review"] == [{}]


@pytest.mark.parametrize("reason", ["", "x" * (MAX_TEXT + 1), "4111 1111 1111 1111"])
async def test_with_a_reason_that_can_be_read(reason: str) -> None:
    desk = ReviewDesk.in_memory()
    review = await desk.held()
    with pytest.raises(Invalid) as error:
        await escalate_review(desk.ports, desk.actor, EscalateReview(review_id=review.id, reason=reason))
    assert error.value.path == ("reason",)
    assert (await desk.now(review))[0] == review


async def test_not_by_who_may_only_look() -> None:
    desk = ReviewDesk.in_memory()
    review = await desk.held()
    viewer = an_actor(desk.desk.merchant, role=MerchantRole.VIEWER)
    with pytest.raises(Forbidden):
        await escalate_review(desk.ports, viewer, EscalateReview(review_id=review.id, reason="Look."))
