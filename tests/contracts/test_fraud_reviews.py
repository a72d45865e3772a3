"""`FraudReviews` and `ReviewQueue`: the same in memory and in PostgreSQL, and whole lives that tell the same story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud import reviewing
from domain.fraud.filter import ClaimFilter
from domain.fraud.list_kind import ListKind
from domain.fraud.reopen_review import ReopenReview, reopen_review
from domain.fraud.review import DeclineReason, FraudReview, ReviewOutcome, ReviewStatus
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.kernel.unit import Contention
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import PaymentStatus
from tests.builders.fraud_reviews import DUE_AT, ESCALATE_AT, WARN_AT, a_held_payment, a_review, a_review_note
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy
from tests.builders.payments import an_operation, an_outcome
from tests.contracts.house import SYSTEM, House, names, settle
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.gateway import StandInGateway
from tests.fakes.review_desk import ReviewDesk

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from domain.merchants.merchant import Merchant

S = ReviewStatus
ALL = ClaimFilter()
LATER = after(3600)


async def add(house: House, merchant: Merchant, status: ReviewStatus = S.OPEN, **values: Any) -> FraudReview:
    """A review with its payment, which has what `payment` says."""
    more = values.pop("payment", {})
    payment = a_held_payment(merchant_id=merchant.id, **more)
    if status is S.ASSIGNED:
        values.setdefault("assignee_id", new_uuid(MORNING))
    review = replace(a_review(status, payment, **{"amount_minor": 10000, **values}), version=0)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payments.add(payment)
        added = await unit.fraud_reviews.add(reviewing.open_(review))
        await unit.commit()
    return added


async def test_a_review_comes_back_as_it_was_saved(house: House, merchant: Merchant) -> None:
    rules = (new_uuid(MORNING), new_uuid(MORNING))
    added = await add(house, merchant, rule_ids=rules, score=80, risk_score=91)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.fraud_reviews.get(added.id) == added
        assert await unit.fraud_reviews.for_update(added.id) == added
        assert await unit.fraud_reviews.of_payment(merchant.id, added.payment_id) == added
        assert await unit.fraud_reviews.of_payment(merchant.id, new_uuid(MORNING)) is None
        assert (added.rule_ids, added.events, added.version) == (rules, (), 1)
    manager = an_actor(merchant)
    payment = a_held_payment(merchant_id=merchant.id)
    outcome = ReviewOutcome.CONFIRMED_FRAUD
    changed = added
    changes: list[Callable[[FraudReview], FraudReview]] = [
        lambda review: reviewing.snooze(review, manager, LATER, MORNING),
        lambda review: reviewing.claim(review, manager, MORNING),
        lambda review: reviewing.escalate(review, manager, "Look.", MORNING),
        lambda review: reviewing.warn(review, MORNING),
        lambda review: reviewing.decline(review, payment, manager, DeclineReason.OTHER, outcome, MORNING),
    ]
    async with house.units.begin(SYSTEM, "contract") as unit:
        for change in changes:
            changed = await unit.fraud_reviews.save(change(changed))
            assert await unit.fraud_reviews.get(added.id) == changed
        assert await unit.fraud_reviews.save(changed) is changed
        await unit.commit()
    assert (changed.version, changed.status, changed.decided_by_id) == (6, S.DECLINED, manager.id)
    told = names(await house.events(added.id))
    assert told == [
        f"fraud_review.{name}" for name in ("opened", "snoozed", "assigned", "escalated", "sla_warning", "closed")
    ]


async def test_a_payment_has_one_review_and_a_version_one_successor(house: House, merchant: Merchant) -> None:
    added = await add(house, merchant)
    again = reviewing.open_(a_review(merchant_id=merchant.id, payment_id=added.payment_id, version=0))
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(Contention, match="opened at the same time"):
            await unit.fraud_reviews.add(again)
    manager = an_actor(merchant)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.fraud_reviews.save(reviewing.claim(added, manager, MORNING))
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(Contention, match="changed at the same time"):
            await unit.fraud_reviews.save(reviewing.warn(added, MORNING))


async def test_nothing_is_seen_or_written_of_another_merchant(house: House, merchant: Merchant) -> None:
    added = await add(house, merchant)
    other = a_merchant()
    await settle(house, other)
    async with house.units.begin(an_actor(other), "contract") as unit:
        for read in (unit.fraud_reviews.get, unit.fraud_reviews.for_update):
            with pytest.raises(NotFound, match="The fraud review was not found"):
                await read(added.id)
        assert await unit.fraud_reviews.of_payment(merchant.id, added.payment_id) is None
        assert await unit.fraud_reviews.next_waiting(ALL, LATER) is None
        assert await unit.review_queue.due(DUE_AT, 10) == []
    async with house.units.begin(an_actor(other), "contract") as unit:
        with pytest.raises(house.fenced):
            await unit.fraud_reviews.note(a_review_note(added))


async def test_the_most_urgent_first(house: House, merchant: Merchant) -> None:
    soon: dict[str, Any] = {"warn_at": MORNING, "escalate_at": MORNING, "due_at": after(9000)}
    expected = [
        await add(house, merchant, S.ESCALATED, due_at=DUE_AT + timedelta(days=1)),
        await add(house, merchant, **soon),
        # 50,000 yen are more than 300 euros, as figures go.
        await add(house, merchant, currency=jpy(1).currency, amount_minor=50000),
        await add(house, merchant, amount_minor=30000),
        await add(house, merchant, amount_minor=29999, snoozed_until=LATER),
    ]
    for status in (S.ASSIGNED, S.APPROVED, S.DECLINED):
        await add(house, merchant, status, **soon)
    manager, taken = an_actor(merchant), list[FraudReview]()
    for at in (LATER,) * 6:
        async with house.units.begin(SYSTEM, "contract") as unit:
            found = await unit.fraud_reviews.next_waiting(ALL, at)
            if found is not None:
                taken.append(found)
                await unit.fraud_reviews.save(reviewing.claim(found, manager, at))
                await unit.commit()
    assert taken == expected


async def test_only_what_is_wanted_and_awake(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    euros = await add(house, merchant, snoozed_until=LATER)
    yen = await add(house, other, currency=jpy(1).currency)
    async with house.units.begin(SYSTEM, "contract") as unit:
        reviews = unit.fraud_reviews
        both = (merchant.id, other.id)
        assert await reviews.next_waiting(ClaimFilter(merchant_ids=(merchant.id,)), MORNING) is None
        assert await reviews.next_waiting(ClaimFilter(merchant_ids=(merchant.id,)), LATER) == euros
        assert await reviews.next_waiting(ClaimFilter(merchant_ids=both, currency=("JPY", "USD")), LATER) == yen
        assert await reviews.next_waiting(ClaimFilter(merchant_ids=both, currency=("USD",)), LATER) is None
        assert await reviews.next_waiting(ClaimFilter(merchant_ids=()), LATER) is None


async def test_what_somebody_is_taking_is_passed_over(house: House, merchant: Merchant) -> None:
    first = await add(house, merchant, amount_minor=10000)
    second = await add(house, merchant, amount_minor=9999)
    async with house.units.begin(SYSTEM, "contract") as unit, house.units.begin(SYSTEM, "contract") as other:
        assert await unit.fraud_reviews.next_waiting(ALL, LATER) == first
        assert await other.fraud_reviews.next_waiting(ALL, LATER) == second
        async with house.units.begin(SYSTEM, "contract") as third:
            assert await third.fraud_reviews.next_waiting(ALL, LATER) is None


async def test_what_is_due_until_it_was_said(house: House, merchant: Merchant) -> None:
    async def due(at: Any, limit: int = 10) -> list[UUID]:
        async with house.units.begin(SYSTEM, "contract") as unit:
            return await unit.review_queue.due(at, limit)

    second = timedelta(microseconds=1)
    fresh = await add(house, merchant)
    warned = await add(house, merchant, S.ASSIGNED, warned=True)
    told = await add(house, merchant, S.ESCALATED, warned=True, escalated_at=ESCALATE_AT)
    # Somebody escalated it long before, and the clock still has a word to say.
    early = await add(house, merchant, S.ESCALATED, warned=True, escalated_at=MORNING)
    await add(house, merchant, S.APPROVED)
    await add(house, merchant, payment={"void_pending": True})
    assert await due(WARN_AT - second) == []
    assert await due(WARN_AT) == await due(ESCALATE_AT - second) == [fresh.id]
    assert await due(ESCALATE_AT) == await due(DUE_AT - second) == sorted([fresh.id, warned.id, early.id])
    assert await due(DUE_AT) == sorted([fresh.id, warned.id, told.id, early.id])
    assert await due(DUE_AT, 2) == sorted([fresh.id, warned.id, told.id, early.id])[:2]


async def test_what_has_ended(house: House, merchant: Merchant) -> None:
    voided = {"status": PaymentStatus.VOIDED}
    await add(house, merchant)
    await add(house, merchant, S.DECLINED, payment=voided)
    ended = [await add(house, merchant, status, payment=voided) for status in (S.OPEN, S.ASSIGNED, S.ESCALATED)]
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.review_queue.ended(10) == sorted(review.id for review in ended)
        assert await unit.review_queue.ended(1) == sorted(review.id for review in ended)[:1]


async def test_which_void_is_to_be_tried_again(house: House, merchant: Merchant) -> None:
    await add(house, merchant, S.OPEN)
    await add(house, merchant, S.DECLINED, payment={"void_pending": True})
    await add(house, merchant, S.DECLINED, payment={"status": PaymentStatus.VOIDED})
    failed = await add(house, merchant, S.DECLINED)

    async def unvoided(at: Any) -> list[UUID]:
        async with house.units.begin(SYSTEM, "contract") as unit:
            return await unit.review_queue.unvoided(at, 10)

    assert await unvoided(MORNING) == [failed.id]
    for times, pause in enumerate((1, 2, 4, 8, 16, 32, 60, 60), 1):
        async with house.units.begin(SYSTEM, "contract") as unit:
            payment = await unit.payments.get(failed.payment_id)
            at = after(times)
            await unit.operations.add(
                an_operation(payment, type=OperationType.VOID, status=OperationStatus.FAILED, completed_at=at)
            )
            await unit.commit()
        assert await unvoided(at + timedelta(minutes=pause, microseconds=-1)) == []
        assert await unvoided(at + timedelta(minutes=pause)) == [failed.id]


@pytest.fixture
def desk(house: House, merchant: Merchant) -> ReviewDesk:
    clock = SettableClock()
    return ReviewDesk(Desk(house.units, merchant, StandInGateway(clock), clock))


async def test_a_whole_life(house: House, desk: ReviewDesk) -> None:
    review = await desk.claim(await desk.held())
    await desk.approve(review)
    reopen = ReopenReview(review_id=review.id, reason="The bank called.")
    await reopen_review(desk.ports, desk.actor, reopen)
    claimed = await desk.claim_next()
    assert claimed.id == review.id
    desk.gateway.next(an_outcome(OutcomeKind.FAILED, response_code="no"))
    first = await desk.decline(claimed, block=(ListKind.CARD,), idempotency_key="one")
    again = await desk.decline(claimed, block=(ListKind.CARD,), idempotency_key="one")
    assert (first.payment.status, again.replayed) == (PaymentStatus.IN_REVIEW, True)
    assert await desk.watch() == 0
    assert await desk.watch(after_seconds=60) == 1
    decided, payment = await desk.now(review)
    assert (decided.status, payment.status) == (S.DECLINED, PaymentStatus.VOIDED)
    told = [name.removeprefix("fraud_review.") for name in names(await house.events(review.id))]
    assert told == ["opened", "assigned", "closed", "reopened", "assigned", "closed"]
    actions = [record.action for record in await house.records() if record.subject_id == review.id]
    assert actions == [
        "fraud.claim_review",
        "fraud.approve_review",
        "fraud.reopen_review",
        "fraud.claim_review",
        "fraud.decline_review",
        "fraud.watch_review",
    ]


async def test_by_the_clock_alone(house: House, desk: ReviewDesk) -> None:
    review = await desk.held(automatic=True, amount=eur(50))
    for moment in (review.warn_at, review.escalate_at, review.due_at):
        desk.clock.at = moment
        assert (await desk.watch(), await desk.watch()) == (1, 0)
    decided, payment = await desk.now(review)
    assert (decided.decline_reason, payment.status) == (DeclineReason.NOT_DECIDED_IN_TIME, PaymentStatus.VOIDED)
    assert names(await house.events(review.id))[1:] == [
        "fraud_review.sla_warning",
        "fraud_review.escalated",
        "fraud_review.closed",
    ]
    assert [name for name in names(await house.events(payment.id)) if "void" in name] == [
        "payment.void_requested",
        "payment.voided",
    ]
