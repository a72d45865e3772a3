"""A payment's life through the graph, with the gateway simulator on the other side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.ids import Prefix, format_id
from domain.payments.resolve_operations import ResolveOperations, resolve_operations
from tests.api.graph import SYSTEM

if TYPE_CHECKING:
    import httpx2

    from tests.api.graph import Graph

EURO = "EUR"


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": EURO}


async def created(graph: Graph, key: str = "create", **given: Any) -> dict[str, Any]:
    """A payment of 40 euros, authorized unless the input says more."""
    fields = {"amount": eur("40.00"), "captureMode": "MANUAL", "paymentMethod": {"token": "tok_visa"}, **given}
    answer = await graph.change("createPayment", idempotencyKey=key, **fields)
    assert answer["__typename"] == "CreatePaymentPayload", answer
    return answer["payment"]


def amounts(payment: dict[str, Any], *names: str) -> list[str]:
    return [payment[f"amount{name}"]["amount"] for name in names]


def allowed(payment: dict[str, Any]) -> set[str]:
    return {action["action"] for action in payment["availableActions"] if action["allowed"]}


def reason(payment: dict[str, Any], action: str) -> str:
    return next(row["reason"] for row in payment["availableActions"] if row["action"] == action)


async def test_automatic_capture_takes_all_at_once(graph: Graph) -> None:
    payment = await created(graph, captureMode="AUTOMATIC")
    assert payment["status"] == "CAPTURED"
    assert amounts(payment, "", "Authorized", "Captured", "Capturable", "Refundable") == [
        "40.00",
        "40.00",
        "40.00",
        "0.00",
        "40.00",
    ]
    assert allowed(payment) == {"REFUND"}


async def test_capture_mode_may_be_null(graph: Graph) -> None:
    assert (await created(graph, captureMode=None))["status"] == "CAPTURED"


async def test_captures_in_parts_and_a_final_one(graph: Graph) -> None:
    payment = await created(graph)
    assert (payment["status"], allowed(payment)) == ("AUTHORIZED", {"CAPTURE", "VOID"})
    first = await graph.change(
        "capturePayment", idempotencyKey="1", paymentId=payment["id"], amount=eur("15.00"), final=False
    )
    assert first["payment"]["status"] == "PARTIALLY_CAPTURED"
    assert (first["capture"]["status"], first["capture"]["final"]) == ("SUCCEEDED", False)
    assert first["capture"]["fee"]["minorUnits"] == "47"  # 1.5 % of 15.00 rounds half-even to 22, and 25 fixed
    assert amounts(first["payment"], "Captured", "Capturable") == ["15.00", "25.00"]
    second = await graph.change("capturePayment", idempotencyKey="2", paymentId=payment["id"], amount=eur("5.00"))
    assert second["capture"]["final"] is True
    assert second["payment"]["status"] == "CAPTURED"
    assert amounts(second["payment"], "Captured", "Capturable") == ["20.00", "0.00"]


async def test_a_capture_without_an_amount_takes_what_is_left(graph: Graph) -> None:
    payment = await created(graph)
    await graph.change("capturePayment", idempotencyKey="1", paymentId=payment["id"], amount=eur("0.01"), final=False)
    rest = await graph.change("capturePayment", idempotencyKey="2", paymentId=payment["id"], amount=None, final=None)
    assert rest["capture"]["amount"]["amount"] == "39.99"
    assert rest["payment"]["status"] == "CAPTURED"


async def test_void_gives_the_authorization_back(graph: Graph) -> None:
    payment = await created(graph)
    answer = await graph.change("voidPayment", idempotencyKey="v", paymentId=payment["id"], reason="Sold out")
    assert answer["payment"]["status"] == "VOIDED"
    assert allowed(answer["payment"]) == set()


async def test_refunds_in_parts_until_nothing_is_left(graph: Graph) -> None:
    payment = await created(graph, captureMode="AUTOMATIC")
    part = await graph.change(
        "refundPayment", idempotencyKey="1", paymentId=payment["id"], amount=eur("12.50"), reason="DUPLICATE"
    )
    assert (part["refund"]["status"], part["refund"]["reason"]) == ("SUCCEEDED", "DUPLICATE")
    assert amounts(part["payment"], "Refunded", "Refundable") == ["12.50", "27.50"]
    rest = await graph.change("refundPayment", idempotencyKey="2", paymentId=payment["id"])
    assert rest["refund"]["amount"]["amount"] == "27.50"
    assert rest["refund"]["reason"] == "CUSTOMER_REQUEST"
    more = await graph.change("refundPayment", idempotencyKey="3", paymentId=payment["id"])
    assert more["__typename"] == "InvalidState"
    assert more["message"] == reason(rest["payment"], "REFUND")


async def test_a_refund_that_the_bank_refuses_later(graph: Graph) -> None:
    payment = await created(graph, captureMode="AUTOMATIC", paymentMethod={"token": "tok_refund_fails"})
    answer = await graph.change("refundPayment", idempotencyKey="1", paymentId=payment["id"])
    assert answer["refund"]["status"] == "PENDING"
    assert amounts(answer["payment"], "Refundable", "Refunded") == ["0.00", "0.00"]
    await asyncio.sleep(1.6)  # the simulator's bank takes 1.5 seconds to refuse
    await _due_now(graph)
    await resolve_operations(graph.assembly.payments, SYSTEM, ResolveOperations())
    data = await graph.run(
        "query($id: ID!) { node(id: $id) { ... on Refund { status failureCode payment { amountRefundable { amount } } } } }",
        {"id": answer["refund"]["id"]},
    )
    assert data["node"]["status"] == "FAILED"
    assert data["node"]["failureCode"]
    assert data["node"]["payment"]["amountRefundable"]["amount"] == "40.00"


@pytest.mark.parametrize(
    ("token", "code", "status"),
    [
        ("tok_insufficient_funds", "INSUFFICIENT_FUNDS", "DECLINED"),
        ("tok_stolen_card", "STOLEN_CARD", "DECLINED"),
        ("tok_expired_card", "EXPIRED_CARD", "DECLINED"),
        ("tok_do_not_honor", "DO_NOT_HONOR", "DECLINED"),
        ("tok_gateway_error", "GATEWAY_ERROR", "FAILED"),
        ("tok_nobody_knows", "INVALID_CARD", "DECLINED"),
    ],
)
async def test_a_decline_is_a_successful_mutation(lasting_graph: Graph, token: str, code: str, status: str) -> None:
    payment = await created(lasting_graph, key=token, paymentMethod={"token": token})
    assert (payment["status"], payment["declineCode"]) == (status, code)
    assert payment["declineMessage"]
    assert amounts(payment, "Authorized", "Captured") == ["0.00", "0.00"]
    assert allowed(payment) == set()


@pytest.mark.parametrize(
    ("mode", "decision", "status"),
    [("MANUAL", "approve", "AUTHORIZED"), ("AUTOMATIC", "approve", "CAPTURED"), ("MANUAL", "fail", "DECLINED")],
)
async def test_three_d_secure(
    graph: Graph, simulator: httpx2.AsyncClient, mode: str, decision: str, status: str
) -> None:
    payment = await created(graph, captureMode=mode, paymentMethod={"token": "tok_3ds_required"})
    assert payment["status"] == "REQUIRES_ACTION"
    assert allowed(payment) == {"CONFIRM", "VOID"}
    early = await graph.change("confirmPayment", idempotencyKey="too early", paymentId=payment["id"])
    assert early["payment"]["status"] == "REQUIRES_ACTION"
    await simulator.post(payment["nextAction"]["url"], data={"decision": decision})
    done = await graph.change("confirmPayment", idempotencyKey="now", paymentId=payment["id"])
    assert done["payment"]["status"] == status
    assert done["payment"]["nextAction"] is None
    again = await graph.change("confirmPayment", idempotencyKey="again", paymentId=payment["id"])
    assert (again["__typename"], again["message"]) == ("InvalidState", reason(done["payment"], "CONFIRM"))


async def test_a_payment_that_waits_for_its_customer_can_be_given_up(graph: Graph) -> None:
    payment = await created(graph, paymentMethod={"token": "tok_3ds_required"})
    answer = await graph.change("voidPayment", idempotencyKey="v", paymentId=payment["id"])
    assert answer["payment"]["status"] == "CANCELED"
    again = await graph.change("voidPayment", idempotencyKey="v", paymentId=payment["id"])
    assert (again["replayed"], again["payment"]["status"]) == (True, "CANCELED")


@pytest.mark.parametrize("token", ["tok_lost_response", "tok_timeout"])
async def test_an_unknown_outcome_is_found_out_later(graph: Graph, token: str) -> None:
    graph.gateway_deadline(seconds=1)
    payment = await created(graph, captureMode="AUTOMATIC", paymentMethod={"token": token})
    assert (payment["status"], payment["hasUnknownOutcome"]) == ("PROCESSING", True)
    await _due_now(graph)
    assert await resolve_operations(graph.assembly.payments, SYSTEM, ResolveOperations()) == 1
    data = await graph.run(
        "query($id: ID!) { payment(id: $id) { status hasUnknownOutcome operations { status }"
        " timeline { nodes { type sequence actor } } } }",
        {"id": payment["id"]},
    )
    story = data["payment"]["timeline"]["nodes"]
    assert data["payment"]["status"] == "CAPTURED"
    assert data["payment"]["hasUnknownOutcome"] is False
    assert data["payment"]["operations"] == [{"status": "SUCCEEDED"}]
    assert [line["sequence"] for line in story] == list(range(1, len(story) + 1))
    assert [line["type"] for line in story][:2] == ["CREATED", "OUTCOME_UNKNOWN"]
    assert story[-1] == {"type": "CAPTURED", "sequence": len(story), "actor": "tests"}


async def test_the_same_key_replays_the_first_answer(graph: Graph) -> None:
    payment = await created(graph)
    again = await graph.change(
        "createPayment",
        idempotencyKey="create",
        merchantId=format_id(Prefix.MERCHANT, graph.blue.id),
        amount=eur("40"),
        captureMode="MANUAL",
        paymentMethod={"token": "tok_visa"},
    )
    assert (again["replayed"], again["payment"]["id"]) == (True, payment["id"])
    for mutation, fields in (
        ("capturePayment", {"amount": eur("15.00"), "final": False}),
        ("refundPayment", {"amount": eur("5.00")}),
    ):
        first = await graph.change(mutation, idempotencyKey="k", paymentId=payment["id"], **fields)
        second = await graph.change(mutation, idempotencyKey="k", paymentId=payment["id"], **fields)
        assert (first["replayed"], second["replayed"]) == (False, True)
        assert {**first, "replayed": True} == second
    assert await graph.value("SELECT count(*) FROM operations") == 3


async def test_the_same_key_with_another_input_is_refused(graph: Graph) -> None:
    payment = await created(graph)
    conflict = await graph.change(
        "createPayment",
        idempotencyKey="create",
        amount=eur("41.00"),
        captureMode="MANUAL",
        paymentMethod={"token": "tok_visa"},
    )
    assert (conflict["__typename"], conflict["code"]) == ("IdempotencyConflict", "IDEMPOTENCY_CONFLICT")
    assert conflict["path"] == ["input", "idempotencyKey"]
    await graph.change("capturePayment", idempotencyKey="k", paymentId=payment["id"], amount=eur("1.00"), final=False)
    other = await graph.change("capturePayment", idempotencyKey="k", paymentId=payment["id"], amount=eur("2.00"))
    assert other["__typename"] == "IdempotencyConflict"
    assert await graph.value("SELECT count(*) FROM payments") == 1
    # Keys are scoped by mutation: the same one elsewhere is another key.
    refund = await graph.change("refundPayment", idempotencyKey="k", paymentId=payment["id"], amount=eur("1.00"))
    assert refund["replayed"] is False


async def test_the_same_key_while_the_first_is_in_flight(graph: Graph, simulator: httpx2.AsyncClient) -> None:
    slow = {"kind": "latency", "latency_ms": 3000, "moment": "before"}
    await simulator.post("/v1/control", json={"faults": [slow]})
    given = {"amount": eur("40.00"), "captureMode": "MANUAL", "paymentMethod": {"token": "tok_visa"}}
    first = asyncio.create_task(graph.change("createPayment", idempotencyKey="k", **given))
    while not await graph.value("SELECT count(*) FROM operations"):  # noqa: ASYNC110 - a row is no event
        await asyncio.sleep(0.01)
    second = await graph.change("createPayment", idempotencyKey="k", **given)
    assert second["__typename"] == "IdempotencyInProgress"
    assert second["path"] == ["input", "idempotencyKey"]
    assert (await first)["payment"]["status"] == "AUTHORIZED"
    third = await graph.change("createPayment", idempotencyKey="k", **given)
    assert (third["replayed"], third["payment"]["status"]) == (True, "AUTHORIZED")


async def test_requests_of_one_key_at_the_same_time_have_one_effect(graph: Graph) -> None:
    given = {"amount": eur("40.00"), "paymentMethod": {"token": "tok_visa"}}
    answers = await asyncio.gather(*(graph.change("createPayment", idempotencyKey="k", **given) for _ in range(10)))
    assert len({answer["payment"]["id"] for answer in answers}) == 1
    assert sorted(answer["replayed"] for answer in answers) == [False] + [True] * 9
    assert await graph.value("SELECT count(*) FROM operations") == 1


async def test_more_than_is_left_names_the_limit(graph: Graph) -> None:
    payment = await created(graph)
    too_much = await graph.change("capturePayment", idempotencyKey="1", paymentId=payment["id"], amount=eur("40.01"))
    assert too_much["__typename"] == "AmountExceedsLimit"
    assert too_much["limit"] == {"amount": "40.00", "minorUnits": "4000", "currency": "EUR"}
    assert too_much["path"] == ["input", "amount"]
    await graph.change("capturePayment", idempotencyKey="1", paymentId=payment["id"], amount=eur("30.00"))
    too_much = await graph.change("refundPayment", idempotencyKey="2", paymentId=payment["id"], amount=eur("30.01"))
    assert (too_much["__typename"], too_much["limit"]["amount"]) == ("AmountExceedsLimit", "30.00")


async def test_refusals_give_the_reasons_of_the_available_actions(lasting_graph: Graph) -> None:
    graph = lasting_graph
    authorized = await created(graph, key="a")
    captured = await created(graph, key="c", captureMode="AUTOMATIC")
    declined = await created(graph, key="d", paymentMethod={"token": "tok_do_not_honor"})
    waiting = await created(graph, key="w", paymentMethod={"token": "tok_3ds_required"})
    refused = 0
    for payment in (authorized, captured, declined, waiting):
        for action in payment["availableActions"]:
            assert action["allowed"] == (action["reason"] is None)
            assert action["requiresApproval"] is False
            if not action["allowed"]:
                mutation = f"{action['action'].lower()}Payment"
                answer = await graph.change(mutation, idempotencyKey="refused", paymentId=payment["id"])
                assert (answer["__typename"], answer["message"]) == ("InvalidState", action["reason"])
                refused += 1
    assert refused == 11


async def test_what_may_be_moved_at_most(lasting_graph: Graph) -> None:
    payment = await created(lasting_graph, key="most")
    most = {action["action"]: action["maxAmount"] for action in payment["availableActions"]}
    assert most["CAPTURE"]["amount"] == "40.00"
    assert [most["CONFIRM"], most["VOID"], most["REFUND"]] == [None] * 3


async def test_a_suspended_merchant_takes_no_new_payments(graph: Graph) -> None:
    await graph.database.execute("UPDATE merchants SET status = 'SUSPENDED' WHERE id = $1", graph.blue.id)
    answer = await graph.change(
        "createPayment", idempotencyKey="k", amount=eur("1.00"), paymentMethod={"token": "tok_visa"}
    )
    assert answer["__typename"] == "InvalidState"


async def test_an_e_mail_address_is_one_customer(graph: Graph) -> None:
    query = "query($id: ID!) { payment(id: $id) { customer { id email name country payments { nodes { id } } } } }"
    first = await created(graph, key="1", customer={"email": "Mary@example.com", "name": "Mary", "country": "GB"})
    second = await created(graph, key="2", customer={"email": "mary@example.com"})
    customer = (await graph.run(query, {"id": first["id"]}))["payment"]["customer"]
    assert (await graph.run(query, {"id": second["id"]}))["payment"]["customer"] == customer
    assert [node["id"] for node in customer.pop("payments")["nodes"]] == [second["id"], first["id"]]
    assert {**customer, "id": None} == {"id": None, "email": "Mary@example.com", "name": "Mary", "country": "GB"}
    third = await created(graph, key="3", customer={"id": customer["id"]})
    assert (await graph.run(query, {"id": third["id"]}))["payment"]["customer"]["id"] == customer["id"]


async def _due_now(graph: Graph) -> None:
    """Let every open operation be asked about now."""
    await graph.database.execute("UPDATE operations SET next_check_at = now() WHERE next_check_at IS NOT NULL")
