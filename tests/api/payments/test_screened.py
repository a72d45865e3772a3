"""What screening does to a payment, as the graph tells it, with the gateway simulator on the other side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app.verify import verified
from domain.kernel.ids import Prefix, parse_id
from domain.payments.review_hold import release
from domain.payments.screening import ALLOWED, Verdict
from tests.api.graph import SYSTEM
from tests.fakes.screening import AWAITING, BLOCKED, CHALLENGED, REVIEWED, ScriptedScreening

if TYPE_CHECKING:
    import httpx2

    from tests.api.graph import Graph

TIMELINE = """
query Timeline($id: ID!) {
  payment(id: $id) {
    method { brand last4 bin country funding fingerprint }
    origin { ipAddress billingCountry shippingCountry }
    operations { type }
    timeline(first: 20) { nodes { type } }
  }
}
"""


def screened(graph: Graph, first: Verdict = ALLOWED, then: Verdict = ALLOWED) -> Graph:
    payments = replace(graph.assembly.payments, screening=ScriptedScreening(first, then))
    return replace(graph, assembly=replace(graph.assembly, payments=payments))


async def created(graph: Graph, token: str = "tok_visa", **given: Any) -> dict[str, Any]:
    """A payment of 40 euros, captured at once unless the input says more."""
    fields = {
        "idempotencyKey": "create",
        "amount": {"amount": "40.00", "currency": "EUR"},
        "paymentMethod": {"token": token},
        **given,
    }
    answer = await graph.change("createPayment", **fields)
    assert answer["__typename"] == "CreatePaymentPayload", answer
    return answer


async def told(graph: Graph, payment: dict[str, Any]) -> dict[str, Any]:
    return (await graph.run(TIMELINE, {"id": payment["id"]}))["payment"]


async def broken(graph: Graph) -> list[str]:
    """What `paydesk verify` finds in the database; the gateway has seen the payments of other tests too."""
    found = await verified(graph.assembly.settings)
    return [line for line in found if not line.startswith("gateway-known")]


def events(told: dict[str, Any]) -> list[str]:
    return [node["type"] for node in told["timeline"]["nodes"]]


def reason(payment: dict[str, Any], action: str) -> str | None:
    return next(row["reason"] for row in payment["availableActions"] if row["action"] == action)


async def test_what_is_blocked_shows_its_card_and_asked_nobody(graph: Graph, simulator: httpx2.AsyncClient) -> None:
    before = (await simulator.get("/v1/effects")).json()
    graph = screened(graph, BLOCKED)
    answer = await created(graph, "tok_high_risk")
    payment = answer["payment"]
    assert (payment["status"], payment["declineCode"]) == ("DECLINED", "FRAUD_SUSPECTED")
    assert "the issuer was never asked" in payment["declineMessage"]
    found = await told(graph, payment)
    assert (found["method"]["brand"], found["method"]["last4"], found["method"]["country"]) == ("VISA", "4954", "BR")
    assert found["method"]["fingerprint"]
    assert (found["operations"], events(found)) == ([], ["CREATED", "DECLINED"])
    assert (await simulator.get("/v1/effects")).json() == before
    again = await created(graph, "tok_high_risk")
    assert (again["replayed"], again["payment"]["id"]) == (True, payment["id"])
    assert await broken(graph) == []


async def test_a_challenge_is_asked_for_and_taken(graph: Graph, simulator: httpx2.AsyncClient) -> None:
    graph = screened(graph, CHALLENGED)
    payment = (await created(graph))["payment"]
    assert payment["status"] == "REQUIRES_ACTION"
    await simulator.post(payment["nextAction"]["url"], data={"decision": "approve"})
    answer = await graph.change("confirmPayment", idempotencyKey="confirm", paymentId=payment["id"])
    assert answer["payment"]["status"] == "CAPTURED"
    assert await broken(graph) == []


async def test_what_is_held_for_review_says_what_can_be_done(graph: Graph) -> None:
    graph = screened(graph, REVIEWED, REVIEWED)
    payment = (await created(graph, "tok_high_risk"))["payment"]
    assert (payment["status"], payment["riskScore"]) == ("IN_REVIEW", 87)
    assert payment["amountAuthorized"]["amount"] == "40.00"
    assert payment["amountCapturable"]["amount"] == payment["amountCaptured"]["amount"] == "0.00"
    assert reason(payment, "VOID") is None
    assert "once its fraud review is approved" in (reason(payment, "CAPTURE") or "")
    assert events(await told(graph, payment)) == ["CREATED", "HELD_FOR_REVIEW"]
    refused = await graph.change("capturePayment", idempotencyKey="c", paymentId=payment["id"])
    assert refused["__typename"] == "InvalidState"
    # What was scripted opens no review.
    assert [line.partition(":")[0] for line in await broken(graph)] == ["review-missing"]
    voided = await graph.change("voidPayment", idempotencyKey="v", paymentId=payment["id"])
    assert voided["payment"]["status"] == "VOIDED"
    assert await broken(graph) == []


async def test_what_is_released_tells_so(graph: Graph) -> None:
    graph = screened(graph, REVIEWED, REVIEWED)
    payment = (await created(graph, captureMode="MANUAL"))["payment"]
    payment_id = parse_id(Prefix.PAYMENT, payment["id"], ("id",))
    ports = graph.assembly.payments
    async with ports.units.begin(SYSTEM, "tests") as unit:
        held = await unit.payments.for_update(payment_id)
        released, operation = await release(unit, held, held.id, ports.clock.now())
        await unit.payments.save(released)
        await unit.commit()
    assert operation is None
    assert events(await told(graph, payment)) == ["CREATED", "HELD_FOR_REVIEW", "RELEASED_FROM_REVIEW"]
    assert await broken(graph) == []
    captured = await graph.change("capturePayment", idempotencyKey="c", paymentId=payment["id"])
    assert captured["payment"]["status"] == "CAPTURED"
    assert await broken(graph) == []


async def test_what_waited_for_the_score_is_captured_when_the_client_hears_of_it(graph: Graph) -> None:
    graph = screened(graph, AWAITING)
    payment = (await created(graph))["payment"]
    assert (payment["status"], payment["amountCaptured"]["amount"]) == ("CAPTURED", "40.00")
    found = await told(graph, payment)
    assert [operation["type"] for operation in found["operations"]] == ["AUTHORIZE", "CAPTURE"]
    assert events(found) == ["CREATED", "AUTHORIZED", "CAPTURE_REQUESTED", "CAPTURED"]
    assert await broken(graph) == []


@pytest.mark.parametrize("kind", ["http_500", "cut"])
async def test_a_gateway_that_cannot_describe_the_card_keeps_no_payment(
    graph: Graph, simulator: httpx2.AsyncClient, kind: str
) -> None:
    await simulator.post("/v1/control", json={"faults": [{"kind": kind, "types": ["DESCRIBE"]}]})
    graph = screened(graph)
    payment = (await created(graph))["payment"]
    assert payment["status"] == "CAPTURED"
    assert (await told(graph, payment))["method"]["last4"] == "4242"


async def test_the_countries_of_the_addresses_are_kept(graph: Graph) -> None:
    origin = {"ipAddress": "203.0.113.7", "billingCountry": "DE", "shippingCountry": "FR"}
    payment = (await created(graph, origin=origin))["payment"]
    assert (await told(graph, payment))["origin"] == origin


@pytest.mark.parametrize("field", ["billingCountry", "shippingCountry"])
async def test_a_country_that_is_none_is_refused(graph: Graph, field: str) -> None:
    answer = await graph.change(
        "createPayment",
        idempotencyKey="create",
        amount={"amount": "40.00", "currency": "EUR"},
        paymentMethod={"token": "tok_visa"},
        origin={field: "Germany"},
    )
    assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["input", "origin", field])
    assert await graph.value("SELECT count(*) FROM payments") == 0
