"""Every list of disputes is what plain Python makes of the same disputes, whatever is asked of it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.category import DisputeCategory
from domain.disputes.network import Network
from domain.disputes.stage import ANSWERABLE, CLOSED, DisputeStage, DisputeStatus
from domain.disputes.stage_record import StageRecord
from domain.kernel.ids import Prefix, first_uuid, format_id, new_uuid
from tests.api.graph import CORE, SYSTEM
from tests.api.history import write
from tests.api.test_connections import walk
from tests.builders.files import a_dispute
from tests.builders.moments import after
from tests.builders.money import eur, jpy, kwd
from tests.builders.payments import a_payment

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.disputes.dispute import Dispute
    from tests.api.graph import Graph

# What several disputes share: moments, amounts across currencies, deadlines.
AMOUNTS = [eur("10.00"), jpy(10), kwd("10.000"), eur("9.99"), jpy(2000), kwd("0.001")]
BLUE, BLUE_TOO, RED = (first_uuid(after(second)) for second in range(3))
ADA, GRACE = (first_uuid(after(second)) for second in range(10, 12))
QUERY = "query($f: DisputeFilter) { disputes(filter: $f, first: 100) { nodes { id } } }"
MANY = 60


def disputes_of(graph: Graph, seed: int, many: int = MANY) -> list[Dispute]:
    chance = random.Random(seed)
    return [_dispute(graph, chance, number) for number in range(many)]


def _dispute(graph: Graph, chance: random.Random, number: int) -> Dispute:
    payment_id = chance.choice([BLUE, BLUE, BLUE_TOO, RED])
    status = chance.choice(
        [*DisputeStatus, *DisputeStatus, DisputeStatus.NEEDS_RESPONSE, DisputeStatus.EVIDENCE_STAGED]
    )
    stage = chance.choice(list(DisputeStage))
    moment, amount = after(chance.randrange(5)), chance.choice(AMOUNTS)
    respond_by = chance.choice([None, *map(after, range(1000, 1004))])
    closed_at = moment if status in CLOSED else None
    withdrawn = chance.choice([0, amount.minor])
    record = StageRecord(stage=stage, status=status, amount_minor=amount.minor, opened_at=moment, respond_by=respond_by)
    return a_dispute(
        id=new_uuid(moment),
        merchant_id=graph.red.id if payment_id == RED else graph.blue.id,
        payment_id=payment_id,
        case_reference=f"case-{number}",
        network=chance.choice(list(Network)),
        network_case_id=chance.choice([None, f"network-{number}"]),
        arn=chance.choice([None, f"ARN{number}"]),
        reason_code=chance.choice(["10.4", "13.1", "4837"]),
        category=chance.choice(list(DisputeCategory)),
        stage=stage,
        status=status,
        stages=(record,),
        currency=amount.currency,
        amount_minor=amount.minor,
        withdrawn_minor=withdrawn,
        double_loss_minor=chance.choice([0, withdrawn]),
        respond_by=respond_by,
        assignee_id=chance.choice([None, ADA, GRACE]),
        opened_at=after(chance.randrange(5)),
        closed_at=closed_at,
        created_at=moment,
    )


async def keep(graph: Graph, disputes: list[Dispute]) -> None:
    async with graph.disputes.units.begin(SYSTEM, "tests") as unit:
        for dispute in disputes:
            await unit.disputes.add(dispute)
        await unit.commit()


@pytest.fixture(scope="module")
async def book(lasting_graph: Graph) -> list[Dispute]:
    owners = {BLUE: lasting_graph.blue, BLUE_TOO: lasting_graph.blue, RED: lasting_graph.red}
    await write(lasting_graph, [a_payment(id=id_, merchant_id=owner.id) for id_, owner in owners.items()])
    disputes = disputes_of(lasting_graph, seed=1)
    await keep(lasting_graph, disputes)
    return disputes


def scaled(dispute: Dispute) -> int:
    return dispute.amount_minor * 10 ** (4 - dispute.currency.exponent)


def _by_deadline(dispute: Dispute) -> Any:
    if dispute.status not in ANSWERABLE:
        return 2, after(0), dispute.id
    return (1, after(0), dispute.id) if dispute.respond_by is None else (0, dispute.respond_by, dispute.id)


ORDERS: dict[str, tuple[Callable[[Dispute], Any], bool]] = {
    "CREATED_AT_DESC": (lambda one: one.id, True),
    "CREATED_AT_ASC": (lambda one: one.id, False),
    "RESPOND_BY_ASC": (_by_deadline, False),
    "AMOUNT_DESC": (lambda one: (scaled(one), one.id), True),
}


def ids_of(disputes: list[Dispute], order: str = "CREATED_AT_DESC") -> list[str]:
    key, reverse = ORDERS[order]
    return [format_id(Prefix.DISPUTE, one.id) for one in sorted(disputes, key=key, reverse=reverse)]


def test_every_order_is_here() -> None:
    assert set(ORDERS) == set(CORE.type_map["DisputeOrder"].values)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("order", ORDERS)
async def test_in_every_order_page_by_page(
    lasting_graph: Graph, book: list[Dispute], order: str, *, backward: bool
) -> None:
    for size in (1, 7, MANY, MANY + 1):
        found = await walk(lasting_graph, "disputes", size=size, backward=backward, options=f", orderBy: {order}")
        assert found == ids_of(book, order)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize(
    "wanted", ["status: [NEEDS_RESPONSE]", "status: [WON, LOST]", "status: [WON, EVIDENCE_STAGED]"]
)
async def test_by_deadline_with_a_status(
    lasting_graph: Graph, book: list[Dispute], wanted: str, *, backward: bool
) -> None:
    options = f", orderBy: RESPOND_BY_ASC, filter: {{ {wanted} }}"
    expected = ids_of([one for one in book if one.status.value in wanted], "RESPOND_BY_ASC")
    assert len(expected) > 4
    for size in (1, 3, MANY):
        assert await walk(lasting_graph, "disputes", size=size, backward=backward, options=options) == expected


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("order", ORDERS)
async def test_pages_stay_valid_while_disputes_come(graph: Graph, order: str, *, backward: bool) -> None:
    await write(graph, [a_payment(id=id_, merchant_id=graph.blue.id) for id_ in (BLUE, BLUE_TOO)])
    await write(graph, [a_payment(id=RED, merchant_id=graph.red.id)])
    disputes = disputes_of(graph, seed=2, many=20)
    await keep(graph, disputes)
    numbers = iter(range(1000, 2000))
    chance = random.Random(3)
    came: set[str] = set()

    async def between() -> None:
        new = [_dispute(graph, chance, next(numbers)) for _ in range(3)]
        await keep(graph, new)
        came.update(ids_of(new))

    options = f", orderBy: {order}"
    found = await walk(graph, "disputes", size=4, backward=backward, options=options, between=between)
    assert len(found) == len(set(found))
    assert [id_ for id_ in found if id_ not in came] == ids_of(disputes, order)


async def test_a_cursor_of_another_order_means_nothing(lasting_graph: Graph, book: list[Dispute]) -> None:
    assert book
    query = "query($o: DisputeOrder, $c: String) { disputes(first: 1, orderBy: $o, after: $c) { edges { cursor } } }"
    cursors = {
        order: (await lasting_graph.run(query, {"o": order}))["disputes"]["edges"][0]["cursor"] for order in ORDERS
    }
    for order in ("RESPOND_BY_ASC", "AMOUNT_DESC", "CREATED_AT_ASC"):
        for other in set(ORDERS) - {order}:
            if {order, other} == {"CREATED_AT_ASC", "CREATED_AT_DESC"}:
                continue
            error = await lasting_graph.refused(query, {"o": order, "c": cursors[other]})
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": ["after"]}


async def test_a_cursor_stays_valid_when_the_filter_changes(lasting_graph: Graph, book: list[Dispute]) -> None:
    """Also where the new filter excludes all that stands beside the cursor."""
    query = (
        "query($f: DisputeFilter, $c: String) { disputes(first: 100, orderBy: RESPOND_BY_ASC, filter: $f, after: $c)"
        " { edges { cursor node { id } } } }"
    )
    edges = (await lasting_graph.run(query, actor=lasting_graph.staff))["disputes"]["edges"]
    whole = ids_of(book, "RESPOND_BY_ASC")
    for status in DisputeStatus:
        own = {format_id(Prefix.DISPUTE, one.id) for one in book if one.status is status}
        for place in range(0, MANY, 7):
            variables = {"f": {"status": [status.value]}, "c": edges[place]["cursor"]}
            found = (await lasting_graph.run(query, variables, actor=lasting_graph.staff))["disputes"]["edges"]
            assert [edge["node"]["id"] for edge in found] == [id_ for id_ in whole[place + 1 :] if id_ in own]


def moment(second: int) -> str:
    return after(second).isoformat()


FILTERS: list[tuple[dict[str, Any], Callable[[Dispute], bool]]] = [
    ({"paymentId": format_id(Prefix.PAYMENT, BLUE_TOO)}, lambda one: one.payment_id == BLUE_TOO),
    ({"stage": ["INQUIRY", "ARBITRATION"]}, lambda one: one.stage.value in {"INQUIRY", "ARBITRATION"}),
    ({"stage": []}, lambda _: False),
    ({"status": ["WON"]}, lambda one: one.status.value == "WON"),
    ({"status": ["NEEDS_RESPONSE", "EVIDENCE_STAGED"]}, lambda one: one.status in ANSWERABLE),
    ({"category": ["GENERAL", "DUPLICATE"]}, lambda one: one.category.value in {"GENERAL", "DUPLICATE"}),
    ({"network": ["AMEX"]}, lambda one: one.network.value == "AMEX"),
    ({"reasonCode": ["10.4", "nothing"]}, lambda one: one.reason_code == "10.4"),
    ({"currency": ["JPY"]}, lambda one: one.currency.code == "JPY"),
    ({"assigneeId": format_id(Prefix.USER, ADA)}, lambda one: one.assignee_id == ADA),
    ({"unassigned": True}, lambda one: one.assignee_id is None),
    ({"unassigned": False}, lambda one: one.assignee_id is not None),
    ({"doubleLoss": True}, lambda one: one.double_loss),
    ({"doubleLoss": False}, lambda one: not one.double_loss),
    ({"amount": {"gte": "10"}}, lambda one: scaled(one) >= 100_000),
    ({"amount": {"gt": "9.99", "lt": "2000"}}, lambda one: 99_900 < scaled(one) < 20_000_000),
    ({"amount": {"lte": "0.001"}}, lambda one: scaled(one) <= 10),
    ({"respondBy": {"lt": moment(1002)}}, lambda one: one.respond_by is not None and one.respond_by < after(1002)),
    ({"respondBy": {"gte": moment(1002)}}, lambda one: one.respond_by is not None and one.respond_by >= after(1002)),
    ({"openedAt": {"gt": moment(1), "lte": moment(3)}}, lambda one: after(1) < one.opened_at <= after(3)),
    ({"createdAt": {"gte": moment(2)}}, lambda one: one.created_at >= after(2)),
    ({"caseReference": "case-7"}, lambda one: one.case_reference == "case-7"),
    ({"arn": "ARN7"}, lambda one: one.arn == "ARN7"),
    ({"arn": "arn7"}, lambda _: False),
    ({"text": " case-8 "}, lambda one: one.case_reference == "case-8"),
    ({"text": "network-9"}, lambda one: one.network_case_id == "network-9"),
    ({"text": "ARN10"}, lambda one: one.arn == "ARN10"),
    ({"text": "case"}, lambda _: False),
    ({"text": format_id(Prefix.PAYMENT, RED)}, lambda one: one.payment_id == RED),
    (
        {"text": format_id(Prefix.PAYMENT, BLUE), "paymentId": format_id(Prefix.PAYMENT, BLUE_TOO)},
        lambda _: False,
    ),
    ({"text": format_id(Prefix.USER, ADA)}, lambda _: False),
    (
        {"status": ["WON", "LOST"], "unassigned": True, "amount": {"gte": "1"}},
        lambda one: one.status.value in {"WON", "LOST"} and one.assignee_id is None and scaled(one) >= 10_000,
    ),
]


@pytest.mark.parametrize(("wanted", "holds"), FILTERS, ids=[str(wanted) for wanted, _ in FILTERS])
async def test_each_field_selects_what_it_says(
    lasting_graph: Graph, book: list[Dispute], wanted: dict[str, Any], holds: Callable[[Dispute], bool]
) -> None:
    for order in ORDERS:
        query = QUERY.replace("first: 100", f"first: 100, orderBy: {order}")
        everywhere = await lasting_graph.run(query, {"f": wanted}, actor=lasting_graph.staff)
        expected = [one for one in book if holds(one)]
        assert [node["id"] for node in everywhere["disputes"]["nodes"]] == ids_of(expected, order)
        own = await lasting_graph.run(query, {"f": wanted})
        blue = [one for one in expected if one.merchant_id == lasting_graph.blue.id]
        assert [node["id"] for node in own["disputes"]["nodes"]] == ids_of(blue, order)


async def test_the_id_of_a_dispute_finds_it(lasting_graph: Graph, book: list[Dispute]) -> None:
    for id_ in ids_of(book)[:3]:
        found = await lasting_graph.run(QUERY, {"f": {"text": id_}}, actor=lasting_graph.staff)
        assert found["disputes"]["nodes"] == [{"id": id_}]


def test_the_filters_are_all_here() -> None:
    given = {name for wanted, _ in FILTERS for name in wanted}
    assert given == {*CORE.type_map["DisputeFilter"].fields} - {"merchantIds"}


async def test_staff_narrow_by_merchant(lasting_graph: Graph, book: list[Dispute]) -> None:
    for merchant in (lasting_graph.blue, lasting_graph.red):
        wanted = {"merchantIds": [format_id(Prefix.MERCHANT, merchant.id)]}
        found = await lasting_graph.run(QUERY, {"f": wanted}, actor=lasting_graph.staff)
        expected = ids_of([one for one in book if one.merchant_id == merchant.id])
        assert [node["id"] for node in found["disputes"]["nodes"]] == expected


STATS = """
query($f: DisputeFilter) { disputeStats(filter: $f) {
  byStatus { stage status count amounts { amount currency } } winRates { category won lost winRate }
} }
"""


@pytest.mark.parametrize("wanted", [None, {"stage": ["CHARGEBACK"]}, {"category": ["GENERAL"], "doubleLoss": False}])
async def test_the_numbers_are_those_of_the_list(
    lasting_graph: Graph, book: list[Dispute], wanted: dict[str, Any] | None
) -> None:
    shown = "id stage status category amount { minorUnits currency }"
    query = QUERY.replace("nodes { id }", f"nodes {{ {shown} }}")
    listed = (await lasting_graph.run(query, {"f": wanted}))["disputes"]["nodes"]
    assert 0 < len(listed) < len(book)
    stats = (await lasting_graph.run(STATS, {"f": wanted}))["disputeStats"]
    assert sum(row["count"] for row in stats["byStatus"]) == len(listed)
    for row in stats["byStatus"]:
        own = [one for one in listed if (one["stage"], one["status"]) == (row["stage"], row["status"])]
        assert row["count"] == len(own)
        assert {amount["currency"] for amount in row["amounts"]} == {one["amount"]["currency"] for one in own}
    for row in stats["winRates"]:
        own = [one["status"] for one in listed if one["category"] == row["category"]]
        assert (row["won"], row["lost"]) == (own.count("WON"), own.count("LOST"))
    assert {row["category"] for row in stats["winRates"]} == {one["category"] for one in listed}


async def test_sums_and_rates(graph: Graph) -> None:
    await write(graph, [a_payment(id=BLUE, merchant_id=graph.blue.id)])
    told = [("WON", 1000), ("WON", 500), ("LOST", 1), ("NEEDS_RESPONSE", 3), ("ACCEPTED", 2)]
    disputes = []
    for number, (name, minor) in enumerate(told):
        status = DisputeStatus(name)
        stage = StageRecord(
            stage=DisputeStage.CHARGEBACK, status=status, amount_minor=minor, opened_at=after(0), respond_by=None
        )
        disputes.append(
            a_dispute(
                id=new_uuid(after(number)),
                merchant_id=graph.blue.id,
                payment_id=BLUE,
                status=status,
                stages=(stage,),
                amount_minor=minor,
                closed_at=after(0) if status in CLOSED else None,
            )
        )
    await keep(graph, disputes)
    stats = (await graph.run(STATS))["disputeStats"]
    assert stats == {
        "byStatus": [
            {"stage": "CHARGEBACK", "status": status, "count": count, "amounts": [{"amount": sum_, "currency": "EUR"}]}
            for status, count, sum_ in (
                ("NEEDS_RESPONSE", 1, "0.03"),
                ("WON", 2, "15.00"),
                ("LOST", 1, "0.01"),
                ("ACCEPTED", 1, "0.02"),
            )
        ],
        "winRates": [{"category": "FRAUDULENT", "won": 2, "lost": 1, "winRate": "0.6667"}],
    }
    assert (await graph.run(STATS, actor=graph.rival))["disputeStats"] == {"byStatus": [], "winRates": []}
