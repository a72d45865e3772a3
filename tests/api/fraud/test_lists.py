"""Lists of what is known to be bad or good: filled, read, narrowed, and asked for by rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole
from domain.kernel.ids import Prefix, format_id
from tests.api.disputes.docket import error_of
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.fraud.casebook import Casebook
    from tests.api.graph import Graph, Json

ENTRIES = """
query($f: ListEntryFilter!, $n: Int, $a: String) { listEntries(filter: $f, first: $n, after: $a) {
  nodes { id listName value reason author expiresAt } pageInfo { hasNextPage endCursor } } }
"""
LISTS = "query($m: ID) { fraudLists(merchantId: $m) { name kind effect standard ofPlatform description entryCount } }"


async def values(graph: Graph, list_name: str, actor: Actor | None = None, /, **wanted: object) -> list[str | None]:
    """The values of a list as somebody sees them, newest first."""
    data = await graph.run(ENTRIES, {"f": {"listName": list_name, **wanted}}, actor=actor)
    return [node["value"] for node in data["listEntries"]["nodes"]]


def outcomes(answer: Json) -> list[str]:
    """What became of each row."""
    return [row["outcome"] for row in answer["rows"]]


async def test_values_are_listed_row_by_row(casebook: Casebook) -> None:
    graph = casebook.graph
    given = {"listName": "blocked_ips", "reason": "A botnet"}
    rows = ["203.0.113.7", "198.51.100.0/24", "the moon", "203.0.113.7/32"]
    answer = await graph.change("addListEntries", values=rows, **given)
    assert outcomes(answer) == ["ADDED", "ADDED", "REFUSED", "REFUSED"]
    assert [row["value"] for row in answer["rows"]] == rows
    assert (answer["rows"][2]["entry"], len(answer["rows"][2]["message"]) > 15) == (None, True)
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    again = await graph.change("addListEntries", values=["203.0.113.7"], expiresAt=soon, **given)
    assert outcomes(again) == ["REPLACED"]
    assert (again["rows"][0]["entry"]["id"], again["rows"][0]["entry"]["expiresAt"] is None) == (
        answer["rows"][0]["entry"]["id"],
        False,
    )
    gone = await graph.change("removeListEntries", values=["198.51.100.0/24", "192.0.2.1"], **given)
    assert outcomes(gone) == ["REMOVED", "NOT_LISTED"]
    assert await values(graph, "blocked_ips") == ["203.0.113.7"]


async def test_pages_and_filters(casebook: Casebook) -> None:
    graph = casebook.graph
    mails = [f"{number}@example.com" for number in range(5)]
    await graph.change("addListEntries", listName="blocked_emails", values=mails, reason="Thieves")
    query = {"f": {"listName": "blocked_emails"}, "n": 2, "a": None}
    found: list[str] = []
    while True:
        page = (await graph.run(ENTRIES, query))["listEntries"]
        found += [node["value"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        query["a"] = page["pageInfo"]["endCursor"]
    assert found == mails[::-1]
    assert await values(graph, "blocked_emails", value=mails[3]) == [mails[3]]
    assert await values(graph, "blocked_emails", expired=True) == []
    assert await values(graph, "blocked_emails", expired=False) == mails[::-1]
    assert await values(graph, "blocked_ips") == []


async def test_a_list_of_ones_own(casebook: Casebook) -> None:
    graph = casebook.graph
    made = await graph.change("createFraudList", name="regulars", kind="EMAIL", description="Of many years.")
    assert made["list"] == {"name": "regulars", "kind": "EMAIL", "effect": "NONE", "standard": False, "entryCount": 0}
    assert (await graph.change("createFraudList", name="regulars", kind="IP"))["__typename"] == "InvalidState"
    for name in ("blocked_emails", "Über", "1"):
        answer = await graph.change("createFraudList", name=name, kind="IP")
        assert error_of(answer) == ("InvalidInput", ["input", "name"]), name
    await graph.change("addListEntries", listName="regulars", values=["mary@example.com"], reason="Always paid")
    shown = (await graph.run(LISTS))["fraudLists"]
    assert len(shown) == 15
    assert shown[-1] == {
        "name": "regulars",
        "kind": "EMAIL",
        "effect": "NONE",
        "standard": False,
        "ofPlatform": False,
        "description": "Of many years.",
        "entryCount": 1,
    }
    assert {one["effect"] for one in shown if one["standard"]} == {"BLOCK", "ALLOW"}
    await casebook.published(name="strangers", expression='!in_list("regulars", customer.email)')
    for mail, status in (("mary@example.com", "CAPTURED"), ("eve@example.com", "IN_REVIEW")):
        assert (await casebook.paid("9.00", customer={"email": mail}))["status"] == status


async def test_the_platforms_lists_are_staffs(casebook: Casebook) -> None:
    graph = casebook.graph
    given = {"listName": "blocked_emails", "values": ["eve@example.com"], "reason": "A thief everywhere"}
    await graph.change("addListEntries", graph.staff, **given)
    assert await values(graph, "blocked_emails", graph.staff) == ["eve@example.com"]
    assert await values(graph, "blocked_emails") == []
    assert (await casebook.paid("9.00", customer={"email": "eve@example.com"}))["status"] == "DECLINED"
    platforms = (await graph.run(LISTS, actor=graph.staff))["fraudLists"]
    assert {one["name"]: one["entryCount"] for one in platforms if one["ofPlatform"]}["blocked_emails"] == 1
    blue = format_id(Prefix.MERCHANT, graph.blue.id)
    own = (await graph.run(LISTS, {"m": blue}, actor=graph.staff))["fraudLists"]
    assert {one["entryCount"] for one in own} == {0}
    error = await graph.refused(LISTS, {"m": blue}, actor=graph.rival)
    assert error["extensions"]["code"] == "NOT_FOUND"
    for mutation in ("addListEntries", "removeListEntries"):
        answer = await graph.change(mutation, graph.rival, merchantId=blue, **given)
        assert answer["__typename"] == "NotFound"


async def test_personal_values_need_their_permission(casebook: Casebook) -> None:
    graph, viewer = casebook.graph, an_actor(casebook.graph.blue, role=MerchantRole.VIEWER)
    await graph.change("createFraudList", name="regulars", kind="EMAIL")
    for name, value in (
        ("blocked_emails", "eve@example.com"),
        ("blocked_countries", "KP"),
        ("regulars", "mary@example.com"),
    ):
        await graph.change("addListEntries", listName=name, values=[value], reason="Known")
    assert await values(graph, "blocked_countries", viewer) == ["KP"]
    assert await values(graph, "blocked_emails", viewer) == [None]
    assert await values(graph, "regulars", viewer) == [None]
    data = await graph.run(ENTRIES, {"f": {"listName": "blocked_emails"}})
    id_ = data["listEntries"]["nodes"][0]["id"]
    node = "query($id: ID!) { node(id: $id) { ... on ListEntry { value reason } } }"
    assert (await graph.run(node, {"id": id_}, actor=viewer))["node"] == {"value": None, "reason": "Known"}
    assert (await graph.run(node, {"id": id_}))["node"]["value"] == "eve@example.com"


@pytest.mark.parametrize(
    ("given", "error", "path"),
    [
        ({"listName": "nobodys"}, "NotFound", ["input", "listName"]),
        ({"values": []}, "InvalidInput", ["input", "values"]),
        ({"values": ["KP"] * 1001}, "InvalidInput", ["input", "values"]),
        ({"expiresAt": "2026-01-01T00:00:00Z"}, "InvalidInput", ["input", "expiresAt"]),
    ],
)
async def test_entries_that_are_refused(lasting_casebook: Casebook, given: Json, error: str, path: list[str]) -> None:
    before = await lasting_casebook.graph.counts()
    fields = {"listName": "blocked_countries", "values": ["KP"], "reason": "Known", **given}
    assert error_of(await lasting_casebook.graph.change("addListEntries", **fields)) == (error, path)
    assert await lasting_casebook.graph.counts() == before
