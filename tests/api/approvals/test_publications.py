"""The publication of a fraud rule is asked for, shown with the rule, and decided: of the platform by staff alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.ids import Prefix, format_id
from tests.builders.identity import a_staff_actor, an_actor

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

POLICY = {"action": "PUBLISH_FRAUD_RULE"}
POLICIES = "query($m: ID) { approvalPolicies(merchantId: $m) { action role threshold { amount } } }"
REQUESTS = """
query($f: ApprovalRequestFilter) {
  approvalRequests(filter: $f) {
    nodes {
      id status amount { amount } refundReason fraudRuleVersion publicationReason
      merchant { id } payment { id } dispute { id } fraudRule { id name }
    }
  }
}
"""
RULE = "query($id: ID!) { fraudRule(id: $id) { status publishedVersion { number } } }"


async def created(graph: Graph, actor: Actor | None = None) -> Json:
    """A rule in draft: of the platform for staff, who leave out a merchant, and else of the actor's own."""
    given = {"name": "Large amounts", "action": "REVIEW", "expression": "payment.amount_minor > 100000"}
    return (await graph.change("createFraudRule", actor or graph.owner, **given))["rule"]


async def asked(graph: Graph, rule: Json, actor: Actor | None = None) -> Json:
    answer = await graph.change("publishFraudRule", actor or graph.owner, ruleId=rule["id"], reason="It is good")
    assert answer["__typename"] == "ApprovalRequired", answer
    return answer["approvalRequest"]


async def listed(graph: Graph, actor: Actor, **wanted: Any) -> list[Json]:
    return (await graph.run(REQUESTS, {"f": wanted}, actor=actor))["approvalRequests"]["nodes"]


@pytest.fixture
async def request_of_staff(graph: Graph) -> Json:
    await graph.change("setApprovalPolicy", graph.staff, **POLICY, role="RISK_ANALYST")
    return await asked(graph, await created(graph, graph.staff), graph.staff)


async def test_the_platforms_policy(graph: Graph) -> None:
    answer = await graph.change("setApprovalPolicy", graph.staff, **POLICY, role="RISK_ANALYST")
    policy = {"action": "PUBLISH_FRAUD_RULE", "role": "RISK_ANALYST", "threshold": None}
    assert answer["policy"] == policy
    assert (await graph.run(POLICIES, actor=graph.staff))["approvalPolicies"] == [policy]
    assert (await graph.run(POLICIES))["approvalPolicies"] == []
    gone = await graph.change("setApprovalPolicy", graph.staff, **POLICY, required=False)
    assert (gone["__typename"], gone["policy"]) == ("SetApprovalPolicyPayload", None)
    assert await graph.value("SELECT count(*) FROM approval_policies") == 0


async def test_a_merchants_policy_is_its_own(graph: Graph) -> None:
    await graph.change("setApprovalPolicy", **POLICY)
    own = [{"action": "PUBLISH_FRAUD_RULE", "role": None, "threshold": None}]
    blue = {"m": format_id(Prefix.MERCHANT, graph.blue.id)}
    assert (await graph.run(POLICIES))["approvalPolicies"] == own
    assert (await graph.run(POLICIES, blue, actor=graph.staff))["approvalPolicies"] == own
    assert (await graph.run(POLICIES, actor=graph.staff))["approvalPolicies"] == []
    assert (await graph.change("publishFraudRule", ruleId=(await created(graph))["id"], reason="Good"))[
        "__typename"
    ] == "ApprovalRequired"
    rule = await created(graph, graph.staff)
    published = await graph.change("publishFraudRule", graph.staff, ruleId=rule["id"], reason="Good")
    assert published["rule"]["status"] == "PUBLISHED"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"currency": "EUR", "threshold": "5.00"}, "currency"),
        ({"threshold": "5.00"}, "currency"),
        ({"role": "OWNER"}, "role"),
        ({"action": "REFUND_PAYMENT"}, "merchantId"),
    ],
)
async def test_what_no_policy_of_the_platform_can_be(graph: Graph, given: Json, path: str) -> None:
    refused = await graph.change("setApprovalPolicy", graph.staff, **{**POLICY, **given})
    assert (refused["__typename"], refused["path"]) == ("InvalidInput", ["input", path])
    assert await graph.value("SELECT count(*) FROM approval_policies") == 0


@pytest.mark.parametrize("given", [{"currency": None, "threshold": "5.00"}, {"currency": None}])
async def test_amounts_have_a_currency(graph: Graph, given: Json) -> None:
    refused = await graph.change("setApprovalPolicy", action="REFUND_PAYMENT", **given)
    assert (refused["__typename"], refused["path"]) == ("InvalidInput", ["input", "currency"])


async def test_who_may_not_say_so(graph: Graph) -> None:
    for role in StaffRole:
        if role is not StaffRole.ADMIN:
            refused = await graph.change("setApprovalPolicy", a_staff_actor(role), **POLICY)
            assert refused["__typename"] == "PermissionDenied"
    nobodys = await graph.change("setApprovalPolicy", **POLICY, merchantId="mer_00000000000000000000000000")
    assert nobodys["__typename"] == "NotFound"
    assert await graph.value("SELECT count(*) FROM approval_policies") == 0


async def test_the_request_shows_its_rule(graph: Graph, request_of_staff: Json) -> None:
    (shown,) = await listed(graph, graph.staff)
    assert shown == {
        "id": request_of_staff["id"],
        "status": "REQUIRES_REVIEW",
        "amount": None,
        "refundReason": None,
        "fraudRuleVersion": 1,
        "publicationReason": "It is good",
        "merchant": None,
        "payment": None,
        "dispute": None,
        "fraudRule": {"id": request_of_staff["fraudRule"]["id"], "name": "Large amounts"},
    }
    by_rule = {"fraudRuleId": request_of_staff["fraudRule"]["id"]}
    assert await listed(graph, graph.staff, **by_rule, action=["PUBLISH_FRAUD_RULE"]) == [shown]
    assert await listed(graph, graph.owner) == []
    node = "query($id: ID!) { node(id: $id) { id } approvalRequest(id: $id) { id } }"
    seen = await graph.run(node, {"id": request_of_staff["id"]})
    assert seen == {"node": None, "approvalRequest": None}


async def test_a_request_is_about_one_thing(graph: Graph) -> None:
    wanted = {
        "paymentId": "pay_01h455vb4pex5vsknk084sn02q",
        "fraudRuleId": "rul_01h455vb4pex5vsknk084sn02q",
    }
    error = await graph.refused(REQUESTS, {"f": wanted})
    assert "give a payment or a fraud rule" in error["message"]


async def test_other_staff_approve_and_it_acts(graph: Graph, request_of_staff: Json) -> None:
    own = await graph.change("approveRequest", graph.staff, approvalRequestId=request_of_staff["id"])
    assert (own["__typename"], "somebody else has to decide" in own["message"]) == ("InvalidState", True)
    for actor, refusal in (
        (a_staff_actor(StaffRole.FINANCE_OPERATIONS), "PermissionDenied"),
        (a_staff_actor(StaffRole.SUPPORT), "PermissionDenied"),
        (graph.owner, "NotFound"),
    ):
        refused = await graph.change("approveRequest", actor, approvalRequestId=request_of_staff["id"])
        assert refused["__typename"] == refusal
    assert await graph.value("SELECT count(*) FROM fraud_rule_sets") == 0
    analyst = a_staff_actor(StaffRole.RISK_ANALYST)
    done = await graph.change("approveRequest", analyst, approvalRequestId=request_of_staff["id"])
    assert (done["approvalRequest"]["status"], done["approvalRequest"]["amount"]) == ("SUCCEEDED", None)
    rule = (await graph.run(RULE, {"id": request_of_staff["fraudRule"]["id"]}, actor=analyst))["fraudRule"]
    assert rule == {"status": "PUBLISHED", "publishedVersion": {"number": 1}}
    assert await graph.value("SELECT count(*) FROM fraud_rule_sets") == 1


async def test_it_can_be_rejected_and_canceled(graph: Graph, request_of_staff: Json) -> None:
    rejected = await graph.change(
        "rejectRequest", a_staff_actor(), approvalRequestId=request_of_staff["id"], reason="Too many"
    )
    assert rejected["approvalRequest"]["status"] == "REJECTED"
    again = await asked(graph, request_of_staff["fraudRule"], graph.staff)
    canceled = await graph.change("cancelRequest", graph.staff, approvalRequestId=again["id"])
    assert canceled["approvalRequest"]["status"] == "CANCELED"
    assert await graph.value("SELECT count(*) FROM fraud_rule_sets") == 0


async def test_a_merchants_people_decide_about_its_own_rules(graph: Graph) -> None:
    await graph.change("setApprovalPolicy", **POLICY)
    request = await asked(graph, await created(graph))
    (shown,) = await listed(graph, graph.owner)
    assert shown["merchant"] == {"id": format_id(Prefix.MERCHANT, graph.blue.id)}
    rival = await graph.change("approveRequest", graph.rival, approvalRequestId=request["id"])
    assert rival["__typename"] == "NotFound"
    other = an_actor(graph.blue, role=MerchantRole.FINANCE)
    done = await graph.change("approveRequest", other, approvalRequestId=request["id"])
    assert done["approvalRequest"]["status"] == "SUCCEEDED"
