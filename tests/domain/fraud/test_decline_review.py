"""A declined payment is given back, and what it came from may be refused from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.errors import FraudReviewStateForbids
from domain.fraud.fraud_list import MOST_ENTRIES
from domain.fraud.list_kind import ListKind
from domain.fraud.review import DeclineReason, ReviewOutcome, ReviewStatus
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.ids import PLATFORM
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationType
from domain.payments.payment import PaymentStatus
from tests.builders.fraud import an_entry
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import after
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.gateway import Fault
from tests.fakes.review_desk import ReviewDesk

if TYPE_CHECKING:
    from datetime import datetime

VOID = OperationType.VOID


@pytest.fixture
def desk() -> ReviewDesk:
    return ReviewDesk.in_memory()


async def test_given_back_with_a_reason(desk: ReviewDesk) -> None:
    review = await desk.claim(await desk.held(automatic=True))
    outcome = ReviewOutcome.CONFIRMED_FRAUD
    result = await desk.decline(review, reason=DeclineReason.CARD_TESTING, outcome=outcome)
    assert (result.review.status, result.payment.status) == (ReviewStatus.DECLINED, PaymentStatus.VOIDED)
    assert (result.review.decline_reason, result.review.outcome) == (DeclineReason.CARD_TESTING, outcome)
    assert [effect.type for effect in desk.gateway.effects] == [OperationType.AUTHORIZE, VOID]
    asked = [event.data for event in desk.tables.events if event.name == "payment.void_requested"]
    assert asked == [{"reason": "CARD_TESTING"}]
    assert_agreement(desk.tables, desk.gateway)
    with pytest.raises(FraudReviewStateForbids, match="it was DECLINED"):
        await desk.approve(review)


async def test_the_same_key_declines_once(desk: ReviewDesk) -> None:
    review = await desk.claim(await desk.held())
    first = await desk.decline(review, idempotency_key="one")
    second = await desk.decline(review, idempotency_key="one")
    assert (first.replayed, second.replayed, second.review) == (False, True, first.review)
    assert desk.gateway.moved(VOID) == 10000


async def test_what_is_blocked_at_the_merchant(desk: ReviewDesk) -> None:
    operator = an_actor(desk.desk.merchant, role=MerchantRole.OPERATOR)
    review = await desk.claim(await desk.held(), operator)
    kinds = (ListKind.EMAIL, ListKind.CARD, ListKind.IP)
    await desk.decline(review, operator, block=kinds)
    entries = {entry.list_name: entry for entry in desk.tables.fraud.entries.values()}
    assert {name: entry.value for name, entry in entries.items()} == {
        "blocked_emails": "mary@example.com",
        "blocked_cards": "fp_1",
        "blocked_ips": "198.51.100.7",
    }
    for entry in entries.values():
        assert (entry.merchant_id, entry.review_id) == (desk.desk.merchant.id, review.id)
        assert (entry.author_id, entry.author_name, entry.expires_at) == (operator.id, operator.name, None)
        assert entry.reason == "Declined in review: STOLEN_CARD"
    (audited,) = [record for record in desk.tables.audit if record.action == "fraud.decline_review"]
    assert audited.data["block"] == ["CARD", "EMAIL", "IP"]
    assert not any(secret in str(audited.data) for secret in ("mary", "fp_1", "198.51"))


async def test_at_all_merchants_only_by_staff_who_say_so(desk: ReviewDesk) -> None:
    review = await desk.held()
    with pytest.raises(Forbidden, match="Only staff"):
        await desk.decline(review, block=(ListKind.CARD,), block_everywhere=True)
    assert (await desk.now(review))[0] == review
    staff = a_staff_actor(StaffRole.RISK_ANALYST)
    await desk.decline(review, staff, block=(ListKind.CARD,), block_everywhere=True)
    other = await desk.held()
    await desk.decline(other, staff, block=(ListKind.EMAIL,))
    assert {(entry.merchant_id, entry.list_name) for entry in desk.tables.fraud.entries.values()} == {
        (PLATFORM, "blocked_cards"),
        (desk.desk.merchant.id, "blocked_emails"),
    }


@pytest.mark.parametrize("expires_at", [None, after(60)])
async def test_what_is_listed_already_never_ends_sooner(desk: ReviewDesk, expires_at: datetime | None) -> None:
    key = (desk.desk.merchant.id, "blocked_cards", "fp_1")
    listed = an_entry("fp_1", merchant_id=key[0], list_name=key[1], expires_at=expires_at)
    desk.tables.fraud.entries[key] = listed
    review = await desk.held()
    await desk.decline(review, block=(ListKind.CARD,))
    entry = desk.tables.fraud.entries[key]
    assert (entry.id, entry.expires_at, entry.review_id) == (listed.id, None, review.id)


async def test_a_list_that_is_full(desk: ReviewDesk) -> None:
    merchant_id = desk.desk.merchant.id
    for number in range(MOST_ENTRIES):
        desk.tables.fraud.entries[merchant_id, "blocked_cards", str(number)] = an_entry(merchant_id=merchant_id)
    review = await desk.claim(await desk.held())
    with pytest.raises(Invalid, match="at most 100000 entries, and blocked_cards is full") as error:
        await desk.decline(review, idempotency_key="one", block=(ListKind.CARD, ListKind.EMAIL))
    assert error.value.path == ("block",)
    decided, payment = await desk.now(review)
    assert (decided.status, payment.void_pending) == (ReviewStatus.ASSIGNED, False)
    assert len(desk.tables.fraud.entries) == MOST_ENTRIES
    # What is on it already needs no room, and the key is free.
    entries = desk.tables.fraud.entries
    entries[merchant_id, "blocked_cards", "fp_1"] = entries.pop((merchant_id, "blocked_cards", "0"))
    result = await desk.decline(review, idempotency_key="one", block=(ListKind.CARD,))
    assert (result.replayed, result.payment.status) == (False, PaymentStatus.VOIDED)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"block": (ListKind.CARD, ListKind.COUNTRY)}, ("block", "1")),
        ({"block": (ListKind.CARD, ListKind.CUSTOMER)}, ("block", "1")),
        ({"reason": DeclineReason.NOT_DECIDED_IN_TIME}, ("reason",)),
        ({"reason": DeclineReason.PAYMENT_ENDED}, ("reason",)),
    ],
)
async def test_what_cannot_be_asked_for_leaves_everything_as_it_is(
    desk: ReviewDesk, values: dict[str, Any], path: tuple[str, ...]
) -> None:
    review = await desk.claim(await desk.held())
    with pytest.raises(Invalid) as error:
        await desk.decline(review, **values)
    assert error.value.path == path
    decided, payment = await desk.now(review)
    assert (decided.status, payment.void_pending) == (ReviewStatus.ASSIGNED, False)
    assert desk.tables.fraud.entries == {}


async def test_a_refused_void_leaves_the_payment_held_for_the_job_to_try_again(desk: ReviewDesk) -> None:
    review = await desk.claim(await desk.held())
    desk.gateway.next(an_outcome(OutcomeKind.FAILED, response_code="again"))
    result = await desk.decline(review)
    assert (result.review.status, result.payment.status) == (ReviewStatus.DECLINED, PaymentStatus.IN_REVIEW)
    assert not result.payment.void_pending


@pytest.mark.parametrize("point", ["review.decline.intent.before_commit", "review.decline.intent.committed"])
async def test_whoever_dies_around_the_intent_leaves_all_or_nothing(desk: ReviewDesk, point: str) -> None:
    review = await desk.claim(await desk.held())
    desk.units.die_at(point)
    with pytest.raises(Crash):
        await desk.decline(review, idempotency_key="one", block=(ListKind.CARD,))
    committed = point.endswith("committed")
    assert len(desk.tables.fraud.entries) == committed
    await desk.resolve(after_seconds=60)
    again = await desk.decline(review, idempotency_key="one", block=(ListKind.CARD,))
    assert (again.replayed, again.payment.status) == (committed, PaymentStatus.VOIDED)
    assert len(desk.tables.fraud.entries) == 1
    assert desk.gateway.moved(VOID) == 10000
    assert_agreement(desk.tables, desk.gateway)


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.ANSWER_LOST])
async def test_whatever_happens_to_the_call_the_money_is_given_back_once(desk: ReviewDesk, fault: Fault) -> None:
    review = await desk.claim(await desk.held())
    desk.gateway.next(fault)
    if fault is Fault.ANSWER_LOST:
        await desk.decline(review)
    else:
        with pytest.raises(Crash):
            await desk.decline(review)
    await desk.resolve(after_seconds=60)
    assert (await desk.now(review))[1].status is PaymentStatus.VOIDED
    assert desk.gateway.moved(VOID) == 10000
    assert_agreement(desk.tables, desk.gateway)
