"""Settlements in the graph: closed by staff, read by their merchants, each amount on its line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from domain.identity.permission import MerchantRole, Permission, StaffRole
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.settlements.closings import Closings
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from tests.api.graph import Graph

STORY = """query($id: ID!) { settlement(id: $id) { status merchant { name } reserve { amount { amount } releaseOn
    settlement { number } } ledgerEntries { kind settlement { id } payout { id } } payout { id }
    timeline(first: 5) { nodes { sequence name actor subjectId } pageInfo { hasNextPage } } } }"""
FOLLOW = """query($id: ID!) { payment(id: $id) { settlements { number status net { amount } payout { status } lines {
    nodes { kind amount { amount } payment { id } ledgerEntry { kind payment: settlement { number } } } } } } }"""
TOTALS = """query($f: SettlementFilter) { settlementTotals(filter: $f) { counts { status count net { amount currency }
    totals { captures { amount } fees { amount } } } } }"""
ACCOUNT = """query($m: ID!, $c: CurrencyCode!) { settlementAccount(merchantId: $m, currency: $c) { currency
    hold { reason heldBy } lastCutOff carriedOver { amount } nextSettlement { number status } merchant { id }
    reserves(first: 5) { nodes { amount { amount } } } availableActions { action allowed reason } } }"""
PREVIEW = """query($m: ID!, $c: CurrencyCode!) { settlementPreview(merchantId: $m, currency: $c) { number cutOff
    settlesOn lineCount net { amount } totals { captures { amount } fees { amount } reserveHeld { amount }
    carriedIn { amount } carriedOut { amount } } settlement { id status } } }"""


@pytest.fixture
def closings(graph: Graph) -> Closings:
    return Closings(graph=graph)


def merchant_of(closings: Closings) -> str:
    return format_id(Prefix.MERCHANT, closings.graph.blue.id)


async def test_a_closing_gathers_nets_and_says_so(closings: Closings) -> None:
    payment = await closings.sold()
    await closings.refunded(payment, "20.00")
    closed = await closings.close()
    assert (closed["status"], closed["number"], closed["net"]["amount"]) == ("CLOSED", 1, "78.25")
    sums = {name: one["amount"] for name, one in closed["totals"].items() if one["minorUnits"] != "0"}
    assert sums == {"captures": "100.00", "fees": "-1.75", "refunds": "-20.00"}
    assert closed["availableActions"] == [{"action": "CLOSE", "allowed": False, "reason": "It is closed already."}]
    read = await closings.read(closed["id"])
    lines = read["lines"]["nodes"]
    assert [(line["kind"], line["amount"]["amount"]) for line in lines] == [
        ("CAPTURE", "100.00"),
        ("FEE", "-1.75"),
        ("REFUND", "-20.00"),
    ]
    assert {line["payment"]["id"] for line in lines} == {payment}
    assert sum(Decimal(line["amount"]["amount"]) for line in lines) == Decimal(read["net"]["amount"])
    assert read["lineCount"] == 3


async def test_what_is_below_zero_is_carried_over(closings: Closings) -> None:
    payment = await closings.sold()
    await closings.close()
    await closings.refunded(payment, "30.00")
    second = await closings.close()
    assert (second["net"]["amount"], second["totals"]["carriedOut"]["amount"]) == ("0.00", "30.00")
    account = (await closings.graph.run(ACCOUNT, {"m": merchant_of(closings), "c": "EUR"}))["settlementAccount"]
    assert account["carriedOver"]["amount"] == "-30.00"
    await closings.sold()
    third = await closings.close()
    assert (third["net"]["amount"], third["totals"]["carriedIn"]["amount"]) == ("68.25", "-30.00")
    kinds = [line["kind"] for line in (await closings.read(third["id"]))["lines"]["nodes"]]
    assert sorted(kinds) == ["CAPTURE", "CARRIED_OVER", "FEE"]


async def test_the_same_key_closes_once(closings: Closings) -> None:
    await closings.sold()
    settlement, key = await closings.next(), uuid4().hex
    graph = closings.graph
    first = await graph.change("closeSettlement", graph.staff, idempotencyKey=key, settlementId=settlement)
    again = await graph.change("closeSettlement", graph.staff, idempotencyKey=key, settlementId=settlement)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["settlement"]["id"] == settlement
    other = await graph.change("closeSettlement", graph.staff, idempotencyKey=key, settlementId=await closings.next())
    assert other["__typename"] == "IdempotencyConflict"


async def test_its_story_and_what_it_posted(closings: Closings) -> None:
    await closings.schedule(reservePercent="10", reserveDays=90)
    settlement = await closings.closed()
    graph = closings.graph
    story = (await graph.run(STORY, {"id": settlement}))["settlement"]
    assert story["merchant"]["name"] == "Blue Bicycle"
    assert story["reserve"]["amount"] == {"amount": "10.00"}
    assert sorted(entry["kind"] for entry in story["ledgerEntries"]) == ["RESERVE_HOLD", "SETTLEMENT"]
    assert {entry["settlement"]["id"] for entry in story["ledgerEntries"]} == {settlement}
    events = story["timeline"]["nodes"]
    assert [event["name"] for event in events] == ["settlement.opened", "settlement.closed"]
    assert {event["subjectId"] for event in events} == {settlement}
    assert [event["sequence"] for event in events] == [1, 2]


async def test_money_is_followed_from_the_payment(closings: Closings) -> None:
    payment = await closings.sold()
    await closings.close()
    await closings.refunded(payment, "10.00")
    await closings.close()
    found = (await closings.graph.run(FOLLOW, {"id": payment}))["payment"]["settlements"]
    assert [settlement["number"] for settlement in found] == [1, 2]
    assert {line["payment"]["id"] for line in found[0]["lines"]["nodes"]} == {payment}
    refund = next(line for line in found[1]["lines"]["nodes"] if line["kind"] == "REFUND")
    assert refund["ledgerEntry"] == {"kind": "REFUND", "payment": {"number": 2}}


async def test_lines_of_some_kinds_in_pages(closings: Closings) -> None:
    for _ in range(3):
        await closings.sold()
    settlement = (await closings.close())["id"]
    query = """query($id: ID!, $k: [SettlementLineKind!], $n: Int, $a: String) { settlement(id: $id) {
        lines(kind: $k, first: $n, after: $a) { edges { cursor node { kind postedAt ledgerEntry { id } } }
        pageInfo { hasNextPage } } } }"""
    found: list[tuple[str, str]] = []
    cursor = None
    for more in (True, True, False):
        given = {"id": settlement, "k": ["CAPTURE", "FEE"], "n": 2, "a": cursor}
        page = (await closings.graph.run(query, given))["settlement"]["lines"]
        assert page["pageInfo"]["hasNextPage"] is more
        found += [(edge["node"]["ledgerEntry"]["id"], edge["node"]["kind"]) for edge in page["edges"]]
        cursor = page["edges"][-1]["cursor"]
    assert len(set(found)) == 6
    assert found == sorted(found, key=lambda line: line[0])
    fees = (await closings.graph.run(query, {"id": settlement, "k": ["FEE"]}))["settlement"]["lines"]["edges"]
    assert {edge["node"]["kind"] for edge in fees} == {"FEE"}
    assert len(fees) == 3
    none = (await closings.graph.run(query, {"id": settlement, "k": []}))["settlement"]["lines"]["edges"]
    assert none == []
    wrong = await closings.graph.answer(query, {"id": settlement, "a": "nonsense"})
    assert wrong["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_what_the_next_one_would_hold(closings: Closings) -> None:
    await closings.schedule(reservePercent="10", reserveDays=90)
    await closings.sold()
    given = {"m": merchant_of(closings), "c": "EUR"}
    before = (await closings.graph.run(PREVIEW, given))["settlementPreview"]
    assert before["net"] == {"amount": "88.25"}
    assert before["totals"]["reserveHeld"] == {"amount": "-10.00"}
    assert (before["number"], before["lineCount"], before["settlement"]["status"]) == (1, 3, "OPEN")
    closed = await closings.close()
    assert closed["net"]["amount"] == before["net"]["amount"]
    after = (await closings.graph.run(PREVIEW, given))["settlementPreview"]
    assert (after["number"], after["net"], after["lineCount"]) == (2, {"amount": "0.00"}, 0)
    none = await closings.graph.run(PREVIEW, {**given, "c": "USD"})
    assert none == {"settlementPreview": None}


async def test_numbers_by_status_and_currency(closings: Closings) -> None:
    await closings.closed()
    await closings.closed()
    await closings.closed(closings.graph.rival, "1000")
    counts = (await closings.graph.run(TOTALS, {}, actor=closings.graph.staff))["settlementTotals"]["counts"]
    assert [(one["status"], one["net"]["currency"], one["count"]) for one in counts] == [
        ("OPEN", "EUR", 1),
        ("OPEN", "JPY", 1),
        ("CLOSED", "EUR", 2),
        ("CLOSED", "JPY", 1),
    ]
    assert counts[2]["net"]["amount"] == "196.50"
    assert counts[2]["totals"] == {"captures": {"amount": "200.00"}, "fees": {"amount": "-3.50"}}
    own = (await closings.graph.run(TOTALS, {"f": {"status": ["CLOSED"]}}))["settlementTotals"]["counts"]
    assert [(one["net"]["currency"], one["count"]) for one in own] == [("EUR", 2)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"status": ["CLOSED"]}, [2, 1]),
        ({"status": ["OPEN"]}, [3]),
        ({"currency": ["EUR"]}, [3, 2, 1]),
        ({"currency": ["USD"]}, []),
        ({"hasPayout": True}, []),
        ({"hasPayout": False}, [3, 2, 1]),
        ({"net": {"gt": "100"}}, [2]),
        ({"closedAt": {"gte": "2020-01-01T00:00:00Z"}}, [2, 1]),
        ({"cutOff": {"lt": "2020-01-01T00:00:00Z"}}, []),
        ({"settlesOn": {"gte": "2020-01-01"}}, [3, 2, 1]),
        ({"settlesOn": {"lt": "2020-01-01"}}, []),
    ],
)
async def test_lists_are_narrowed(closings: Closings, wanted: dict[str, object], numbers: list[int]) -> None:
    await closings.schedule()
    await closings.closed()
    await closings.closed(amount="200.00")
    query = "query($f: SettlementFilter) { settlements(filter: $f) { nodes { number } } }"
    found = (await closings.graph.run(query, {"f": wanted}))["settlements"]["nodes"]
    assert [one["number"] for one in found] == numbers


async def test_who_may_read_and_who_may_close(closings: Closings) -> None:
    graph, settlement = closings.graph, await closings.closed()
    for reader in (
        an_actor(graph.blue, role=MerchantRole.FINANCE),
        a_staff_actor(StaffRole.AUDITOR),
        a_staff_actor(StaffRole.FINANCE_OPERATIONS),
    ):
        assert (await closings.read(settlement, reader))["number"] == 1
    viewer = an_actor(graph.blue, role=MerchantRole.VIEWER)
    refused = await graph.answer("query($id: ID!) { settlement(id: $id) { id } }", {"id": settlement}, actor=viewer)
    assert refused["errors"][0]["extensions"] == {"code": "PERMISSION_DENIED"}
    assert await graph.run("query($id: ID!) { settlement(id: $id) { id } }", {"id": settlement}, actor=graph.rival) == {
        "settlement": None
    }
    given = {"idempotencyKey": "k", "settlementId": await closings.next()}
    for actor in (graph.owner, a_staff_actor(StaffRole.AUDITOR)):
        assert (await graph.change("closeSettlement", actor, **given))["__typename"] == "PermissionDenied"


async def test_what_is_not_there_is_not_found(closings: Closings) -> None:
    given = {"idempotencyKey": "k", "settlementId": format_id(Prefix.SETTLEMENT, new_uuid(MORNING))}
    answer = await closings.graph.change("closeSettlement", closings.graph.staff, **given)
    assert answer["__typename"] == "NotFound"


async def test_any_id_is_a_node(closings: Closings) -> None:
    await closings.schedule(reservePercent="10", reserveDays=90)
    settlement = await closings.closed()
    await closings.adjusted()
    adjustments = await closings.graph.run("{ settlementAdjustments { nodes { id reason ledgerEntry { kind } } } }")
    adjustment = adjustments["settlementAdjustments"]["nodes"][0]["id"]
    graph = closings.graph
    reserve = (await graph.run("query($id: ID!) { settlement(id: $id) { reserve { id } } }", {"id": settlement}))[
        "settlement"
    ]["reserve"]["id"]
    ids = [settlement, reserve, adjustment]
    found = await graph.run("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", {"ids": ids})
    assert [node["__typename"] for node in found["nodes"]] == ["Settlement", "ReserveHold", "SettlementAdjustment"]
    strangers = await graph.run("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids}, actor=graph.rival)
    assert strangers["nodes"] == [None] * 3


@pytest.mark.parametrize(
    ("field", "permission"),
    [
        ("merchant { id }", "merchants:read"),
        ("payout { id }", "payouts:read"),
        ("ledgerEntries { id }", "ledger:read"),
        ("lines { nodes { payment { id } } }", "payments:read"),
        ("lines { nodes { ledgerEntry { id } } }", "ledger:read"),
    ],
)
async def test_what_hangs_on_it_has_permissions_of_its_own(closings: Closings, field: str, permission: str) -> None:
    graph, settlement = closings.graph, await closings.closed()
    reader = an_actor(graph.blue, permissions={Permission.SETTLEMENTS_READ})
    query = f"query($id: ID!) {{ settlement(id: $id) {{ number {field} }} }}"
    payload = await graph.answer(query, {"id": settlement}, actor=reader)
    assert {error["extensions"]["code"] for error in payload["errors"]} == {"PERMISSION_DENIED"}
    assert permission in payload["errors"][0]["message"]
    read = "query($id: ID!) { settlement(id: $id) { number lines { nodes { amount { amount } } } } }"
    assert (await graph.run(read, {"id": settlement}, actor=reader))["settlement"]["number"] == 1
