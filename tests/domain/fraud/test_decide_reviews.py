"""Many are decided at once, and each by itself."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.fraud.decide_reviews import MOST_REVIEWS, DecideReviews, decide_reviews
from domain.fraud.deciding import ReviewDecision
from domain.fraud.list_kind import ListKind
from domain.fraud.review import DeclineReason, ReviewStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid
from domain.payments.operation import OperationType
from domain.payments.payment import PaymentStatus
from tests.builders.fraud_reviews import a_review
from tests.builders.identity import an_actor
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.review_desk import ReviewDesk

APPROVE = ReviewDecision.APPROVE
DECLINE: dict[str, Any] = {"decision": ReviewDecision.DECLINE, "reason": DeclineReason.CARD_TESTING}


@pytest.fixture
def desk() -> ReviewDesk:
    return ReviewDesk.in_memory()


async def test_one_bad_row_never_stops_the_others(desk: ReviewDesk) -> None:
    open_, claimed, gone = [await desk.held(automatic=True) for _ in range(3)]
    await desk.claim(claimed, desk.colleague)
    await desk.desk.void((await desk.now(gone))[1])
    unknown = a_review()
    rows = await desk.decide(gone, open_, unknown, claimed, decision=APPROVE, idempotency_key="one")
    assert [row.review_id for row in rows] == [gone.id, open_.id, unknown.id, claimed.id]
    assert [row.error and row.error.code for row in rows] == ["INVALID_STATE", None, "NOT_FOUND", None]
    assert [row.result and row.result.payment.status for row in rows] == [
        None,
        PaymentStatus.CAPTURED,
        None,
        PaymentStatus.CAPTURED,
    ]
    again = await desk.decide(gone, open_, unknown, claimed, decision=APPROVE, idempotency_key="one")
    assert [row.result and row.result.replayed for row in again] == [None, True, None, True]
    assert desk.gateway.moved(OperationType.CAPTURE) == 20000
    assert_agreement(desk.tables, desk.gateway)


async def test_the_key_is_of_the_whole_request(desk: ReviewDesk) -> None:
    first, second = await desk.held(), await desk.held()
    await desk.decide(first, decision=APPROVE, idempotency_key="one")
    (row,) = await desk.decide(first, idempotency_key="one", **DECLINE)
    assert row.error is not None
    assert row.error.code == "IDEMPOTENCY_CONFLICT"
    both = await desk.decide(first, second, idempotency_key="one", decision=APPROVE)
    assert both[0].error is not None
    assert both[0].error.code == "IDEMPOTENCY_CONFLICT"
    # The keys of single decisions are others, also where they have the same words.
    third = await desk.held()
    assert not (await desk.approve(third, idempotency_key="one")).replayed


async def test_declined_together_with_what_they_came_from(desk: ReviewDesk) -> None:
    reviews = [await desk.held() for _ in range(3)]
    rows = await desk.decide(*reviews, block=(ListKind.CARD, ListKind.EMAIL), **DECLINE)
    assert {row.result.review.status for row in rows if row.result} == {ReviewStatus.DECLINED}
    assert {row.result.payment.status for row in rows if row.result} == {PaymentStatus.VOIDED}
    # They came from one card: the later entry took the place of the earlier.
    assert sorted(entry.list_name for entry in desk.tables.fraud.entries.values()) == [
        "blocked_cards",
        "blocked_emails",
    ]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"review_ids": ()}, ("reviewIds",)),
        ({"review_ids": tuple(uuid4() for _ in range(MOST_REVIEWS + 1))}, ("reviewIds",)),
        ({"review_ids": (a_review().id,) * 2}, ("reviewIds",)),
        ({"decision": ReviewDecision.DECLINE}, ("reason",)),
        ({"reason": DeclineReason.OTHER}, ("reason",)),
        ({"block": (ListKind.CARD,)}, ("reason",)),
        ({**DECLINE, "block": (ListKind.BIN,)}, ("block", "0")),
        ({"idempotency_key": ""}, ("idempotencyKey",)),
    ],
)
async def test_what_is_wrong_with_the_request_is_said_before_anything_is_decided(
    desk: ReviewDesk, values: dict[str, Any], path: tuple[str, ...]
) -> None:
    review = await desk.held()
    with pytest.raises(Invalid) as error:
        await desk.decide(review, **dict[str, Any](decision=APPROVE) | values)
    assert error.value.path == path
    assert (await desk.now(review))[0] == review


async def test_only_by_who_manages_reviews(desk: ReviewDesk) -> None:
    review = await desk.held()
    operator = an_actor(desk.desk.merchant, role=MerchantRole.OPERATOR)
    command = DecideReviews(idempotency_key="one", review_ids=(review.id,), decision=APPROVE)
    with pytest.raises(Forbidden):
        await decide_reviews(desk.ports, operator, command)


async def test_who_is_no_fault_of_the_request_is_raised_once_all_have_been_tried(desk: ReviewDesk) -> None:
    first, second = await desk.held(automatic=True), await desk.held(automatic=True)
    desk.units.raise_at("outcome.before_commit", ValueError("broken"))
    with pytest.raises(ExceptionGroup, match="could not be decided") as group:
        await desk.decide(first, second, decision=APPROVE, idempotency_key="one")
    assert [str(error) for error in group.value.exceptions] == ["broken"]
    await desk.resolve(after_seconds=60)
    rows = await desk.decide(first, second, decision=APPROVE, idempotency_key="one")
    assert [row.result and row.result.payment.status for row in rows] == [PaymentStatus.CAPTURED] * 2
    assert desk.gateway.moved(OperationType.CAPTURE) == 20000


async def test_whoever_dies_in_the_middle_sends_the_same_again(desk: ReviewDesk) -> None:
    reviews = [await desk.held(automatic=True) for _ in range(5)]
    desk.units.die_at("review.approve.intent.committed")
    with pytest.raises(Crash):
        await desk.decide(*reviews, decision=APPROVE, idempotency_key="one")
    await desk.resolve(after_seconds=60)
    rows = await desk.decide(*reviews, decision=APPROVE, idempotency_key="one")
    assert [row.result and row.result.payment.status for row in rows] == [PaymentStatus.CAPTURED] * 5
    assert desk.gateway.moved(OperationType.CAPTURE) == 50000
    assert_agreement(desk.tables, desk.gateway)
