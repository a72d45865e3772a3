"""A refund over the threshold is asked for, decided by somebody else, and done once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.approvals.expire_requests import ExpireRequests, expire_requests
from domain.identity.permission import MerchantRole
from domain.kernel.ids import Prefix, format_id
from tests.api.graph import SYSTEM
from tests.builders.identity import a_staff_actor, an_actor

if TYPE_CHECKING:
    import httpx2

    from tests.api.approvals.counter import Counter
    from tests.api.graph import Json


def allowed(request: Json) -> set[str]:
    return {action["action"] for action in request["availableActions"] if action["allowed"]}


async def test_below_the_threshold_nobody_is_asked(counter: Counter) -> None:
    answer = await counter.refund(await counter.payment(), "19.99")
    assert answer["refund"]["status"] == "SUCCEEDED"
    assert await counter.refunded() == 1999


async def test_from_the_threshold_on_no_money_moves(counter: Counter) -> None:
    payment = await counter.payment()
    answer = await counter.refund(payment, "20.00", reason="DUPLICATE")
    assert answer["__typename"] == "ApprovalRequired"
    request = answer["approvalRequest"]
    assert (request["status"], request["action"], request["amount"]["amount"], request["refundReason"]) == (
        "REQUIRES_REVIEW", "REFUND_PAYMENT", "20.00", "DUPLICATE",
    )  # fmt: skip
    assert (request["requestedBy"], request["payment"]) == ("Ada Lovelace", {"id": payment["id"]})
    assert counter.operator.id is not None
    assert request["requestedById"] == format_id(Prefix.USER, counter.operator.id)
    assert (request["decidedBy"], request["decidedById"], request["decidedAt"], request["role"]) == (None,) * 4
    assert allowed(request) == {"CANCEL"}
    assert await counter.refunded() == 0
    assert await counter.graph.value("SELECT count(*) FROM operations WHERE type = 'REFUND'") == 0


async def test_the_whole_rest_needs_approval_as_well(counter: Counter) -> None:
    answer = await counter.refund(await counter.payment())
    assert answer["approvalRequest"]["amount"]["amount"] == "40.00"


async def test_a_yes_moves_the_money_once(counter: Counter) -> None:
    request = await counter.request()
    answer = await counter.decide("approveRequest", request)
    assert answer["__typename"] == "ApproveRequestPayload"
    done = answer["approvalRequest"]
    assert (done["status"], done["failure"], allowed(done)) == ("SUCCEEDED", None, set())
    assert counter.finance.id is not None
    assert done["decidedById"] == format_id(Prefix.USER, counter.finance.id)
    assert await counter.refunded() == 2500
    again = await counter.decide("approveRequest", request)
    assert again["approvalRequest"]["status"] == "SUCCEEDED"
    refused = await counter.decide("approveRequest", request, an_actor(counter.graph.blue))
    assert (refused["code"], await counter.refunded()) == ("INVALID_STATE", 2500)


async def test_two_approvers_at_once_are_one_effect(counter: Counter) -> None:
    request = await counter.request()
    people = [an_actor(counter.graph.blue) for _ in range(4)]
    answers = await asyncio.gather(*(counter.decide("approveRequest", request, person) for person in people))
    assert sorted(answer["__typename"] for answer in answers) == ["ApproveRequestPayload", *["InvalidState"] * 3]
    assert await counter.refunded() == 2500


async def test_the_key_in_every_phase(counter: Counter) -> None:
    payment = await counter.payment()
    first = await counter.refund(payment, "25.00", "k")
    assert (await counter.refund(payment, "25", "k")) == first
    assert (await counter.refund(payment, "26.00", "k"))["__typename"] == "IdempotencyConflict"
    await counter.decide("approveRequest", first["approvalRequest"])
    done = await counter.refund(payment, "25.00", "k")
    assert (done["__typename"], done["replayed"], done["refund"]["status"]) == (
        "RefundPaymentPayload", True, "SUCCEEDED",
    )  # fmt: skip
    assert done["payment"]["amountRefunded"]["amount"] == "25.00"
    rest = await counter.refund(payment, "15.00", "rest")
    assert rest["refund"]["amount"]["amount"] == "15.00"


@pytest.mark.parametrize("mutation", ["rejectRequest", "cancelRequest"])
async def test_a_no_ends_it(counter: Counter, mutation: str) -> None:
    payment = await counter.payment()
    request = (await counter.refund(payment, "25.00"))["approvalRequest"]
    actor = counter.operator if mutation == "cancelRequest" else counter.finance
    answer = await counter.decide(mutation, request, actor, reason="wrong customer")
    ended = answer["approvalRequest"]
    assert ended["status"] == {"rejectRequest": "REJECTED", "cancelRequest": "CANCELED"}[mutation]
    assert (ended["reason"], ended["finishedAt"], allowed(ended)) == ("wrong customer", ended["decidedAt"], set())
    for decision in ("approveRequest", "rejectRequest"):
        given: dict[str, Any] = {"reason": "no"} if decision == "rejectRequest" else {}
        refused = await counter.decide(decision, request, **given)
        assert (refused["__typename"], ended["status"] in refused["message"]) == ("InvalidState", True)
    assert (await counter.refund(payment, "25.00"))["approvalRequest"]["status"] == ended["status"]
    assert await counter.refunded() == 0


async def test_who_asked_decides_nothing(counter: Counter) -> None:
    owner = an_actor(counter.graph.blue)
    asking = replace(counter, operator=owner)
    request = await asking.request()
    for mutation, given in (("approveRequest", {}), ("rejectRequest", {"reason": "no"})):
        refused = await counter.decide(mutation, request, owner, **given)
        assert (refused["__typename"], refused["message"]) == (
            "InvalidState",
            "You asked for this yourself, so somebody else has to decide it; you can cancel it.",
        )
    refused = await counter.decide("cancelRequest", request)
    assert "Only Ada Lovelace, who asked for this, can cancel it" in refused["message"]
    assert await counter.graph.value("SELECT status FROM approval_requests") == "REQUIRES_REVIEW"
    assert await counter.refunded() == 0


async def test_another_merchant_sees_nothing(counter: Counter) -> None:
    request = await counter.request()
    rival = counter.graph.rival
    for mutation, given in (("approveRequest", {}), ("rejectRequest", {"reason": "no"}), ("cancelRequest", {})):
        refused = await counter.decide(mutation, request, rival, **given)
        assert refused["__typename"] == "NotFound"
    document = (
        "query($id: ID!) { approvalRequest(id: $id) { id } node(id: $id) { id } approvalRequests { nodes { id } } }"
    )
    seen = await counter.graph.run(document, {"id": request["id"]}, actor=rival)
    assert seen == {"approvalRequest": None, "node": None, "approvalRequests": {"nodes": []}}


async def test_what_can_no_longer_be_done_fails_with_the_reason(counter: Counter) -> None:
    payment = await counter.payment()
    request = (await counter.refund(payment, "25.00", "k"))["approvalRequest"]
    await counter.refund(payment, "19.00", "small")
    failed = (await counter.decide("approveRequest", request))["approvalRequest"]
    assert (failed["status"], failed["failure"]) == ("FAILED", "At most 21.00 EUR can be refunded.")
    assert (await counter.refund(payment, "25.00", "k"))["approvalRequest"]["status"] == "FAILED"
    assert await counter.refunded() == 1900


async def test_while_nobody_knows_it_stays_approved(counter: Counter, simulator: httpx2.AsyncClient) -> None:
    request = await counter.request()
    await simulator.post("/v1/control", json={"faults": [{"kind": "cut", "times": 1}]})
    approved = (await counter.decide("approveRequest", request))["approvalRequest"]
    assert (approved["status"], approved["finishedAt"], allowed(approved)) == ("APPROVED", None, set())


async def test_nobody_decides_what_ran_out(counter: Counter) -> None:
    request = await counter.request()
    await counter.graph.database.execute("UPDATE approval_requests SET expires_at = now()")
    refused = await counter.decide("approveRequest", request)
    assert (refused["__typename"], "ask for it anew" in refused["message"]) == ("InvalidState", True)
    assert await expire_requests(counter.graph.assembly.approvals, SYSTEM, ExpireRequests()) == 1
    document = "query($id: ID!) { approvalRequest(id: $id) { status decidedBy finishedAt } }"
    seen = (await counter.graph.run(document, {"id": request["id"]}))["approvalRequest"]
    assert (seen["status"], seen["decidedBy"], seen["finishedAt"] is not None) == ("EXPIRED", None, True)
    assert await counter.refunded() == 0


async def test_a_reason_is_wanted_for_a_no(counter: Counter) -> None:
    request = await counter.request()
    refused = await counter.decide("rejectRequest", request, reason=" ")
    assert (refused["__typename"], refused["path"]) == ("InvalidInput", ["input", "reason"])


async def test_a_policy_may_want_a_role(counter: Counter) -> None:
    staff = counter.graph.staff
    merchant = format_id(Prefix.MERCHANT, counter.graph.blue.id)
    given: dict[str, Any] = {"merchantId": merchant, "action": "REFUND_PAYMENT", "currency": "EUR"}
    policy = await counter.graph.change(
        "setApprovalPolicy", staff, **given, threshold="30.00", role="FINANCE_OPERATIONS"
    )
    assert policy["policy"] == {
        "action": "REFUND_PAYMENT",
        "role": "FINANCE_OPERATIONS",
        "threshold": {"amount": "30.00", "minorUnits": "3000", "currency": "EUR"},
    }
    request = await counter.request("30.00")
    refused = await counter.decide("approveRequest", request, an_actor(counter.graph.blue))
    assert (refused["__typename"], "the role FINANCE_OPERATIONS" in refused["message"]) == ("PermissionDenied", True)
    for threshold in (None, "1000.00"):
        refused = await counter.graph.change("setApprovalPolicy", **given, threshold=threshold)
        assert (refused["__typename"], "only its staff" in refused["message"]) == ("PermissionDenied", True)
    done = (await counter.decide("approveRequest", request, a_staff_actor()))["approvalRequest"]
    assert done["status"] == "SUCCEEDED"


async def test_without_a_threshold_nobody_is_asked(counter: Counter) -> None:
    given = {"action": "REFUND_PAYMENT", "currency": "EUR"}
    assert (await counter.graph.change("setApprovalPolicy", **given))["policy"] is None
    assert (await counter.refund(await counter.payment()))["refund"]["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"threshold": "1.234"}, ["input", "threshold"]),
        ({"threshold": "-1.00"}, ["input", "threshold"]),
        ({"threshold": "ten"}, ["input", "threshold"]),
        ({"currency": "EUX"}, ["input", "currency"]),
    ],
)
async def test_a_policy_that_cannot_be(counter: Counter, given: dict[str, str], path: list[str]) -> None:
    fields = {"action": "REFUND_PAYMENT", "currency": "EUR", "threshold": "1.00", **given}
    refused = await counter.graph.change("setApprovalPolicy", **fields)
    assert (refused["__typename"], refused["path"]) == ("InvalidInput", path)
    assert await counter.graph.value("SELECT threshold_minor FROM approval_policies") == 2000


@pytest.mark.parametrize(("captured", "wanted"), [("20.00", True), ("19.99", False)])
async def test_available_actions_say_whether_the_most_needs_approval(
    counter: Counter, captured: str, *, wanted: bool
) -> None:
    payment = await counter.payment(amount={"amount": captured, "currency": "EUR"})
    actions = {action["action"]: action for action in payment["availableActions"]}
    assert (actions["REFUND"]["requiresApproval"], actions["CAPTURE"]["requiresApproval"]) == (wanted, False)


async def test_a_viewer_sees_and_can_do_nothing(counter: Counter) -> None:
    await counter.request()
    viewer = an_actor(counter.graph.blue, role=MerchantRole.VIEWER)
    document = "{ approvalRequests { nodes { status availableActions { action allowed reason } } } }"
    (request,) = (await counter.graph.run(document, actor=viewer))["approvalRequests"]["nodes"]
    assert allowed(request) == set()
    assert request["availableActions"][0]["reason"].startswith("This needs the permission approvals:decide")
