"""A review is put aside for a while, and comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.snooze_review import SnoozeReview, snooze_review
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid
from tests.builders.identity import an_actor
from tests.fakes.review_desk import ReviewDesk


async def test_until_then_and_back_at_once() -> None:
    desk = ReviewDesk.in_memory()
    review = await desk.held()
    until = desk.clock.now() + timedelta(hours=2)
    snoozed = await snooze_review(desk.ports, desk.actor, SnoozeReview(review_id=review.id, until=until))
    assert snoozed.snoozed_until == until
    woken = await snooze_review(desk.ports, desk.actor, SnoozeReview(review_id=review.id, until=None))
    assert woken.snoozed_until is None
    audited = [record.data for record in desk.tables.audit if record.action == "fraud.snooze_review"]
    assert audited == [{"until": until.isoformat()}, {"until": None}]


async def test_not_for_too_long_nor_by_others() -> None:
    desk = ReviewDesk.in_memory()
    review = await desk.held()
    command = SnoozeReview(review_id=review.id, until=review.escalate_at)
    with pytest.raises(Invalid, match="earlier moment"):
        await snooze_review(desk.ports, desk.actor, command)
    with pytest.raises(Forbidden):
        await snooze_review(desk.ports, an_actor(desk.desk.merchant, role=MerchantRole.VIEWER), command)
    await desk.claim(review)
    with pytest.raises(FraudReviewStateForbids, match="Somebody else"):
        await snooze_review(desk.ports, an_actor(desk.desk.merchant, role=MerchantRole.OPERATOR), command)
