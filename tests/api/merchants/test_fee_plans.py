"""What a merchant pays through the graph: asked for by staff, decided by others, and shown from version to version."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.clock import SystemClock
from domain.kernel.ids import Prefix, format_id
from tests.builders.identity import a_staff_actor, an_actor

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

PLAN = """{ refundPolicy disputeFees { amount currency } rates {
    method currency brand region percentage fixedMinorUnits minimumMinorUnits refundFeeMinorUnits
    tiers { fromVolumeMinorUnits percentage fixedMinorUnits } } }"""
MERCHANT = f"""query($id: ID!, $n: Int, $c: String) {{ merchant(id: $id) {{
    feePlan {PLAN} feeRates {{ percentage }} returnsFeeOnRefund disputeFees {{ amount }}
    feePlans(first: $n, after: $c) {{
        nodes {{ number effectiveFrom reason requestedBy requestedById approvedBy approvedById createdAt
            plan {{ rates {{ percentage }} }} }}
        pageInfo {{ hasNextPage endCursor }} }} }} }}"""
REQUEST = f"""query($id: ID!) {{ approvalRequest(id: $id) {{
    action status amount {{ amount }} role merchant {{ id name }} payment {{ id }}
    feePlanChange {{ effectiveFrom reason summary current {PLAN} plan {PLAN} }} }} }}"""
RATES = [
    {"percentage": "2.9"},
    {
        "method": "CARD",
        "currency": "EUR",
        "brand": "AMEX",
        "region": "INTERNATIONAL",
        "percentage": "3.2",
        "fixedMinorUnits": 30,
        "minimumMinorUnits": 50,
        "refundFeeMinorUnits": 20,
        "tiers": [{"fromVolumeMinorUnits": "100000000000", "percentage": "2.8", "fixedMinorUnits": 25}],
    },
]


@pytest.fixture
def asker() -> Actor:
    return a_staff_actor(StaffRole.FINANCE_OPERATIONS)


def blue(graph: Graph) -> str:
    return format_id(Prefix.MERCHANT, graph.blue.id)


async def asked(graph: Graph, asker: Actor, **more: Any) -> Json:
    given = {"merchantId": blue(graph), "feeRates": RATES, "reason": "Grew up", **more}
    return await graph.change("changeFeePlan", asker, **given)


async def approved(graph: Graph, asker: Actor, **more: Any) -> Json:
    request = (await asked(graph, asker, **more))["approvalRequest"]
    approver = a_staff_actor(StaffRole.APPROVER)
    return (await graph.change("approveRequest", approver, approvalRequestId=request["id"]))["approvalRequest"]


async def shown(graph: Graph, actor: Actor | None = None, **page: Any) -> Json:
    return (await graph.run(MERCHANT, {"id": blue(graph), **page}, actor=actor or graph.owner))["merchant"]


async def test_it_is_asked_for_and_shown_to_whoever_decides(graph: Graph, asker: Actor) -> None:
    later = SystemClock().now().replace(microsecond=0) + timedelta(days=3)
    answer = await asked(graph, asker, refundPolicy="RETURN", effectiveFrom=later.isoformat())
    assert answer["__typename"] == "ApprovalRequired"
    request = (await graph.run(REQUEST, {"id": answer["approvalRequest"]["id"]}, actor=graph.staff))["approvalRequest"]
    change = request.pop("feePlanChange")
    assert request == {
        "action": "CHANGE_FEE_PLAN",
        "status": "REQUIRES_REVIEW",
        "amount": None,
        "role": "APPROVER",
        "merchant": {"id": blue(graph), "name": "Blue Bicycle"},
        "payment": None,
    }
    assert (change["reason"], change["effectiveFrom"]) == ("Grew up", later.isoformat().replace("+00:00", "Z"))
    assert change["summary"] == [
        "Any payment in EUR: 1.5 % + 0.25 becomes nothing.",
        "Any payment: 1.5 % becomes 2.9 %.",
        (
            "INTERNATIONAL AMEX CARD in EUR: nothing becomes 3.2 % + 0.30, 2.8 % + 0.25 from a volume of 1000000000.00,"
            " at least 0.50, 0.20 a refund."
        ),
        "A dispute in EUR: 15.00 becomes nothing.",
        "A refund: the fee's KEEP becomes RETURN.",
    ]
    assert (change["current"]["refundPolicy"], change["plan"]["refundPolicy"]) == ("KEEP", "RETURN")
    assert change["plan"]["rates"][1] == RATES[1]
    assert (await shown(graph))["feePlan"] == change["current"]


async def test_it_is_approved_and_holds(graph: Graph, asker: Actor) -> None:
    done = await approved(graph, asker, disputeFees=[{"amount": "20.00", "currency": "EUR"}], refundPolicy="RETURN")
    assert done["status"] == "SUCCEEDED"
    merchant = await shown(graph)
    assert merchant["feePlan"]["rates"] == [
        {
            "method": "*",
            "currency": "*",
            "brand": None,
            "region": None,
            "percentage": "2.9",
            "fixedMinorUnits": 0,
            "minimumMinorUnits": 0,
            "refundFeeMinorUnits": 0,
            "tiers": [],
        },
        RATES[1],
    ]
    assert (merchant["returnsFeeOnRefund"], merchant["disputeFees"]) == (True, [{"amount": "20.00"}])
    assert merchant["feePlan"]["disputeFees"] == [{"amount": "20.00", "currency": "EUR"}]
    assert [rate["percentage"] for rate in merchant["feeRates"]] == ["2.9", "3.2"]
    second, first = merchant["feePlans"]["nodes"]
    assert (second["number"], second["reason"], second["requestedBy"]) == (2, "Grew up", asker.name)
    assert second["requestedById"] == format_id(Prefix.USER, asker.id)  # pyright: ignore[reportArgumentType]  # ty: ignore[invalid-argument-type]
    assert second["approvedById"] not in {None, second["requestedById"]}
    assert second["effectiveFrom"] == second["createdAt"]
    assert first == {
        "number": 1,
        "effectiveFrom": "2026-03-02T09:00:00Z",
        "reason": None,
        "requestedBy": None,
        "requestedById": None,
        "approvedBy": None,
        "approvedById": None,
        "createdAt": "2026-03-02T09:00:00Z",
        "plan": {"rates": [{"percentage": "1.5"}, {"percentage": "1.5"}]},
    }


async def test_versions_come_in_pages(graph: Graph, asker: Actor) -> None:
    for percentage in ("1.1", "1.2", "1.3"):
        await approved(graph, asker, feeRates=[{"percentage": percentage}])
    numbers: list[int] = []
    cursor, more = None, True
    while more:
        page = (await shown(graph, n=3, c=cursor))["feePlans"]
        numbers += [node["number"] for node in page["nodes"]]
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert numbers == [4, 3, 2, 1]
    for wrong in ("x", "-1", "9" * 10, "²"):
        (error,) = (await graph.answer(MERCHANT, {"id": blue(graph), "c": wrong}))["errors"]
        assert (error["path"], "not a cursor" in error["message"]) == (["merchant", "feePlans"], True)


async def test_who_may_ask_and_see(graph: Graph) -> None:
    for actor in (graph.owner, a_staff_actor(StaffRole.APPROVER), a_staff_actor(StaffRole.SUPPORT)):
        assert (await asked(graph, actor))["__typename"] == "PermissionDenied"
    nobodys = await asked(graph, graph.staff, merchantId="mer_00000000000000000000000000")
    assert nobodys["__typename"] == "NotFound"
    viewer = an_actor(graph.blue, role=MerchantRole.VIEWER)
    assert (await shown(graph, viewer))["feePlan"]["refundPolicy"] == "KEEP"
    assert await shown(graph, graph.rival) is None


async def test_a_merchant_sees_what_is_asked_for_it_and_cannot_decide(graph: Graph, asker: Actor) -> None:
    request = (await asked(graph, asker))["approvalRequest"]
    seen = (await graph.run(REQUEST, {"id": request["id"]}))["approvalRequest"]
    assert seen["feePlanChange"]["reason"] == "Grew up"
    refused = await graph.change("approveRequest", graph.owner, approvalRequestId=request["id"])
    assert refused["__typename"] == "PermissionDenied"
    assert (await graph.run(REQUEST, {"id": request["id"]}, actor=graph.rival))["approvalRequest"] is None


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"feeRates": [{"percentage": "101"}]}, ["feeRates", "0", "percentage"]),
        ({"feeRates": [{"percentage": "1,5"}]}, ["feeRates", "0", "percentage"]),
        ({"feeRates": [{"percentage": "1"}, {"percentage": "1"}]}, ["feeRates", "1"]),
        ({"feeRates": [{"percentage": "1", "method": "BARTER"}]}, ["feeRates", "0", "method"]),
        ({"feeRates": [{"percentage": "1", "currency": "XYZ"}]}, ["feeRates", "0", "currency"]),
        ({"feeRates": [{"percentage": "1", "method": "PIX", "brand": "VISA"}]}, ["feeRates", "0", "brand"]),
        ({"feeRates": [{"percentage": "1", "minimumMinorUnits": 5}]}, ["feeRates", "0", "minimum"]),
        ({"feeRates": [{"percentage": "1", "refundFeeMinorUnits": 5}]}, ["feeRates", "0", "refundFee"]),
        (
            {
                "feeRates": [
                    {"percentage": "1", "currency": "EUR", "tiers": [{"fromVolumeMinorUnits": 0, "percentage": "1"}]}
                ]
            },
            ["feeRates", "0", "tiers", "0", "fromVolume"],
        ),
        ({"disputeFees": [{"amount": "1.005", "currency": "EUR"}]}, ["disputeFees", "0", "amount"]),
        ({"effectiveFrom": "2020-01-01T00:00:00Z"}, ["effectiveFrom"]),
        ({"reason": " "}, ["reason"]),
    ],
)
async def test_what_no_change_can_be(graph: Graph, asker: Actor, given: Json, path: list[str]) -> None:
    refused = await asked(graph, asker, **given)
    assert (refused["__typename"], refused["path"]) == ("InvalidInput", ["input", *path])
    assert await graph.value("SELECT count(*) FROM approval_requests") == 0


async def test_a_new_merchant_has_all_of_it(graph: Graph) -> None:
    given = {"name": "Green Bicycle", "country": "NL", "currency": "EUR", "feeRates": RATES}
    answer = await graph.change("createMerchant", graph.staff, **given)
    assert answer["__typename"] == "CreateMerchantPayload"
    stored = await graph.value("SELECT plan ->> 'rates' FROM fee_plan_versions ORDER BY created_at DESC LIMIT 1")
    assert '"from_volume_minor": 100000000000' in stored


async def test_what_a_refund_costs_is_shown(graph: Graph, asker: Actor) -> None:
    rate = {"percentage": "1", "currency": "EUR", "refundFeeMinorUnits": 20}
    await approved(graph, asker, feeRates=[rate], refundPolicy="RETURN")
    given = {
        "amount": {"amount": "100.00", "currency": "EUR"},
        "paymentMethod": {"token": "tok_visa"},
        "idempotencyKey": "pay",
    }
    payment = (await graph.change("createPayment", **given))["payment"]
    assert payment["status"] == "CAPTURED"
    await graph.change("refundPayment", paymentId=payment["id"], idempotencyKey="refund")
    query = "query($id: ID!) { payment(id: $id) { refunds { fee { amount } returnedFee { amount } } } }"
    (refund,) = (await graph.run(query, {"id": payment["id"]}))["payment"]["refunds"]
    assert refund == {"fee": {"amount": "0.20"}, "returnedFee": {"amount": "1.00"}}
