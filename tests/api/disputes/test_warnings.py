"""Early fraud warnings are listed, and answered by refunds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.disputes.early_fraud_warning import FraudType
from domain.disputes.network import Network
from domain.identity.permission import MerchantRole
from domain.kernel.ids import Prefix, format_id
from tests.builders.identity import an_actor
from tests.builders.moments import after

if TYPE_CHECKING:
    from tests.api.disputes.docket import Docket
    from tests.api.graph import Json


async def test_a_warning_is_answered_by_a_refund(docket: Docket) -> None:
    graph, payment = docket.graph, await docket.payment()
    warning = await docket.warned(payment)
    answer = await graph.change("preventDispute", idempotencyKey="k", earlyFraudWarningId=warning)
    assert (answer["__typename"], answer["replayed"]) == ("PreventDisputePayload", False)
    refund, warned = answer["refund"], answer["earlyFraudWarning"]
    assert (refund["status"], refund["reason"], refund["amount"]["amount"]) == (
        "SUCCEEDED", "DISPUTE_PREVENTION", "100.00",
    )  # fmt: skip
    assert (warned["status"], warned["refund"]) == ("REFUNDED", {"id": refund["id"]})
    (action,) = warned["availableActions"]
    assert (action["action"], action["allowed"]) == ("PREVENT", False)
    again = await graph.change("preventDispute", idempotencyKey="k", earlyFraudWarningId=warning)
    assert (again["replayed"], again["refund"]["id"]) == (True, refund["id"])
    other = await graph.change("preventDispute", idempotencyKey="other", earlyFraudWarningId=warning)
    assert (other["code"], other["message"]) == ("INVALID_STATE", action["reason"])
    assert await graph.value("SELECT count(*) FROM refunds") == 1


async def test_a_refund_for_a_warning_may_need_approval(docket: Docket) -> None:
    graph, warning = docket.graph, await docket.warned()
    await graph.change("setApprovalPolicy", action="REFUND_PAYMENT", currency="EUR", threshold="100.00")
    query = "query($id: ID!) { earlyFraudWarning(id: $id) { status availableActions { allowed requiresApproval } } }"
    shown = (await graph.run(query, {"id": warning}))["earlyFraudWarning"]
    assert shown == {"status": "OPEN", "availableActions": [{"allowed": True, "requiresApproval": True}]}
    answer = await graph.change("preventDispute", idempotencyKey="k", earlyFraudWarningId=warning)
    assert (answer["__typename"], answer["approvalRequest"]["refundReason"]) == (
        "ApprovalRequired", "DISPUTE_PREVENTION",
    )  # fmt: skip
    assert (await graph.run(query, {"id": warning}))["earlyFraudWarning"]["status"] == "OPEN"
    assert await graph.value("SELECT count(*) FROM refunds") == 0


async def test_a_warning_of_a_disputed_payment_comes_too_late(docket: Docket) -> None:
    payment = await docket.payment()
    warning = await docket.warned(payment)
    await docket.hear(payment)
    answer = await docket.graph.change("preventDispute", idempotencyKey="k", earlyFraudWarningId=warning)
    assert answer["code"] == "INVALID_STATE"
    assert "disputed" in answer["message"]


LIST = """
query($f: EarlyFraudWarningFilter, $n: Int, $c: String) { earlyFraudWarnings(filter: $f, first: $n, after: $c) {
  nodes { id } pageInfo { hasNextPage endCursor }
} }
"""


@pytest.fixture(scope="module")
async def warned(lasting_docket: Docket) -> dict[str, str]:
    """One that is open, one about a refunded payment, one about a disputed one, and one of the other merchant."""
    docket, graph = lasting_docket, lasting_docket.graph
    disputed = await docket.payment()
    found = {
        "open": await docket.warned(reported_at=after(1)),
        "refunded": await docket.warned(network=Network.MASTERCARD, reported_at=after(2)),
        "disputed": await docket.warned(disputed, fraud_type=FraudType.ACCOUNT_TAKEOVER, reported_at=after(3)),
        "red": await docket.warned(await docket.payment(graph.rival), reported_at=after(4)),
    }
    await graph.change("preventDispute", idempotencyKey="k", earlyFraudWarningId=found["refunded"])
    await docket.hear(disputed)
    return {**found, "payment": disputed}


FILTERS: list[tuple[Json, list[str]]] = [
    ({}, ["disputed", "refunded", "open"]),
    ({"status": ["OPEN"]}, ["open"]),
    ({"status": ["REFUNDED", "DISPUTED"]}, ["disputed", "refunded"]),
    ({"network": ["MASTERCARD"]}, ["refunded"]),
    ({"fraudType": ["ACCOUNT_TAKEOVER"]}, ["disputed"]),
    ({"reportedAt": {"gte": after(2).isoformat(), "lt": after(3).isoformat()}}, ["refunded"]),
    ({"merchantIds": []}, []),
]


@pytest.mark.parametrize(("wanted", "names"), FILTERS, ids=[str(wanted) for wanted, _ in FILTERS])
async def test_each_field_of_the_filter(
    lasting_docket: Docket, warned: dict[str, str], wanted: Json, names: list[str]
) -> None:
    found = await lasting_docket.graph.run(LIST, {"f": wanted})
    assert [node["id"] for node in found["earlyFraudWarnings"]["nodes"]] == [warned[name] for name in names]


async def test_by_payment_by_merchant_and_page_by_page(lasting_docket: Docket, warned: dict[str, str]) -> None:
    graph = lasting_docket.graph
    by_payment = await graph.run(LIST, {"f": {"paymentId": warned["payment"]}})
    assert by_payment["earlyFraudWarnings"]["nodes"] == [{"id": warned["disputed"]}]
    red = {"merchantIds": [format_id(Prefix.MERCHANT, graph.red.id)]}
    for actor in (graph.staff, graph.rival):
        found = await graph.run(LIST, {"f": red}, actor=actor)
        assert found["earlyFraudWarnings"]["nodes"] == [{"id": warned["red"]}]
    assert (await graph.run(LIST, {"f": red}))["earlyFraudWarnings"]["nodes"] == []
    ids, cursor = [], None
    for more in (True, True, True, False):
        page = (await graph.run(LIST, {"n": 1, "c": cursor}, actor=graph.staff))["earlyFraudWarnings"]
        ids += [node["id"] for node in page["nodes"]]
        assert page["pageInfo"]["hasNextPage"] is more
        cursor = page["pageInfo"]["endCursor"]
    assert ids == [warned[name] for name in ("red", "disputed", "refunded", "open")]


async def test_a_payment_shows_its_warnings(lasting_docket: Docket, warned: dict[str, str]) -> None:
    query = """query($id: ID!) { payment(id: $id) { earlyFraudWarnings {
        id status network fraudType amount { amount } reportedAt merchant { name } payment { id } refund { id }
        availableActions { action allowed reason }
    } } }"""
    shown = await lasting_docket.graph.run(query, {"id": warned["payment"]})
    (warning,) = shown["payment"]["earlyFraudWarnings"]
    reason = warning["availableActions"][0].pop("reason")
    assert warning == {
        "id": warned["disputed"],
        "status": "DISPUTED",
        "network": "VISA",
        "fraudType": "ACCOUNT_TAKEOVER",
        "amount": {"amount": "100.00"},
        "reportedAt": "2026-03-02T09:00:03Z",
        "merchant": {"name": "Blue Bicycle"},
        "payment": {"id": warned["payment"]},
        "refund": None,
        "availableActions": [{"action": "PREVENT", "allowed": False}],
    }
    assert reason == "The payment is disputed; answer the dispute instead."


async def test_a_viewer_refunds_nothing(lasting_docket: Docket, warned: dict[str, str]) -> None:
    query = "query($id: ID!) { earlyFraudWarning(id: $id) { availableActions { allowed reason } } }"
    viewer = an_actor(lasting_docket.graph.blue, role=MerchantRole.VIEWER)
    shown = await lasting_docket.graph.run(query, {"id": warned["open"]}, actor=viewer)
    assert shown["earlyFraudWarning"]["availableActions"] == [
        {"allowed": False, "reason": "You lack the permission refunds:write."}
    ]
    assert (await lasting_docket.graph.run(query, {"id": warned["red"]}))["earlyFraudWarning"] is None
