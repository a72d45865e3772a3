"""Why a payment was let go, held or stopped: all of it for staff, and for merchants what is their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole, Permission
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.fraud.casebook import Casebook
    from tests.api.graph import Json

JUDGEMENT = """
fragment J on ScreeningJudgement {
  detailed decision request3ds awaitsScore decidedBy { name ofPlatform } score thresholds { reviewAt blockAt }
  results { name version mode action points expression outcome message values { name value } } listHits { listName value }
}
"""
SCREENING = """
query($id: ID!) { payment(id: $id) { screening {
  decision request3ds awaitsScore score durationMicroseconds screenedAt judgedAgainAt decidedBy { name ofPlatform }
  platform { ...J } merchant { ...J }
} } }
"""


async def screening(casebook: Casebook, payment: Json, actor: Actor | None = None) -> Json:
    """What was found of a payment, as somebody sees it."""
    data = await casebook.graph.run(SCREENING + JUDGEMENT, {"id": payment["id"]}, actor=actor)
    return data["payment"]["screening"]


def outcomes(judgement: Json) -> dict[str, str]:
    """What became of each rule."""
    return {result["name"]: result["outcome"] for result in judgement["results"]}


async def test_nothing_to_judge_by_lets_every_payment_go(casebook: Casebook) -> None:
    payment = await casebook.paid()
    seen = await screening(casebook, payment)
    assert (payment["status"], seen["decision"], seen["score"], seen["decidedBy"]) == ("CAPTURED", "ALLOW", 0, [])
    assert (seen["merchant"]["results"], seen["merchant"]["listHits"], seen["judgedAgainAt"]) == ([], [], None)
    assert seen["durationMicroseconds"] > 0


async def test_a_rule_shows_what_it_saw_and_no_more(casebook: Casebook) -> None:
    expression = 'card.country == "DE" && velocity("card", "24h").count >= 1 && customer.email.endsWith("@example.com")'
    await casebook.published(name="again", expression=expression)
    given = {"customer": {"email": "Mary@Example.com"}}
    first = await casebook.paid("9.00", **given)
    assert outcomes((await screening(casebook, first))["merchant"]) == {"again": "NOT_MATCHED"}
    second = await casebook.paid("9.00", **given)
    seen = (await screening(casebook, second))["merchant"]
    assert outcomes(seen) == {"again": "MATCHED"}
    (result,) = seen["results"]
    assert {value["name"]: value["value"] for value in result["values"]} == {
        "card.country": "DE",
        "customer.email": "mary@example.com",
        'velocity("card", "24h").count': "1",
        'velocity("card", "24h").sum_minor': "900",
    }
    assert (result["expression"], result["version"], result["mode"]) == (expression, 1, "LIVE")


async def test_personal_values_need_their_permission(casebook: Casebook) -> None:
    graph = casebook.graph
    await graph.change("addListEntries", listName="blocked_emails", values=["mary@example.com"], reason="Thief")
    await graph.change("addListEntries", listName="blocked_countries", values=["DE"], reason="Not served")
    await casebook.published(name="mail", action="BLOCK", expression='customer.email == "mary@example.com"')
    payment = await casebook.paid(customer={"email": "mary@example.com"})
    assert (payment["status"], payment["declineCode"]) == ("DECLINED", "FRAUD_SUSPECTED")
    for actor, email in ((graph.owner, "mary@example.com"), (_viewer(casebook), None)):
        seen = (await screening(casebook, payment, actor))["merchant"]
        assert {"name": "customer.email", "value": email} in seen["results"][0]["values"]
        assert {"listName": "blocked_emails", "value": email} in seen["listHits"]
        assert {"listName": "blocked_countries", "value": "DE"} in seen["listHits"]


def _viewer(casebook: Casebook) -> Actor:
    return an_actor(casebook.graph.blue, role=MerchantRole.VIEWER)


async def test_merchants_see_of_the_platform_who_decided_and_no_more(casebook: Casebook) -> None:
    graph, staff = casebook.graph, casebook.graph.staff
    expression = 'velocity("card", "1h").count >= 1'
    await casebook.published(staff, name="card of many shops", action="BLOCK", expression=expression)
    await casebook.published(staff, name="points", action="SCORE", points=40, expression="true")
    await graph.change("setScorePolicy", staff, reviewAt=100, blockAt=200, reason="To begin with.")
    await casebook.published(name="own points", action="SCORE", points=7, expression="true")
    await casebook.paid("100", graph.rival, amount={"amount": "100", "currency": "JPY"})
    blocked = await casebook.paid("9.00")
    assert blocked["status"] == "DECLINED"
    seen = await screening(casebook, blocked)
    assert (seen["decision"], seen["score"]) == ("BLOCK", 7)
    assert seen["decidedBy"] == [{"name": "card of many shops", "ofPlatform": True}]
    hidden = {"score": None, "thresholds": None, "results": None, "listHits": None}
    platform = seen["platform"]
    assert (platform["detailed"], {name: platform[name] for name in hidden}) == (False, hidden)
    assert (seen["merchant"]["detailed"], seen["merchant"]["score"]) == (True, 7)
    whole = await screening(casebook, blocked, staff)
    assert (whole["score"], whole["platform"]["score"], whole["platform"]["detailed"]) == (47, 40, True)
    assert whole["platform"]["thresholds"] == {"reviewAt": 100, "blockAt": 200}
    (by_count,) = [one for one in whole["platform"]["results"] if one["name"] == "card of many shops"]
    # The other merchant's payment was counted.
    assert {"name": 'velocity("card", "1h").count', "value": "1"} in by_count["values"]
    assert expression not in str(await graph.run("{ fraudRules { nodes { versions { expression } } } }"))


async def test_the_reviews_points_are_staffs(casebook: Casebook) -> None:
    await casebook.published(casebook.graph.staff, name="points", action="SCORE", points=40, expression="true")
    await casebook.published()
    payment = await casebook.paid()
    review = (await casebook.of_payment(payment["id"], "fraudReview { id }"))["fraudReview"]["id"]
    assert (await casebook.one(review, "score"))["score"] is None
    assert (await casebook.one(review, "score", casebook.graph.staff))["score"] == 40


async def test_precedence_shadow_and_failure_are_shown(casebook: Casebook) -> None:
    await casebook.published(name="regulars", action="ALLOW", expression="payment.amount_minor < 5000")
    await casebook.published(name="large", action="BLOCK", expression="payment.amount_minor > 50000")
    await casebook.published(name="broken", action="BLOCK", expression="1 / (payment.amount_minor - 60000) > 100000")
    tried = await casebook.drafted(name="tried", action="BLOCK", expression="true")
    assert (await casebook.graph.change("shadowFraudRule", ruleId=tried))["rule"]["status"] == "SHADOW"
    small = await screening(casebook, await casebook.paid("9.00"))
    assert (small["decision"], [one["name"] for one in small["decidedBy"]]) == ("ALLOW", ["regulars"])
    assert outcomes(small["merchant"]) == {
        "regulars": "MATCHED",
        "large": "NOT_MATCHED",
        "broken": "NOT_MATCHED",
        "tried": "MATCHED",
    }
    large = await casebook.paid("600.00")
    seen = await screening(casebook, large)
    assert (large["status"], seen["decision"]) == ("DECLINED", "BLOCK")
    (broken,) = [one for one in seen["merchant"]["results"] if one["name"] == "broken"]
    assert (broken["outcome"], bool(broken["message"])) == ("FAILED", True)
    assert [one["mode"] for one in seen["merchant"]["results"] if one["name"] == "tried"] == ["SHADOW"]


async def test_3ds_is_asked_for(casebook: Casebook) -> None:
    await casebook.published(name="ask", action="REQUEST_3DS", expression="payment.amount_minor >= 3000")
    payment = await casebook.paid("30.00")
    assert (payment["status"], payment["nextAction"] is not None) == ("REQUIRES_ACTION", True)
    seen = await screening(casebook, payment)
    assert (seen["decision"], seen["request3ds"]) == ("REQUEST_3DS", True)


@pytest.mark.parametrize(
    ("token", "status", "outcome"), [("tok_high_risk", "IN_REVIEW", "MATCHED"), ("tok_visa", "CAPTURED", "NOT_MATCHED")]
)
async def test_the_gateways_score_decides_afterwards(casebook: Casebook, token: str, status: str, outcome: str) -> None:
    await casebook.published(name="risky", action="REVIEW", expression="gateway.score >= 70")
    payment = await casebook.paid("9.00", paymentMethod={"token": token})
    assert payment["status"] == status
    seen = await screening(casebook, payment)
    assert (seen["judgedAgainAt"] is None, outcomes(seen["merchant"])) == (False, {"risky": outcome})
    review = (await casebook.of_payment(payment["id"], "fraudReview { status riskScore }"))["fraudReview"]
    assert (review is None) == (status == "CAPTURED")


async def test_what_payments_share(casebook: Casebook) -> None:
    graph = casebook.graph
    first = await casebook.paid("9.00", customer={"email": "a@example.com"}, origin={"ipAddress": "203.0.113.7"})
    second = await casebook.paid("9.00", customer={"email": "b@example.com"}, origin={"ipAddress": "203.0.113.7"})
    third = await casebook.paid("9.00", customer={"email": "a@example.com"}, paymentMethod={"token": "tok_amex"})
    await casebook.paid("9.00", graph.rival, amount={"amount": "100", "currency": "JPY"})
    shown = "links { dimension payments merchants byStatus { status count } capped }"
    linked = "linkedPayments(%s) { nodes { payment { id } shares } pageInfo { hasNextPage endCursor } }"
    seen = (await casebook.of_payment(first["id"], shown))["links"]
    assert {one["dimension"]: (one["payments"], one["merchants"]) for one in seen} == {
        "CARD": (1, 1),
        "EMAIL": (1, 1),
        "IP": (1, 1),
        "CUSTOMER": (1, 1),
    }
    assert seen[0]["byStatus"] == [{"status": "CAPTURED", "count": 1}]
    page = (await casebook.of_payment(first["id"], linked % "first: 1"))["linkedPayments"]
    assert page["nodes"] == [{"payment": {"id": third["id"]}, "shares": ["EMAIL", "CUSTOMER"]}]
    after = f'first: 1, after: "{page["pageInfo"]["endCursor"]}"'
    last = (await casebook.of_payment(first["id"], linked % after))["linkedPayments"]
    assert (last["nodes"], last["pageInfo"]["hasNextPage"]) == (
        [{"payment": {"id": second["id"]}, "shares": ["CARD", "IP"]}],
        False,
    )
    by_ip = (await casebook.of_payment(first["id"], linked % "by: [IP]"))["linkedPayments"]["nodes"]
    assert [node["payment"]["id"] for node in by_ip] == [second["id"]]
    # Staff see the other merchant's too.
    whole = (await casebook.of_payment(first["id"], shown, graph.staff))["links"]
    assert {one["dimension"]: (one["payments"], one["merchants"]) for one in whole}["CARD"] == (2, 2)


async def test_links_that_are_refused(casebook: Casebook) -> None:
    payment = await casebook.paid("9.00")
    query = "query($id: ID!) { payment(id: $id) { links(by: [MERCHANT]) { payments } } }"
    (error,) = (await casebook.graph.answer(query, {"id": payment["id"]}))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": ["by"]}


async def test_linked_payments_need_the_permission_to_read_payments(casebook: Casebook) -> None:
    review = await casebook.held()
    query = "query($id: ID!) { fraudReview(id: $id) { status links { payments } %s } }"
    blind = an_actor(casebook.graph.blue, permissions={Permission.FRAUD_READ})
    assert (await casebook.graph.run(query % "", {"id": review}, actor=blind))["fraudReview"]["links"] == []
    linked = query % "linkedPayments { nodes { shares } }"
    (error,) = (await casebook.graph.answer(linked, {"id": review}, actor=blind))["errors"]
    assert (error["path"], error["extensions"]) == (["fraudReview", "linkedPayments"], {"code": "PERMISSION_DENIED"})
