"""Many at once on real PostgreSQL: each review is taken once and decided once, and no deadlock surfaces."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.verification.books import open_books
from domain.fraud.deciding import ReviewDecision, ReviewResult
from domain.fraud.errors import NothingToReview
from domain.fraud.list_kind import ListKind
from domain.fraud.release_review import ReleaseReview, release_review
from domain.fraud.reopen_review import ReopenReview, reopen_review
from domain.fraud.review import DeclineReason, ReviewStatus
from domain.kernel.errors import DomainError
from domain.payments.expire_payments import ExpirePayments, expire_payments
from domain.payments.operation import OperationType
from domain.payments.payment import PaymentStatus
from tests.builders.fraud_reviews import a_held_payment
from tests.builders.identity import an_actor
from tests.builders.money import eur
from tests.fakes.clock import PatientClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.gateway import Fault, StandInGateway
from tests.fakes.review_desk import ReviewDesk

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from uuid import UUID

    import asyncpg

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.review import FraudReview
    from domain.merchants.merchant import Merchant

    Owner = asyncpg.Connection

CAPTURE, VOID = OperationType.CAPTURE, OperationType.VOID
REFUSALS = {"INVALID_STATE", "NOTHING_TO_REVIEW", "IDEMPOTENCY_IN_PROGRESS"}
_OPEN = """
INSERT INTO fraud_reviews (merchant_id, id, payment_id, status, currency, currency_exponent, amount_minor, score,
    rule_ids, warn_at, escalate_at, due_at, warned, opened_at, updated_at, version)
SELECT merchant_id, gen_random_uuid(), id, 'OPEN', currency, 2, amount_minor, 0, '{}',
    at + due / 2, at + due, at + due, false, at, at, 0
FROM payments, make_interval(hours => (1 + amount_minor % 7)::integer) AS due, (SELECT $1::timestamptz AS at) AS now
"""


@pytest.fixture
def desk(units: PostgresUnits, merchant: Merchant) -> ReviewDesk:
    """At a gateway that takes its time."""
    clock = PatientClock()
    return ReviewDesk(Desk(units, merchant, StandInGateway(clock, slowest_milliseconds=3), clock))


async def attempt(asked: Awaitable[object], unexpected: list[BaseException]) -> object:
    """What came of it; a refusal is an answer, a database that gave up on us is not."""
    try:
        return await asked
    except DomainError as error:
        if error.code not in REFUSALS:
            unexpected.append(error)
        return None


async def assert_agreement(desk: ReviewDesk, database: Database, owner: Owner) -> None:
    """Nothing is open or broken, and each payment's money went one way."""
    async with open_books(database) as books:
        assert await books.violations() == []
    assert await owner.fetchval("SELECT count(*) FROM operations WHERE status IN ('PENDING', 'UNKNOWN')") == 0
    moved: Counter[str] = Counter(e.reference for e in desk.gateway.effects if e.type in {CAPTURE, VOID})
    assert set(moved.values()) <= {1}
    statuses = await owner.fetch(
        "SELECT r.status, p.status AS payment FROM fraud_reviews AS r JOIN payments AS p ON p.id = r.payment_id"
    )
    ends = {tuple(row) for row in statuses}
    assert ends <= {("APPROVED", "CAPTURED"), ("DECLINED", "VOIDED"), ("DECLINED", "EXPIRED")}, ends


async def settle(desk: ReviewDesk) -> None:
    """Whatever jobs still have to do."""
    for _ in range(6):
        await desk.resolve(after_seconds=7200)
        await desk.watch()


async def many(desk: ReviewDesk, owner: Owner, count: int) -> None:
    """So many open reviews, of different amounts and due times."""
    async with desk.ports.units.begin(JOBS, "test") as unit:
        for number in range(count):
            amount = eur(10 + number)
            await unit.payments.add(a_held_payment(merchant_id=desk.desk.merchant.id, amount=amount, authorized=amount))
        await unit.commit()
    await owner.execute(_OPEN, desk.clock.now())


async def test_eight_workers_of_two_analysts_take_each_review_once(desk: ReviewDesk, owner: Owner) -> None:
    await many(desk, owner, 200)
    urgency = [
        row["id"] for row in await owner.fetch("SELECT id FROM fraud_reviews ORDER BY due_at, amount_scaled DESC")
    ]
    taken: list[tuple[UUID, UUID | None]] = []

    async def worker(number: int) -> None:
        actor = (desk.actor, desk.colleague)[number % 2]
        while True:
            try:
                review = await desk.claim_next(actor)
            except NothingToReview:
                return
            taken.append((review.id, review.assignee_id))

    await asyncio.gather(*(worker(number) for number in range(8)))
    assert len(taken) == 200
    assert {review_id for review_id, _ in taken} == set(urgency)
    assert {person for _, person in taken} == {desk.actor.id, desk.colleague.id}
    rows = await owner.fetch("SELECT id, assignee_id, status, version FROM fraud_reviews")
    assert {(row["id"], row["assignee_id"]) for row in rows} == set(taken)
    assert {(row["status"], row["version"]) for row in rows} == {("ASSIGNED", 1)}
    # Nobody is given one much too early: at most as many go before as there are others at it.
    places = {review_id: place for place, review_id in enumerate(urgency)}
    assert all(abs(places[review_id] - place) < 32 for place, (review_id, _) in enumerate(taken))


async def test_alone_one_takes_them_in_their_order(desk: ReviewDesk, owner: Owner) -> None:
    await many(desk, owner, 30)
    urgency = [
        row["id"] for row in await owner.fetch("SELECT id FROM fraud_reviews ORDER BY due_at, amount_scaled DESC")
    ]
    assert [(await desk.claim_next()).id for _ in range(30)] == urgency


async def test_approved_declined_voided_and_watched_at_once(desk: ReviewDesk, database: Database, owner: Owner) -> None:
    """One effect each, whoever comes first; nobody is told of a deadlock."""
    unexpected: list[BaseException] = []
    for _ in range(12):
        review = await desk.held(automatic=True)
        _, payment = await desk.now(review)
        await owner.execute(
            "UPDATE fraud_reviews SET due_at = $2, escalate_at = $2, warn_at = $2 WHERE id = $1",
            review.id,
            desk.clock.now(),
        )
        asked = [
            desk.approve(review),
            desk.decline(review, desk.colleague, block=(ListKind.CARD, ListKind.EMAIL)),
            desk.watch(),
            desk.watch(),
            desk.desk.void(payment),
            desk.decide(review, decision=ReviewDecision.APPROVE),
        ]
        random.shuffle(asked)
        results = await asyncio.gather(*(attempt(one, unexpected) for one in asked))
        decided = [result for result in results if isinstance(result, ReviewResult)]
        assert len(decided) <= 1
    assert unexpected == []
    await settle(desk)
    await assert_agreement(desk, database, owner)


async def test_the_same_decision_a_hundred_times_is_one(desk: ReviewDesk, database: Database, owner: Owner) -> None:
    review = await desk.held(automatic=True)
    results = await asyncio.gather(*(desk.approve(review, idempotency_key="one") for _ in range(100)))
    assert sum(not result.replayed for result in results) == 1
    assert {result.payment.status for result in results} == {PaymentStatus.CAPTURED}
    assert desk.gateway.moved(CAPTURE) == 10000
    await assert_agreement(desk, database, owner)


async def test_bulk_decisions_that_overlap(desk: ReviewDesk, database: Database, owner: Owner) -> None:
    reviews = [await desk.held(automatic=True) for _ in range(20)]
    decline: dict[str, Any] = {
        "decision": ReviewDecision.DECLINE,
        "reason": DeclineReason.OTHER,
        "block": (ListKind.IP, ListKind.CARD),
    }
    both = await asyncio.gather(
        desk.decide(*reviews[:15], decision=ReviewDecision.APPROVE),
        desk.decide(*reversed(reviews[5:]), actor=desk.colleague, **decline),
    )
    rows = [row for answer in both for row in answer]
    assert sum(row.result is not None for row in rows) == 20
    assert {row.error.code for row in rows if row.error} <= {"INVALID_STATE"}
    assert len({row.review_id for row in rows if row.result}) == 20
    await assert_agreement(desk, database, owner)


async def test_everybody_does_everything_at_once(desk: ReviewDesk, database: Database, owner: Owner) -> None:
    """Claims, releases, decisions, reopening, the merchant's voids and the clocks, over a few reviews."""
    reviews = [await desk.held(automatic=True) for _ in range(6)]
    people = [desk.actor, desk.colleague, an_actor(desk.desk.merchant)]
    unexpected: list[BaseException] = []

    async def void(review: FraudReview) -> None:
        await desk.desk.void((await desk.now(review))[1])

    def anything(review: FraudReview) -> Awaitable[object]:
        person = random.choice(people)
        reopen = ReopenReview(review_id=review.id, reason="Again.")
        asked = [
            lambda: desk.claim(review, person),
            lambda: desk.claim_next(person),
            lambda: release_review(desk.ports, person, ReleaseReview(review_id=review.id)),
            lambda: desk.approve(review, person),
            lambda: desk.decline(review, person, block=(ListKind.CARD, ListKind.IP, ListKind.EMAIL)),
            lambda: reopen_review(desk.ports, person, reopen),
            lambda: void(review),
            desk.watch,
            desk.resolve,
        ]
        return random.choices(asked, weights=[4, 3, 2, 1, 1, 3, 1, 3, 2])[0]()

    async def worker() -> None:
        for _ in range(12):
            if random.random() < 0.3:
                desk.gateway.next(random.choice([Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.NOT_SENT]))
            await attempt(anything(random.choice(reviews)), unexpected)

    await asyncio.gather(*(worker() for _ in range(16)))
    desk.gateway._script.clear()
    desk.clock.at = max(review.due_at for review in reviews)
    await settle(desk)
    assert unexpected == []
    async with open_books(database) as books:
        assert await books.violations() == []
    rows = await owner.fetch(
        "SELECT version, (SELECT count(*) FROM events WHERE subject_id = r.id) AS told FROM fraud_reviews AS r"
    )
    assert all(row["version"] == row["told"] for row in rows)


async def test_the_authorization_lapses_while_somebody_works_on_it(
    desk: ReviewDesk, database: Database, owner: Owner
) -> None:
    reviews = [await desk.claim(await desk.held(automatic=True)) for _ in range(6)]
    _, payment = await desk.now(reviews[0])
    assert payment.authorization_expires_at is not None
    desk.clock.at = payment.authorization_expires_at
    unexpected: list[BaseException] = []
    await asyncio.gather(
        *(attempt(desk.approve(review), unexpected) for review in reviews[:3]),
        expire_payments(desk.desk.ports, JOBS, ExpirePayments()),
        desk.watch(),
        desk.watch(),
    )
    await settle(desk)
    assert unexpected == []
    rows = [await desk.now(review) for review in reviews]
    assert all(review.status in {ReviewStatus.APPROVED, ReviewStatus.DECLINED} for review, _ in rows)
    await assert_agreement(desk, database, owner)
