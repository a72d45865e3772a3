"""The queue of reviews: every filter, every order, page by page, and its numbers."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.review import ReviewOutcome, ReviewStatus
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.fraud.cases import write_review
from tests.api.graph import CORE, SYSTEM
from tests.api.test_connections import walk
from tests.builders.fraud_reviews import a_held_payment
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy, kwd

if TYPE_CHECKING:
    from domain.fraud.review import FraudReview
    from tests.api.graph import Graph, Json

AMOUNTS = [eur("10.00"), jpy(10), kwd("10.000"), eur("9.99"), jpy(2000)]
ORDERS = list(CORE.type_map["FraudReviewOrder"].values)
REVIEWS = "query($f: FraudReviewFilter) { fraudReviews(filter: $f, first: 100) { nodes { id } } }"
STATS = """
query($f: FraudReviewFilter) { fraudReviewStats(filter: $f) {
  counts { status sla count amount { amount currency } } } }
"""


async def forget(graph: Graph) -> None:
    """No review was ever opened."""
    async with graph.database.transaction():
        await graph.database.execute("SET LOCAL session_replication_role = replica")
        await graph.database.execute("TRUNCATE fraud_reviews, fraud_review_notes")


async def write(graph: Graph, many: list[dict[str, Any]]) -> list[FraudReview]:
    """Reviews with these values, each of a payment of its own."""
    async with graph.assembly.fraud.units.begin(SYSTEM, "tests") as unit:
        written: list[FraudReview] = []
        for given in many:
            values = dict(given)
            amount, merchant = values.pop("amount", eur(100)), values.pop("merchant", graph.blue)
            payment = a_held_payment(amount=amount, authorized=amount, id=new_uuid(MORNING), merchant_id=merchant.id)
            await unit.payments.add(payment)
            written.append(await write_review(unit, payment, **values))
        await unit.commit()
    return written


def in_order(reviews: list[FraudReview], order: str) -> list[str]:
    """The ids in an order: ties are broken by the id, in the same direction."""
    field, direction = order.rsplit("_", 1)

    def key(review: FraudReview) -> Any:
        scaled = review.amount_minor * 10 ** (4 - review.currency.exponent)
        return {"DUE_AT": review.due_at, "OPENED_AT": review.opened_at, "AMOUNT": scaled}[field], review.id

    ordered = sorted(reviews, key=key, reverse=direction == "DESC")
    return [format_id(Prefix.REVIEW, review.id) for review in ordered]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("order", ORDERS)
async def test_every_order_both_ways(lasting_graph: Graph, order: str, *, backward: bool) -> None:
    await forget(lasting_graph)
    chance = random.Random(order)
    given = [
        {
            "amount": chance.choice(AMOUNTS),
            "due_at": MORNING + timedelta(days=8, seconds=chance.randrange(4)),
            "opened_at": after(chance.randrange(4)),
        }
        for _ in range(13)
    ]
    reviews = await write(lasting_graph, given)
    expected = in_order(reviews, order)
    for size in (1, 5, 13):
        options = f", orderBy: {order}"
        assert await walk(lasting_graph, "fraudReviews", size=size, backward=backward, options=options) == expected
    if order == "OPENED_AT_DESC":
        assert await walk(lasting_graph, "fraudReviews", size=5, backward=backward) == expected


@pytest.fixture(scope="module")
async def queue(lasting_graph: Graph) -> dict[str, str]:
    """Reviews of every kind, by what they are; the person who works on one of them, and a rule that sent another."""
    graph, now = lasting_graph, lasting_graph.assembly.clock.now()
    await forget(graph)
    clock = {f"{name}_at": now + timedelta(days=days) for name, days in (("warn", 1), ("escalate", 2), ("due", 3))}
    past, person, rule = now - timedelta(hours=1), new_uuid(MORNING), new_uuid(MORNING)
    kinds: dict[str, dict[str, Any]] = {
        "open": {},
        "assigned": {"assignee": person},
        "escalated": {"status": ReviewStatus.ESCALATED, "escalated_at": past},
        "snoozed": {"snoozed_until": now + timedelta(hours=5)},
        "awake": {"snoozed_until": past},
        "warned": {"warn_at": past, "due_at": now + timedelta(days=9)},
        "late": {"warn_at": past, "escalate_at": past, "due_at": past},
        "approved": {"status": ReviewStatus.APPROVED, "outcome": ReviewOutcome.FALSE_POSITIVE},
        "declined": {"status": ReviewStatus.DECLINED, "outcome": ReviewOutcome.CONFIRMED_FRAUD},
        "yen": {"amount": jpy(2000), "opened_at": after(60)},
        "ruled": {"rule_ids": (rule,)},
        "red": {"merchant": graph.red},
    }
    written = await write(graph, [{**clock, **given} for given in kinds.values()])
    found = {name: format_id(Prefix.REVIEW, review.id) for name, review in zip(kinds, written, strict=True)}
    return {**found, "person": format_id(Prefix.USER, person), "rule": format_id(Prefix.RULE, rule)}


WAITING = {"open", "assigned", "escalated", "snoozed", "awake", "warned", "late", "yen", "ruled"}
FILTERS: list[tuple[Json, set[str]]] = [
    ({}, {*WAITING, "approved", "declined"}),
    ({"status": ["ASSIGNED", "ESCALATED"]}, {"assigned", "escalated"}),
    ({"status": ["APPROVED", "DECLINED"]}, {"approved", "declined"}),
    ({"sla": ["WARNED"]}, {"warned"}),
    ({"sla": ["ESCALATED"]}, {"escalated"}),
    ({"sla": ["OVERDUE"]}, {"late"}),
    ({"sla": ["ON_TIME", "OVERDUE"]}, WAITING - {"warned", "escalated"}),
    ({"assigneeIds": ["$person"]}, {"assigned"}),
    ({"unassigned": True}, WAITING - {"assigned"}),
    ({"unassigned": False}, {"assigned"}),
    ({"snoozed": True}, {"snoozed"}),
    ({"snoozed": False, "unassigned": True}, WAITING - {"assigned", "snoozed"}),
    ({"outcome": ["FALSE_POSITIVE"]}, {"approved"}),
    ({"ruleIds": ["$rule"]}, {"ruled"}),
    ({"currency": ["JPY"]}, {"yen"}),
    ({"currency": ["EUR"], "outcome": ["CONFIRMED_FRAUD"]}, {"declined"}),
    ({"amount": {"gte": "2000"}}, {"yen"}),
    ({"amount": {"lt": "100.01", "gt": "99.99"}, "sla": ["WARNED"]}, {"warned"}),
    ({"openedAt": {"gt": after(30).isoformat()}}, {"yen"}),
    ({"status": []}, set()),
]


@pytest.mark.parametrize(("wanted", "expected"), FILTERS, ids=[str(wanted) for wanted, _ in FILTERS])
async def test_filters(lasting_graph: Graph, queue: dict[str, str], wanted: Json, expected: set[str]) -> None:
    given = {key: [queue[one[1:]] for one in value] if key.endswith("Ids") else value for key, value in wanted.items()}
    nodes = (await lasting_graph.run(REVIEWS, {"f": given}))["fraudReviews"]["nodes"]
    names = {id_: name for name, id_ in queue.items()}
    assert {names[node["id"]] for node in nodes} == expected
    # The numbers count the same.
    counts = (await lasting_graph.run(STATS, {"f": given}))["fraudReviewStats"]["counts"]
    assert sum(row["count"] for row in counts) == len(expected)


async def test_what_is_due(lasting_graph: Graph, queue: dict[str, str]) -> None:
    now = lasting_graph.assembly.clock.now()
    for given, expected in (
        ({"lt": now.isoformat()}, "late"),
        ({"gt": (now + timedelta(days=8)).isoformat()}, "warned"),
    ):
        nodes = (await lasting_graph.run(REVIEWS, {"f": {"dueAt": given}}))["fraudReviews"]["nodes"]
        assert [node["id"] for node in nodes] == [queue[expected]]


async def test_staff_narrow_to_merchants(lasting_graph: Graph, queue: dict[str, str]) -> None:
    red = [format_id(Prefix.MERCHANT, lasting_graph.red.id)]
    for actor, expected in ((lasting_graph.staff, [queue["red"]]), (lasting_graph.owner, [])):
        nodes = (await lasting_graph.run(REVIEWS, {"f": {"merchantIds": red}}, actor=actor))["fraudReviews"]["nodes"]
        assert [node["id"] for node in nodes] == expected
    whole = (await lasting_graph.run(REVIEWS, actor=lasting_graph.staff))["fraudReviews"]["nodes"]
    assert len(whole) == len(WAITING) + 3


async def test_the_numbers_by_status_time_and_currency(lasting_graph: Graph, queue: dict[str, str]) -> None:
    assert queue
    counts = (await lasting_graph.run(STATS, {"f": {"status": ["OPEN", "APPROVED"]}}))["fraudReviewStats"]["counts"]
    assert [(row["status"], row["sla"], row["count"], row["amount"]) for row in counts] == [
        ("OPEN", "ON_TIME", 4, {"amount": "400.00", "currency": "EUR"}),
        ("OPEN", "ON_TIME", 1, {"amount": "2000", "currency": "JPY"}),
        ("OPEN", "WARNED", 1, {"amount": "100.00", "currency": "EUR"}),
        ("OPEN", "OVERDUE", 1, {"amount": "100.00", "currency": "EUR"}),
        ("APPROVED", None, 1, {"amount": "100.00", "currency": "EUR"}),
    ]


async def test_cursors_of_another_order_are_refused(lasting_graph: Graph, queue: dict[str, str]) -> None:
    assert queue
    page = (await lasting_graph.run("{ fraudReviews(first: 1) { pageInfo { endCursor } } }"))["fraudReviews"]
    query = "query($a: String) { fraudReviews(after: $a, orderBy: AMOUNT_DESC) { nodes { id } } }"
    error = await lasting_graph.refused(query, {"a": page["pageInfo"]["endCursor"]})
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": ["after"]}
