"""What a payment turned out to be is said after the decision, also long after."""

from __future__ import annotations

import pytest

from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.record_review_outcome import RecordReviewOutcome, record_review_outcome
from domain.fraud.review import ReviewOutcome
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden
from tests.builders.identity import an_actor
from tests.fakes.review_desk import ReviewDesk


async def test_a_later_finding_replaces_an_earlier_one() -> None:
    desk = ReviewDesk.in_memory()
    review = await desk.held()
    legitimate = RecordReviewOutcome(review_id=review.id, outcome=ReviewOutcome.LEGITIMATE)
    with pytest.raises(FraudReviewStateForbids, match="Decide this review first"):
        await record_review_outcome(desk.ports, desk.actor, legitimate)
    await desk.approve(review)
    for outcome in (ReviewOutcome.LEGITIMATE, ReviewOutcome.LEGITIMATE, ReviewOutcome.CONFIRMED_FRAUD):
        command = RecordReviewOutcome(review_id=review.id, outcome=outcome)
        assert (await record_review_outcome(desk.ports, desk.actor, command)).outcome is outcome
        desk.clock.pass_by(90 * 24 * 3600)
    audited = [record.data for record in desk.tables.audit if record.action == "fraud.record_review_outcome"]
    assert audited == [{"outcome": "LEGITIMATE"}, {"outcome": "CONFIRMED_FRAUD"}]
    with pytest.raises(Forbidden):
        await record_review_outcome(desk.ports, an_actor(desk.desk.merchant, role=MerchantRole.VIEWER), legitimate)
