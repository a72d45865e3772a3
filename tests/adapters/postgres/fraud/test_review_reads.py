"""Lists of reviews in every order and by every filter, what hangs on them, and their numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.fraud.review_reads import ReviewReads
from domain.fraud import reviewing
from domain.fraud.add_review_note import AddReviewNote, add_review_note
from domain.fraud.filter import ReviewFilter, ReviewOrder, ReviewSla, sla_of
from domain.fraud.review import WAITING, ReviewOutcome, ReviewStatus
from domain.fraud.review_note import Audience
from domain.identity.actor import Realm, Scope
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.paging import PageRequest
from domain.kernel.span import Span
from tests.builders.fraud_reviews import DUE_AT, ESCALATE_AT, WARN_AT, a_held_payment, a_review
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import jpy
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.gateway import StandInGateway
from tests.fakes.review_desk import ReviewDesk

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.review import FraudReview
    from domain.fraud.review_note import ReviewNote
    from domain.merchants.merchant import Merchant

Order, S = ReviewOrder, ReviewStatus
ALL = Scope(None)
NOW = MORNING + timedelta(hours=1)
MIDDLE = DUE_AT - timedelta(days=4)
ADA, BEN = new_uuid(MORNING), new_uuid(MORNING)
RULES = [new_uuid(MORNING) for _ in range(3)]
KEYS: dict[ReviewOrder, Callable[[FraudReview], tuple[Any, ...]]] = {
    Order.DUE_AT_ASC: lambda one: (one.due_at, one.id),
    Order.OPENED_AT_DESC: lambda one: (one.opened_at, one.id),
    Order.OPENED_AT_ASC: lambda one: (one.opened_at, one.id),
    Order.AMOUNT_DESC: lambda one: (scaled(one), one.id),
    Order.AMOUNT_ASC: lambda one: (scaled(one), one.id),
}


def scaled(review: FraudReview) -> int:
    return review.amount_minor * 10 ** (4 - review.currency.exponent)


@pytest.fixture
def reads(database: Database) -> ReviewReads:
    return ReviewReads(database)


@pytest.fixture
async def other(units: PostgresUnits) -> Merchant:
    other = a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(other)
        await unit.commit()
    return other


@pytest.fixture
async def kept(units: PostgresUnits, merchant: Merchant, other: Merchant) -> list[FraudReview]:
    """Forty of all kinds, every fourth another merchant's; some are equal in everything but the id."""
    reviews: list[FraudReview] = []
    async with units.begin(JOBS, "test") as unit:
        for number in range(40):
            payment = a_held_payment(merchant_id=(other if number % 4 == 0 else merchant).id)
            status = list(S)[number % 5]
            opened = after(600 * (number % 7))
            shift = timedelta(days=number % 6 - 7)
            review = a_review(
                status,
                payment,
                amount_minor=100 * (1 + number % 9),
                currency=jpy(1).currency if number % 3 == 0 else payment.currency,
                opened_at=opened,
                updated_at=opened,
                warn_at=WARN_AT + shift,
                escalate_at=ESCALATE_AT + shift,
                due_at=DUE_AT + shift,
                warned=number % 8 == 0,
                rule_ids=tuple(RULES[: number % 3]),
                outcome=ReviewOutcome.LEGITIMATE if number % 10 == 3 else None,
                version=0,
                **({"assignee_id": (ADA, BEN)[number % 2]} if status is S.ASSIGNED else {}),
                **(
                    {"snoozed_until": NOW + timedelta(minutes=number - 9)}
                    if status is S.OPEN and number % 6 > 2
                    else {}
                ),
            )
            await unit.payments.add(payment)
            reviews.append(await unit.fraud_reviews.add(reviewing.open_(review)))
        await unit.commit()
    return reviews


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("order", Order)
async def test_pages_are_the_list_in_its_order(
    reads: ReviewReads, kept: list[FraudReview], merchant: Merchant, order: ReviewOrder, *, backward: bool
) -> None:
    wanted = ReviewFilter(now=NOW)
    for scope in (ALL, Scope(frozenset({merchant.id}))):
        expected = sorted((one for one in kept if scope.covers(one.merchant_id)), key=KEYS[order])
        if order.endswith("DESC"):
            expected.reverse()
        found: list[FraudReview] = []
        cursor: str | None = None
        while True:
            page = await reads.reviews(scope, wanted, order, PageRequest(limit=7, cursor=cursor, backward=backward))
            found = page.rows + found if backward else found + page.rows
            assert (page.has_previous if not backward else page.has_next) == (cursor is not None)
            if not (page.has_previous if backward else page.has_next):
                break
            cursor = reads.review_cursor(page.rows[0 if backward else -1], order)
        assert found == expected


@pytest.mark.parametrize("order", Order)
async def test_a_cursor_of_another_list_is_none_of_this(reads: ReviewReads, order: ReviewOrder) -> None:
    strange = Order.AMOUNT_ASC if order is Order.DUE_AT_ASC else Order.DUE_AT_ASC
    for cursor in (reads.review_cursor(a_review(), strange), "nothing", ""):
        for backward in (False, True):
            request = PageRequest(cursor=cursor, backward=backward)
            with pytest.raises(Invalid, match="not a cursor of this list") as error:
                await reads.reviews(ALL, ReviewFilter(now=NOW), order, request)
            assert error.value.path == ("before" if backward else "after",)


FILTERS: list[tuple[dict[str, Any], Callable[[FraudReview], bool]]] = [
    ({"status": (S.OPEN, S.ESCALATED)}, lambda one: one.status in {S.OPEN, S.ESCALATED}),
    ({"status": (S.OPEN, S.DECLINED)}, lambda one: one.status in {S.OPEN, S.DECLINED}),
    ({"assignee_ids": (ADA,)}, lambda one: one.assignee_id == ADA),
    ({"assignee_ids": (ADA, BEN), "status": (S.ASSIGNED,)}, lambda one: one.status is S.ASSIGNED),
    ({"unassigned": True}, lambda one: one.status in {S.OPEN, S.ESCALATED}),
    ({"unassigned": False}, lambda one: one.status is S.ASSIGNED),
    ({"snoozed": True}, lambda one: one.snoozed_until is not None and one.snoozed_until > NOW),
    ({"snoozed": False}, lambda one: one.snoozed_until is None or one.snoozed_until <= NOW),
    ({"outcome": (ReviewOutcome.LEGITIMATE,)}, lambda one: one.outcome is ReviewOutcome.LEGITIMATE),
    ({"rule_ids": (RULES[1], RULES[2])}, lambda one: RULES[1] in one.rule_ids),
    ({"currency": ("JPY",)}, lambda one: one.currency.code == "JPY"),
    # Of 3 to 5 euros or yen.
    ({"amount": Span(gte=30000, lte=50000)}, lambda one: 30000 <= scaled(one) <= 50000),
    ({"amount": Span(gt=30000, lt=60000)}, lambda one: 30000 < scaled(one) < 60000),
    ({"due_at": Span(lt=MIDDLE)}, lambda one: one.due_at < MIDDLE),
    ({"opened_at": Span(gte=after(1800))}, lambda one: one.opened_at >= after(1800)),
    *[({"sla": (sla,)}, lambda one, sla=sla: sla_of(one, NOW) is sla) for sla in ReviewSla],
    (
        {"sla": (ReviewSla.WARNED, ReviewSla.OVERDUE), "currency": ("EUR",), "unassigned": True},
        lambda one: (
            sla_of(one, NOW) in {ReviewSla.WARNED, ReviewSla.OVERDUE}
            and one.currency.code == "EUR"
            and one.status is not S.ASSIGNED
        ),
    ),
]


@pytest.mark.parametrize(("values", "holds"), FILTERS)
async def test_filters_find_just_what_they_say(
    reads: ReviewReads, kept: list[FraudReview], values: dict[str, Any], holds: Callable[[FraudReview], bool]
) -> None:
    expected = {one.id for one in kept if holds(one)}
    wanted = ReviewFilter(now=NOW, **values)
    for order in Order:
        page = await reads.reviews(ALL, wanted, order, PageRequest(limit=100))
        assert {one.id for one in page.rows} == expected
    counts = await reads.tally(ALL, wanted)
    assert sum(count for *_, count, _ in counts) == len(expected)


async def test_the_fixture_has_every_stage(kept: list[FraudReview]) -> None:
    """Otherwise what was tested above would hold of nothing."""
    assert {sla_of(one, NOW) for one in kept} == {*ReviewSla, None}
    for values, holds in FILTERS:
        assert 0 < sum(map(holds, kept)) < len(kept), values


async def test_a_filter_by_merchant_narrows_and_never_widens(
    reads: ReviewReads, kept: list[FraudReview], merchant: Merchant, other: Merchant
) -> None:
    wanted = ReviewFilter(now=NOW, merchant_ids=(other.id,))
    page = await reads.reviews(ALL, wanted, Order.DUE_AT_ASC, PageRequest(limit=100))
    assert {one.id for one in page.rows} == {one.id for one in kept if one.merchant_id == other.id}
    own = Scope(frozenset({merchant.id}))
    assert (await reads.reviews(own, wanted, Order.DUE_AT_ASC, PageRequest())).rows == []
    assert await reads.tally(own, wanted) == []


async def test_the_tally_says_how_many_and_how_much(reads: ReviewReads, kept: list[FraudReview]) -> None:
    expected: dict[tuple[str, str, str], list[int]] = {}
    for one in kept:
        sums = expected.setdefault((one.status.value, sla_of(one, NOW) or "", one.currency.code), [0, 0])
        sums[0] += 1
        sums[1] += one.amount_minor
    found = await reads.tally(ALL, ReviewFilter(now=NOW))
    assert {row[:3]: [*row[3:]] for row in found} == expected
    assert all((row[1] == "") == (ReviewStatus(row[0]) not in WAITING) for row in found)


async def test_by_id_and_by_payment_within_the_scope(
    reads: ReviewReads, kept: list[FraudReview], merchant: Merchant
) -> None:
    own, ids = Scope(frozenset({merchant.id})), [one.id for one in kept]
    mine = {one.id: one for one in kept if one.merchant_id == merchant.id}
    assert await reads.reviews_by_id(ALL, ids) == {one.id: one for one in kept}
    assert await reads.reviews_by_id(own, ids) == mine
    payments = [a_held_payment(id=one.payment_id, merchant_id=one.merchant_id) for one in kept]
    assert await reads.reviews_of(own, payments) == {one.payment_id: one for one in mine.values()}
    # Another merchant's payment of the same id is another payment.
    assert await reads.reviews_of(ALL, [replace(payments[0], merchant_id=merchant.id)]) == {}


async def test_notes_and_stories_of_many_at_once(reads: ReviewReads, units: PostgresUnits, merchant: Merchant) -> None:
    clock = SettableClock()
    desk = ReviewDesk(Desk(units, merchant, StandInGateway(clock), clock))
    reviews = [await desk.held() for _ in range(3)]
    notes = []
    for text in ("First.", "Second."):
        desk.clock.pass_by(1)
        notes.append(await add_review_note(desk.ports, desk.actor, AddReviewNote(review_id=reviews[1].id, text=text)))
    await desk.claim(reviews[1])
    await desk.approve(reviews[1])
    assert await reads.notes_of(ALL, reviews, Realm.STAFF) == [[], notes, []]
    ids = [note.id for note in notes]
    assert await reads.review_notes_by_id(ALL, ids, Realm.MERCHANT) == {note.id: note for note in notes}
    first, second, _ = await reads.stories(ALL, reviews, PageRequest(limit=2))
    assert [line.type.value for line in first.rows] == ["fraud_review.opened"]
    assert ([line.sequence for line in second.rows], second.has_next, second.has_previous) == ([1, 2], True, False)
    (rest,) = await reads.stories(ALL, [reviews[1]], PageRequest(limit=2, cursor="2"))
    assert ([line.sequence for line in rest.rows], rest.has_next, rest.has_previous) == ([3], False, True)
    (closed,) = rest.rows
    assert (closed.review_id, closed.actor_name, closed.data["status"]) == (reviews[1].id, desk.actor.name, "APPROVED")
    lines = {line.id: line for line in [*second.rows, *rest.rows]}
    assert await reads.story_lines(ALL, lines) == lines
    nobodys = Scope(frozenset({new_uuid(MORNING)}))
    assert await reads.notes_of(nobodys, reviews, Realm.STAFF) == [[], [], []]
    assert [page.rows for page in await reads.stories(nobodys, reviews, PageRequest())] == [[], [], []]
    assert await reads.story_lines(nobodys, lines) == await reads.review_notes_by_id(nobodys, ids, Realm.STAFF) == {}


async def test_what_is_for_staff_alone_is_not_even_read(
    reads: ReviewReads, units: PostgresUnits, merchant: Merchant
) -> None:
    clock = SettableClock()
    desk = ReviewDesk(Desk(units, merchant, StandInGateway(clock), clock))
    review = await desk.held()
    notes: dict[Audience, ReviewNote] = {}
    for audience in Audience:
        desk.clock.pass_by(1)
        command = AddReviewNote(review_id=review.id, text=audience.value, audience=audience)
        notes[audience] = await add_review_note(desk.ports, JOBS, command)
    ids = [note.id for note in notes.values()]
    for scope in (ALL, Scope(frozenset({merchant.id}))):
        assert await reads.notes_of(scope, [review], Realm.STAFF) == [[notes[Audience.MERCHANT], notes[Audience.STAFF]]]
        assert await reads.notes_of(scope, [review], Realm.MERCHANT) == [[notes[Audience.MERCHANT]]]
        assert set(await reads.review_notes_by_id(scope, ids, Realm.STAFF)) == set(ids)
        assert set(await reads.review_notes_by_id(scope, ids, Realm.MERCHANT)) == {notes[Audience.MERCHANT].id}
    # No event tells of a note to whoever reads the story.
    (story,) = await reads.stories(ALL, [review], PageRequest())
    assert [line.type.value for line in story.rows] == ["fraud_review.opened"]


@pytest.mark.parametrize("cursor", ["", "0", "-1", "1.5", "x", "9" * 19, "²"])
async def test_a_story_goes_by_its_numbers(reads: ReviewReads, cursor: str) -> None:
    with pytest.raises(Invalid, match="not a cursor of this list"):
        await reads.stories(ALL, [a_review()], PageRequest(cursor=cursor))


async def test_events_of_other_things_are_no_lines_of_a_review(
    reads: ReviewReads, units: PostgresUnits, merchant: Merchant, owner: Any
) -> None:
    clock = SettableClock()
    await ReviewDesk(Desk(units, merchant, StandInGateway(clock), clock)).held()
    rows = await owner.fetch("SELECT id, subject_type FROM events")
    found = await reads.story_lines(ALL, [row["id"] for row in rows])
    assert set(found) == {row["id"] for row in rows if row["subject_type"] == "fraud_review"}
    assert 0 < len(found) < len(rows)


async def test_the_queue_is_read_in_the_order_of_an_index(owner: Any) -> None:
    await owner.execute("SET enable_seqscan = off")
    plan = await owner.fetch(
        "EXPLAIN SELECT * FROM fraud_reviews WHERE status IN ('OPEN', 'ESCALATED')"
        " ORDER BY status, due_at, amount_scaled DESC, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"
    )
    assert any("ix_fraud_reviews_claim" in row[0] for row in plan), plan
