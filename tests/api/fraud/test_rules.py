"""Rules on their way from a draft to acting, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.fraud.run_backtests import RunBacktests, run_backtests
from domain.identity.permission import MerchantRole
from domain.kernel.ids import PLATFORM, Prefix, format_id
from tests.api.disputes.docket import error_of
from tests.api.graph import SYSTEM
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from tests.api.fraud.casebook import Casebook
    from tests.api.graph import Json

RULE = """
name description status position ofPlatform merchant { name } latestVersion { number expression }
publishedVersion { number } shadowVersion { number } versions { number action points expression reason author }
"""
CHECK = """
query($e: String!, $a: FraudRuleAction!, $m: ID) { checkFraudRule(expression: $e, action: $a, merchantId: $m) {
  valid error { code message path line column }
  needs { variables lists velocities { call dimension windowMinutes distinct } }
} }
"""


async def test_a_rule_from_draft_to_disabled(casebook: Casebook) -> None:
    graph = casebook.graph
    rule = await casebook.drafted(description="What is large.", position=3, reason="To begin with.")
    seen = await casebook.rule(rule, RULE)
    assert (seen["status"], seen["position"], seen["ofPlatform"]) == ("DRAFT", 3, False)
    assert (seen["merchant"]["name"], seen["latestVersion"]["number"]) == ("Blue Bicycle", 1)
    shadowed = await graph.change("shadowFraudRule", ruleId=rule)
    assert (shadowed["rule"]["status"], shadowed["rule"]["shadowVersion"]) == ("SHADOW", {"number": 1})
    assert (await casebook.paid())["status"] == "CAPTURED"
    published = await graph.change("publishFraudRule", ruleId=rule, reason="It is time.")
    assert (published["rule"]["status"], published["rule"]["publishedVersion"]) == ("PUBLISHED", {"number": 1})
    assert (await casebook.paid())["status"] == "IN_REVIEW"
    changed = await graph.change(
        "updateFraudRule", ruleId=rule, expression="payment.amount_minor > 99999", reason="Too many."
    )
    assert (changed["rule"]["latestVersion"]["number"], changed["rule"]["publishedVersion"]["number"]) == (2, 1)
    assert (await casebook.paid())["status"] == "IN_REVIEW"
    await graph.change("publishFraudRule", ruleId=rule, version=2, reason="Too many.")
    assert (await casebook.paid())["status"] == "CAPTURED"
    seen = await casebook.rule(rule, RULE)
    assert [(one["number"], one["reason"], one["author"]) for one in seen["versions"]] == [
        (2, "Too many.", "Ada Lovelace"),
        (1, "To begin with.", "Ada Lovelace"),
    ]
    disabled = await graph.change("disableFraudRule", ruleId=rule, reason="Not needed.")
    assert (disabled["rule"]["status"], disabled["rule"]["publishedVersion"]) == ("DISABLED", None)
    assert (await graph.change("disableFraudRule", ruleId=rule, reason="x"))["__typename"] == "InvalidState"


async def test_a_description_can_be_left_removed_and_changed(casebook: Casebook) -> None:
    graph, rule = casebook.graph, await casebook.drafted(description="What is large.")
    assert (await graph.change("updateFraudRule", ruleId=rule, name="larger"))["rule"][
        "description"
    ] == "What is large."
    assert (await graph.change("updateFraudRule", ruleId=rule, description=None))["rule"]["description"] is None
    assert (await graph.change("updateFraudRule", ruleId=rule, description="New."))["rule"]["description"] == "New."
    seen = await casebook.rule(rule, "name latestVersion { number }")
    assert seen == {"name": "larger", "latestVersion": {"number": 1}}


@pytest.mark.parametrize(
    ("given", "line", "column"),
    [
        ({"expression": "payment.amonut > 1"}, 1, 1),
        ({"expression": "true &&\n  card.country > 3"}, 2, None),
        ({"expression": "true", "action": "BLOCK", "extra": "\n && gateway.score > 3"}, 2, 5),
        ({"expression": "payment.amount_minor"}, 1, None),
        ({"expression": 'in_list("nobodys", customer.email)'}, 1, None),
    ],
)
async def test_expressions_that_are_refused(
    lasting_casebook: Casebook, given: Json, line: int, column: int | None
) -> None:
    graph = lasting_casebook.graph
    before = await graph.counts()
    expression = given["expression"] + given.get("extra", "")
    fields = {"name": "wrong", "action": given.get("action", "REVIEW"), "expression": expression}
    answer = await graph.change("createFraudRule", **fields)
    assert error_of(answer) == ("RuleExpressionInvalid", ["input", "expression"])
    assert (answer["code"], answer["line"], len(answer["message"]) > 15) == ("RULE_EXPRESSION_INVALID", line, True)
    assert answer["column"] == (column or answer["column"]) >= 1
    assert await graph.counts() == before
    checked = (await graph.run(CHECK, {"e": expression, "a": fields["action"]}))["checkFraudRule"]
    assert (checked["valid"], checked["needs"]) == (False, None)
    assert checked["error"] == {
        "code": answer["code"],
        "message": answer["message"],
        "path": ["expression"],
        "line": answer["line"],
        "column": answer["column"],
    }


async def test_what_an_expression_asks_for(lasting_casebook: Casebook) -> None:
    expression = (
        'velocity("card", "24h").distinct("email") > 3 || velocity("ip", "10m").count > 1'
        ' || in_list("blocked_emails", customer.email)'
    )
    seen = (await lasting_casebook.graph.run(CHECK, {"e": expression, "a": "BLOCK"}))["checkFraudRule"]
    assert (seen["valid"], seen["error"]) == (True, None)
    assert seen["needs"] == {
        "variables": ["customer.email"],
        "lists": ["blocked_emails"],
        "velocities": [
            {"call": 'velocity("card", "24h")', "dimension": "CARD", "windowMinutes": 1440, "distinct": ["EMAIL"]},
            {"call": 'velocity("ip", "10m")', "dimension": "IP", "windowMinutes": 10, "distinct": []},
        ],
    }
    error = await lasting_casebook.graph.refused(
        CHECK, {"e": "true", "a": "BLOCK", "m": format_id(Prefix.MERCHANT, lasting_casebook.graph.red.id)}
    )
    assert error["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"points": 5}, "points"),
        ({"action": "SCORE"}, "points"),
        ({"action": "SCORE", "points": 101}, "points"),
        ({"action": "SCORE", "points": 0}, "points"),
        ({"name": "x" * 121}, "name"),
    ],
)
async def test_rules_that_are_refused(lasting_casebook: Casebook, given: Json, path: str) -> None:
    fields = {"name": "wrong", "action": "REVIEW", "expression": "true", **given}
    answer = await lasting_casebook.graph.change("createFraudRule", **fields)
    assert error_of(answer) == ("InvalidInput", ["input", path])


async def test_versions_that_are_none(casebook: Casebook) -> None:
    rule = await casebook.drafted()
    assert error_of(await casebook.graph.change("shadowFraudRule", ruleId=rule, version=0)) == (
        "InvalidInput",
        ["input", "version"],
    )
    for mutation in ("shadowFraudRule", "publishFraudRule"):
        more = {"reason": "It is time."} if mutation == "publishFraudRule" else {}
        assert (await casebook.graph.change(mutation, ruleId=rule, version=7, **more))["__typename"] == "NotFound"


async def test_a_second_person_publishes(casebook: Casebook) -> None:
    graph, rule = casebook.graph, await casebook.drafted()
    await graph.change("setApprovalPolicy", action="PUBLISH_FRAUD_RULE")
    answer = await graph.change("publishFraudRule", ruleId=rule, reason="It is time.")
    assert answer["__typename"] == "ApprovalRequired"
    request = answer["approvalRequest"]
    assert (request["action"], request["fraudRule"]) == ("PUBLISH_FRAUD_RULE", {"id": rule})
    assert (await casebook.rule(rule, "status"))["status"] == "DRAFT"
    done = await graph.change("approveRequest", an_actor(graph.blue), approvalRequestId=request["id"])
    assert done["approvalRequest"]["status"] == "SUCCEEDED", done
    assert (await casebook.rule(rule, "status"))["status"] == "PUBLISHED"


async def test_the_platforms_rules_are_staffs(casebook: Casebook) -> None:
    graph, staff = casebook.graph, casebook.graph.staff
    platforms, own = await casebook.published(staff, name="platform's"), await casebook.drafted(name="own")
    query = "query($f: FraudRuleFilter) { fraudRules(filter: $f) { nodes { id ofPlatform merchant { name } } } }"
    ids = [node["id"] for node in (await graph.run(query))["fraudRules"]["nodes"]]
    assert ids == [own]
    whole = (await graph.run(query, actor=staff))["fraudRules"]["nodes"]
    assert {(node["id"], (node["merchant"] or {}).get("name")) for node in whole} == {
        (platforms, None),
        (own, "Blue Bicycle"),
    }
    for wanted, expected in (
        ({"ofPlatform": True}, [platforms]),
        ({"ofPlatform": False}, [own]),
        ({"status": ["DRAFT"]}, [own]),
        ({"action": ["BLOCK"]}, []),
        ({"merchantIds": [format_id(Prefix.MERCHANT, graph.blue.id)]}, [own]),
    ):
        found = (await graph.run(query, {"f": wanted}, actor=staff))["fraudRules"]["nodes"]
        assert [node["id"] for node in found] == expected, wanted
    assert (await graph.run("query($i: ID!) { fraudRule(id: $i) { id } }", {"i": platforms}))["fraudRule"] is None
    for mutation, more in (
        ("updateFraudRule", {"name": "mine"}),
        ("publishFraudRule", {"reason": "x"}),
        ("disableFraudRule", {"reason": "x"}),
        ("shadowFraudRule", {}),
    ):
        assert (await graph.change(mutation, ruleId=platforms, **more))["__typename"] == "NotFound", mutation
    nobody = format_id(Prefix.MERCHANT, PLATFORM)
    given = {"name": "mine", "action": "BLOCK", "expression": "true", "merchantId": nobody}
    assert (await graph.change("createFraudRule", **given))["__typename"] == "NotFound"


async def test_who_may_not_change_rules(casebook: Casebook) -> None:
    operator = an_actor(casebook.graph.blue, role=MerchantRole.OPERATOR)
    given = {"name": "mine", "action": "BLOCK", "expression": "true"}
    answer = await casebook.graph.change("createFraudRule", operator, **given)
    assert (answer["__typename"], "fraud:manage" in answer["message"]) == ("PermissionDenied", True)


POLICY = "query($m: ID) { scorePolicy(merchantId: $m) { reviewAt blockAt } }"


async def test_points_add_up(casebook: Casebook) -> None:
    graph = casebook.graph
    assert (await graph.run(POLICY))["scorePolicy"] == {"reviewAt": None, "blockAt": None}
    await casebook.published(name="ten", action="SCORE", points=10, expression="true")
    await casebook.published(name="forty", action="SCORE", points=40, expression="payment.amount_minor > 50000")
    answer = await graph.change("setScorePolicy", reviewAt=10, blockAt=50, reason="To begin with.")
    assert answer["thresholds"] == {"reviewAt": 10, "blockAt": 50}
    assert (await casebook.paid("1.00"))["status"] == "IN_REVIEW"
    assert (await casebook.paid("600.00"))["status"] == "DECLINED"
    blue = format_id(Prefix.MERCHANT, graph.blue.id)
    assert (await graph.run(POLICY, {"m": blue}, actor=graph.staff))["scorePolicy"]["blockAt"] == 50
    assert (await graph.run(POLICY, actor=graph.staff))["scorePolicy"]["blockAt"] is None
    assert (await graph.refused(POLICY, {"m": blue}, actor=graph.rival))["extensions"]["code"] == "NOT_FOUND"
    for given, path in (({"reviewAt": 0}, "reviewAt"), ({"reviewAt": 5, "blockAt": 5}, "blockAt")):
        wrong = await graph.change("setScorePolicy", reason="x", **given)
        assert error_of(wrong) == ("InvalidInput", ["input", path])


BACKTEST = """
status total processed finishedAt failure rules { name version action expression } thresholds { reviewAt }
result { tested { count amounts { amount currency } } would { decision volume { count } } flagged caught missed
  precision recall rules { matched { count } failed } top { amount { amount } payment { id } decision } }
"""


async def test_a_backtest_from_the_queue_to_its_numbers(casebook: Casebook) -> None:
    graph = casebook.graph
    large, _ = await casebook.paid("600.00"), await casebook.paid("9.00")
    rule = await casebook.drafted()
    backtest = await casebook.tested(rule)
    query = f"query($id: ID!) {{ backtest(id: $id) {{ {BACKTEST} }} }}"
    queued = (await graph.run(query, {"id": backtest}))["backtest"]
    assert (queued["status"], queued["total"], queued["result"]["precision"]) == ("QUEUED", None, None)
    assert await run_backtests(graph.assembly.fraud, SYSTEM, RunBacktests()) == 1
    seen = (await graph.run(query, {"id": backtest}))["backtest"]
    assert (seen["status"], seen["total"], seen["processed"], seen["failure"]) == ("SUCCEEDED", 2, 2, None)
    result = seen["result"]
    assert result["tested"] == {"count": 2, "amounts": [{"amount": "609.00", "currency": "EUR"}]}
    assert {one["decision"]: one["volume"]["count"] for one in result["would"]} == {"ALLOW": 1, "REVIEW": 1}
    assert (result["flagged"], result["caught"], result["precision"], result["recall"]) == (1, 0, "0.0000", None)
    assert result["rules"] == [{"matched": {"count": 1}, "failed": 0}]
    assert result["top"] == [{"amount": {"amount": "600.00"}, "payment": {"id": large["id"]}, "decision": "REVIEW"}]
    listed = await graph.run("query($r: ID) { backtests(ruleId: $r) { nodes { id ofPlatform } } }", {"r": rule})
    assert listed["backtests"]["nodes"] == [{"id": backtest, "ofPlatform": False}]
    other = await casebook.drafted(name="other")
    none = await graph.run("query($r: ID) { backtests(ruleId: $r) { nodes { id } } }", {"r": other})
    assert none["backtests"]["nodes"] == []
    assert (await graph.change("cancelBacktest", backtestId=backtest))["__typename"] == "InvalidState"


async def test_a_backtest_is_stopped(casebook: Casebook) -> None:
    graph, backtest = casebook.graph, await casebook.tested()
    assert (await graph.change("cancelBacktest", graph.rival, backtestId=backtest))["__typename"] == "NotFound"
    answer = await graph.change("cancelBacktest", backtestId=backtest)
    assert answer["backtest"] == {"id": backtest, "status": "CANCELED"}


async def test_backtests_that_are_refused(casebook: Casebook) -> None:
    graph, rule, other = casebook.graph, await casebook.drafted(), await casebook.drafted(name="other")
    platforms = await casebook.drafted(graph.staff)
    day = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
    for given, path in (
        ({"ruleIds": []}, "ruleIds"),
        ({"ruleIds": [rule, rule]}, "ruleIds"),
        ({"ruleIds": [rule, other], "version": 1}, "version"),
        ({"ruleIds": [rule], "until": "2026-01-01T00:00:00Z"}, "until"),
        ({"ruleIds": [rule], "since": "2020-01-01T00:00:00Z"}, "since"),
    ):
        answer = await graph.change("backtestFraudRule", **{**day, **given})
        assert error_of(answer) == ("InvalidInput", ["input", path]), given
    mixed = await graph.change("backtestFraudRule", graph.staff, ruleIds=[rule, platforms], **day)
    assert error_of(mixed) == ("InvalidInput", ["input", "ruleIds"])
    assert (await graph.change("backtestFraudRule", ruleIds=[platforms], **day))["__typename"] == "NotFound"
