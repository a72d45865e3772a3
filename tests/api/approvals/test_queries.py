"""Requests found by everything that a filter can say, and the policies of a merchant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_policy import DECIDING_ROLES
from domain.approvals.approval_request import ApprovalStatus
from domain.identity.actor import ActorKind
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.graph import CORE, SYSTEM
from tests.builders.approvals import a_party, a_policy, an_approval_request
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy

if TYPE_CHECKING:
    from domain.approvals.approval_request import ApprovalRequest
    from tests.api.graph import Graph

S = ApprovalStatus
ADA, SHOP = a_party(), a_party("Shop", ActorKind.CLIENT)
PAYMENT = new_uuid(MORNING)
LIST = "query($f: ApprovalRequestFilter) { approvalRequests(filter: $f) { nodes { id } } }"


@pytest.fixture(scope="module")
async def requests(lasting_graph: Graph) -> list[ApprovalRequest]:
    """Four of the blue merchant, and one of the red one."""
    blue, red = lasting_graph.blue.id, lasting_graph.red.id
    given: list[dict[str, Any]] = [
        {"merchant_id": blue, "requested_by": ADA, "subject_id": PAYMENT, "amount": eur(60)},
        {"status": S.SUCCEEDED, "merchant_id": blue, "requested_by": SHOP, "amount": eur("99.99")},
        {"merchant_id": blue, "subject_type": "dispute", "action": ApprovalAction.ACCEPT_DISPUTE, "command": {}},
        {"status": S.REJECTED, "merchant_id": blue, "amount": jpy(60), "requested_at": after(5)},
        {"merchant_id": red},
    ]
    for number, values in enumerate(given):
        values.setdefault("id", new_uuid(after(number)))
    made = [an_approval_request(**values) for values in given]
    async with lasting_graph.assembly.payments.units.begin(SYSTEM, "tests") as unit:
        for request in made:
            await unit.approvals.add(request)
        await unit.commit()
    return made


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {0, 1, 2, 3}),
        ({"status": ["REQUIRES_REVIEW"]}, {0, 2}),
        ({"status": ["SUCCEEDED", "REJECTED"]}, {1, 3}),
        ({"status": []}, set()),
        ({"action": ["ACCEPT_DISPUTE"]}, {2}),
        ({"action": ["REFUND_PAYMENT"], "status": ["REQUIRES_REVIEW"]}, {0}),
        ({"paymentId": format_id(Prefix.PAYMENT, PAYMENT)}, {0}),
        ({"requestedById": format_id(Prefix.USER, ADA.id or PAYMENT)}, {0}),
        ({"requestedById": format_id(Prefix.CLIENT, SHOP.id or PAYMENT)}, {1}),
        ({"currency": ["JPY"]}, {3}),
        ({"currency": ["EUR"], "amount": {"gt": "60"}}, {1}),
        ({"amount": {"gte": "60", "lt": "99.99"}}, {0, 2, 3}),
        ({"requestedAt": {"gt": "2026-03-02T09:00:00Z"}}, {3}),
    ],
)
async def test_filters(
    lasting_graph: Graph, requests: list[ApprovalRequest], wanted: dict[str, Any], found: set[int]
) -> None:
    nodes = (await lasting_graph.run(LIST, {"f": wanted}))["approvalRequests"]["nodes"]
    newest_first = [format_id(Prefix.APPROVAL, requests[number].id) for number in sorted(found, reverse=True)]
    assert [node["id"] for node in nodes] == newest_first


async def test_staff_see_all_and_narrow(lasting_graph: Graph, requests: list[ApprovalRequest]) -> None:
    staff, merchant = lasting_graph.staff, format_id(Prefix.MERCHANT, lasting_graph.red.id)
    everything = (await lasting_graph.run(LIST, actor=staff))["approvalRequests"]["nodes"]
    assert len(everything) == len(requests)
    red = await lasting_graph.run(LIST, {"f": {"merchantIds": [merchant]}}, actor=staff)
    assert red["approvalRequests"]["nodes"] == [{"id": format_id(Prefix.APPROVAL, requests[4].id)}]


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ({"requestedById": format_id(Prefix.PAYMENT, PAYMENT)}, ["filter", "requestedById"]),
        ({"paymentId": format_id(Prefix.USER, PAYMENT)}, ["filter", "paymentId"]),
        ({"currency": ["EUX"]}, ["filter", "currency", "0"]),
        ({"amount": {"gt": "1.23456"}}, ["filter", "amount", "gt"]),
    ],
)
async def test_filters_that_are_refused(lasting_graph: Graph, wanted: dict[str, Any], path: list[str]) -> None:
    error = await lasting_graph.refused(LIST, {"f": wanted})
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": path}


async def test_a_dispute_is_no_payment(lasting_graph: Graph, requests: list[ApprovalRequest]) -> None:
    document = "query($id: ID!) { approvalRequest(id: $id) { action refundReason payment { id } merchant { name } } }"
    seen = await lasting_graph.run(document, {"id": format_id(Prefix.APPROVAL, requests[2].id)})
    assert seen["approvalRequest"] == {
        "action": "ACCEPT_DISPUTE",
        "refundReason": None,
        "payment": None,
        "merchant": {"name": "Blue Bicycle"},
    }


async def test_a_payment_that_one_may_not_see(lasting_graph: Graph, requests: list[ApprovalRequest]) -> None:
    """Where a payment is gone or beyond the viewer, its request is shown and the payment is an error of its own."""
    document = "query($id: ID!) { approvalRequest(id: $id) { status payment { id } } }"
    payload = await lasting_graph.answer(document, {"id": format_id(Prefix.APPROVAL, requests[0].id)})
    assert payload["data"]["approvalRequest"] == {"status": "REQUIRES_REVIEW", "payment": None}
    assert payload["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_policies_of_a_merchant(graph: Graph) -> None:
    async with graph.assembly.payments.units.begin(SYSTEM, "tests") as unit:
        for policy in (
            a_policy(jpy(9000), merchant_id=graph.blue.id),
            a_policy(eur(50), merchant_id=graph.blue.id, action=ApprovalAction.ACCEPT_DISPUTE),
            a_policy(eur(20), merchant_id=graph.blue.id),
            a_policy(eur(1), merchant_id=graph.red.id),
        ):
            await unit.approval_policies.put(policy)
        await unit.commit()
    document = "query($m: ID!) { approvalPolicies(merchantId: $m) { action role threshold { amount currency } } }"
    variables = {"m": format_id(Prefix.MERCHANT, graph.blue.id)}
    seen = (await graph.run(document, variables))["approvalPolicies"]
    assert [(p["action"], p["threshold"]["amount"], p["threshold"]["currency"], p["role"]) for p in seen] == [
        ("ACCEPT_DISPUTE", "50.00", "EUR", None),
        ("REFUND_PAYMENT", "20.00", "EUR", None),
        ("REFUND_PAYMENT", "9000", "JPY", None),
    ]
    for actor, merchant in ((graph.rival, graph.blue.id), (graph.staff, new_uuid(MORNING))):
        error = await graph.refused(document, {"m": format_id(Prefix.MERCHANT, merchant)}, actor=actor)
        assert error["extensions"]["code"] == "NOT_FOUND"


async def test_whose_permission_is_missing_at_one_merchant(
    lasting_graph: Graph, requests: list[ApprovalRequest]
) -> None:
    blind = an_actor(lasting_graph.blue, permissions=())
    error = await lasting_graph.refused(LIST, actor=blind)
    assert error["extensions"]["code"] == "PERMISSION_DENIED"


def test_the_graph_knows_every_role_that_decides() -> None:
    assert set(CORE.type_map["ApproverRole"].values) == {role.value for role in DECIDING_ROLES}
