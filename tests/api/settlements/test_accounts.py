"""Settlement accounts in the graph: schedules, holds and adjustments, by staff; their merchants read them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.ids import Prefix, format_id
from tests.api.settlements.closings import Closings
from tests.builders.identity import a_staff_actor, an_actor

if TYPE_CHECKING:
    from tests.api.graph import Graph

ACCOUNTS = """query($f: SettlementAccountFilter, $n: Int, $a: String) { settlementAccounts(filter: $f, first: $n,
    after: $a) { edges { cursor node { currency merchant { name } nextSettlement { number } } }
    pageInfo { hasNextPage } } }"""
OF_MERCHANT = """{ merchants { nodes { name settlementAccounts { currency reserves { nodes { amount { amount }
    settlement { number } } } } } } }"""
BALANCES = """query($m: ID!, $at: DateTime) { balances(merchantId: $m, asOf: $at) { currency pending { amount }
    available { amount } reserved { amount } inTransit { amount } negative { amount } } }"""


@pytest.fixture
def closings(graph: Graph) -> Closings:
    return Closings(graph=graph)


def merchant_of(closings: Closings) -> str:
    return format_id(Prefix.MERCHANT, closings.graph.blue.id)


async def hold(closings: Closings, mutation: str = "holdSettlements", reason: str = "Audit") -> dict[str, Any]:
    given = {"merchantId": merchant_of(closings), "currency": "EUR", "reason": reason}
    return await closings.graph.change(mutation, closings.graph.staff, **given)


async def test_a_schedule_is_set_and_shown(closings: Closings) -> None:
    answer = await closings.schedule(
        frequency="WEEKLY",
        weekday=5,
        delayDays=3,
        cutOffTime="17:30",
        calendar="BRAZIL",
        minimumPayout={"amount": "50.00", "currency": "EUR"},
        automaticPayouts=False,
        reservePercent="7.5",
        reserveDays=30,
    )
    assert answer["account"]["schedule"] == {
        "frequency": "WEEKLY",
        "weekday": 5,
        "dayOfMonth": None,
        "delayDays": 3,
        "cutOffTime": "17:30",
        "calendar": "BRAZIL",
        "minimumPayout": {"amount": "50.00", "minorUnits": "5000", "currency": "EUR"},
        "automaticPayouts": False,
        "reservePercent": "7.5",
        "reserveDays": 30,
    }
    assert answer["account"]["nextSettlement"]["number"] == 1
    plain = (await closings.schedule())["account"]["schedule"]
    assert (plain["cutOffTime"], plain["automaticPayouts"], plain["reservePercent"], plain["reserveDays"]) == (
        "00:00",
        True,
        "0",
        0,
    )


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"frequency": "WEEKLY"}, ["input", "schedule", "weekday"]),
        ({"dayOfMonth": 3}, ["input", "schedule", "dayOfMonth"]),
        ({"delayDays": 31}, ["input", "schedule", "delayDays"]),
        ({"cutOffTime": "24:00"}, ["input", "schedule", "cutOffTime"]),
        ({"cutOffTime": "noon"}, ["input", "schedule", "cutOffTime"]),
        ({"reservePercent": "10"}, ["input", "schedule", "reserveDays"]),
        ({"reservePercent": "1e1", "reserveDays": 3}, ["input", "schedule", "reservePercent"]),
        ({"reservePercent": "101", "reserveDays": 3}, ["input", "schedule", "reservePercent"]),
        ({"minimumPayout": {"amount": "1.001", "currency": "EUR"}}, ["input", "schedule", "minimumPayout", "amount"]),
        ({"minimumPayout": {"amount": "1", "currency": "JPY"}}, ["input", "schedule", "minimumPayout", "currency"]),
    ],
)
async def test_a_schedule_that_is_none_is_refused_where_it_is_wrong(
    closings: Closings, wrong: dict[str, Any], path: list[str]
) -> None:
    answer = await closings.schedule(**wrong)
    assert (answer["__typename"], answer["path"]) == ("InvalidInput", path)
    assert await closings.graph.value("SELECT count(*) FROM settlement_accounts") == 0


async def test_on_hold_and_released(closings: Closings) -> None:
    await closings.schedule()
    held = (await hold(closings))["account"]
    assert held["hold"] == {"reason": "Audit", "heldBy": "Grace Hopper"}
    allowed = {one["action"]: one["allowed"] for one in held["availableActions"]}
    assert allowed == {"SET_SCHEDULE": True, "HOLD": False, "RELEASE": True, "ADJUST": True}
    again = await hold(closings)
    assert again["__typename"] == "InvalidState"
    assert "on hold already" in again["message"]
    reasons = {one["action"]: one["reason"] for one in held["availableActions"]}
    assert reasons["HOLD"] == again["message"]
    released = (await hold(closings, "releaseSettlements"))["account"]
    assert released["hold"] is None
    assert (await hold(closings, "releaseSettlements"))["message"] == "This account is not on hold."


async def test_merchants_read_and_only_staff_write(closings: Closings) -> None:
    await closings.schedule()
    graph = closings.graph
    query = """query($m: ID!) { settlementAccount(merchantId: $m, currency: "EUR") { availableActions { allowed reason } } }"""
    finance = an_actor(graph.blue, role=MerchantRole.FINANCE)
    shown = (await graph.run(query, {"m": merchant_of(closings)}, actor=finance))["settlementAccount"]
    assert {one["allowed"] for one in shown["availableActions"]} == {False}
    assert "You lack the permission settlements:write." in str(shown)
    given = {"merchantId": merchant_of(closings), "currency": "EUR", "reason": "Please"}
    for actor in (finance, graph.owner, a_staff_actor(StaffRole.AUDITOR)):
        assert (await graph.change("holdSettlements", actor, **given))["__typename"] == "PermissionDenied"
    rival = await graph.answer(query, {"m": merchant_of(closings)}, actor=graph.rival)
    assert rival["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    none = 'query($m: ID!) { settlementAccount(merchantId: $m, currency: "USD") { currency } }'
    assert await graph.run(none, {"m": merchant_of(closings)}) == {"settlementAccount": None}


async def test_lists_of_accounts(closings: Closings) -> None:
    await closings.schedule()
    await closings.sold(closings.graph.rival, "1000")
    await closings.open()
    graph = closings.graph
    seen: list[tuple[str, str]] = []
    cursor = None
    for more in (True, False):
        page = (await graph.run(ACCOUNTS, {"n": 1, "a": cursor}, actor=graph.staff))["settlementAccounts"]
        assert page["pageInfo"]["hasNextPage"] is more
        seen += [(edge["node"]["merchant"]["name"], edge["node"]["currency"]) for edge in page["edges"]]
        cursor = page["edges"][0]["cursor"]
    assert seen == [("Red Rickshaw", "JPY"), ("Blue Bicycle", "EUR")]
    own = (await graph.run(ACCOUNTS, {}))["settlementAccounts"]["edges"]
    assert [edge["node"]["currency"] for edge in own] == ["EUR"]
    await hold(closings)
    for wanted, found in (({"onHold": True}, 1), ({"onHold": False}, 1), ({"currency": ["USD"]}, 0)):
        some = (await graph.run(ACCOUNTS, {"f": wanted}, actor=graph.staff))["settlementAccounts"]["edges"]
        assert len(some) == found


async def test_an_adjustment_is_asked_for_approved_and_settled(closings: Closings) -> None:
    graph, key = closings.graph, uuid4().hex
    asked = await closings.asked("-12.50", "Damaged terminal", key)
    assert (asked["adjustmentAmount"]["amount"], asked["adjustmentReason"]) == ("-12.50", "Damaged terminal")
    assert asked["adjustment"] is None
    assert (await closings.asked("-12.50", "Damaged terminal", key))["id"] == asked["id"]
    own = await graph.change("approveRequest", graph.staff, approvalRequestId=asked["id"])
    assert own["__typename"] != "ApproveRequestPayload"
    approver = replace(graph.staff, id=uuid4(), name="Anna")
    done = await graph.change("approveRequest", approver, approvalRequestId=asked["id"])
    assert done["approvalRequest"]["status"] == "SUCCEEDED"
    given = {
        "idempotencyKey": key,
        "merchantId": merchant_of(closings),
        "amount": {"amount": "-12.50", "currency": "EUR"},
        "reason": "Damaged terminal",
    }
    again = await graph.change("adjustSettlement", graph.staff, **given)
    assert (again["__typename"], again["replayed"]) == ("AdjustSettlementPayload", True)
    assert again["adjustment"]["amount"]["amount"] == "-12.50"
    await closings.sold()
    closed = await closings.close()
    assert closed["totals"]["adjustments"]["amount"] == "-12.50"
    query = "{ settlementAdjustments { nodes { reason requestedBy approvedBy merchant { name } ledgerEntry { settlement { number } } } } }"
    (shown,) = (await graph.run(query))["settlementAdjustments"]["nodes"]
    assert shown["approvedBy"] == "Anna"
    assert shown["ledgerEntry"]["settlement"]["number"] == 1
    assert (await graph.run(query, actor=graph.rival))["settlementAdjustments"]["nodes"] == []


@pytest.mark.parametrize(("amount", "reason"), [("0.00", "Goodwill"), ("1.00", ""), ("1.00", "x" * 256)])
async def test_an_adjustment_of_nothing_or_for_no_reason(closings: Closings, amount: str, reason: str) -> None:
    given = {"idempotencyKey": "k", "merchantId": merchant_of(closings), "reason": reason}
    answer = await closings.graph.change(
        "adjustSettlement", closings.graph.staff, **given, amount={"amount": amount, "currency": "EUR"}
    )
    assert answer["__typename"] == "InvalidInput"
    assert await closings.graph.value("SELECT count(*) FROM approval_requests") == 0


async def test_reserves_are_held_and_released(closings: Closings) -> None:
    await closings.schedule(reservePercent="10", reserveDays=90)
    await closings.closed()
    graph = closings.graph
    (blue,) = (await graph.run(OF_MERCHANT))["merchants"]["nodes"]
    assert blue["settlementAccounts"] == [
        {"currency": "EUR", "reserves": {"nodes": [{"amount": {"amount": "10.00"}, "settlement": {"number": 1}}]}}
    ]
    await closings.release_all()
    (blue,) = (await graph.run(OF_MERCHANT))["merchants"]["nodes"]
    assert blue["settlementAccounts"][0]["reserves"]["nodes"] == []
    released = await graph.run(
        "{ ledgerEntries(filter: { kind: [RESERVE_RELEASE] }) { nodes { settlement { number } } } }"
    )
    assert released["ledgerEntries"]["nodes"] == [{"settlement": {"number": 1}}]


async def test_balances_before_and_after_a_closing(closings: Closings) -> None:
    await closings.schedule(reservePercent="10", reserveDays=90)
    payment = await closings.sold()
    moment = await closings.graph.value("SELECT max(posted_at) FROM ledger_entries")
    await closings.close()
    given = {"m": merchant_of(closings)}
    (now,) = (await closings.graph.run(BALANCES, given))["balances"]
    assert {name: one["amount"] for name, one in now.items() if name != "currency"} == {
        "pending": "0.00",
        "available": "88.25",
        "reserved": "10.00",
        "inTransit": "0.00",
        "negative": "0.00",
    }
    (before,) = (await closings.graph.run(BALANCES, {**given, "at": moment.isoformat()}))["balances"]
    assert (before["pending"]["amount"], before["available"]["amount"]) == ("98.25", "0.00")
    await closings.refunded(payment, "95.00")
    (owing,) = (await closings.graph.run(BALANCES, given))["balances"]
    assert (owing["pending"]["amount"], owing["negative"]["amount"]) == ("-95.00", "6.75")
