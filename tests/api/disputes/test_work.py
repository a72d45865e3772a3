"""Disputes are worked on by people of both houses, who write to each other, and by policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.disputes.docket import error_of
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from tests.api.disputes.docket import Docket
    from tests.api.graph import Graph, Json


async def colleague(graph: Graph, name: str = "Mary Somerville") -> str:
    """Somebody of the blue merchant; the id."""
    person = new_uuid(MORNING)
    await graph.database.execute(
        "INSERT INTO users (id, realm, email, name, status, created_at)"
        " VALUES ($1, 'MERCHANT', 'mary@blue.example', $2, 'ACTIVE', now())",
        person,
        name,
    )
    await graph.database.execute(
        "INSERT INTO memberships (merchant_id, id, user_id, role, created_at) VALUES ($1, $2, $3, 'OPERATOR', now())",
        graph.blue.id,
        new_uuid(MORNING),
        person,
    )
    return format_id(Prefix.USER, person)


async def test_a_dispute_is_somebodys_to_work_on(docket: Docket) -> None:
    dispute, mary = await docket.opened(), await colleague(docket.graph)
    answer = await docket.graph.change("assignDispute", disputeId=dispute, assigneeId=mary)
    assert answer["dispute"]["assigneeId"] == mary
    shown = "assigneeId assigneeName assignee { id name email }"
    known = {"id": mary, "name": "Mary Somerville", "email": "mary@blue.example"}
    assert await docket.one(dispute, shown) == {
        "assigneeId": mary,
        "assigneeName": "Mary Somerville",
        "assignee": known,
    }
    # Without team:read the name is all that is told.
    viewer = an_actor(docket.graph.blue, role=MerchantRole.VIEWER)
    assert await docket.one(dispute, shown, viewer) == {
        "assigneeId": mary,
        "assigneeName": "Mary Somerville",
        "assignee": None,
    }
    freed = await docket.graph.change("assignDispute", disputeId=dispute)
    assert freed["dispute"]["assigneeId"] is None
    assert (await docket.one(dispute, shown))["assigneeName"] is None


async def test_staff_that_work_on_it_stay_strangers(docket: Docket) -> None:
    dispute, person = await docket.opened(), new_uuid(MORNING)
    await docket.graph.database.execute(
        "INSERT INTO users (id, realm, email, name, status, created_at)"
        " VALUES ($1, 'STAFF', 'grace@paydesk.example', 'Grace Hopper', 'ACTIVE', now())",
        person,
    )
    grace = format_id(Prefix.USER, person)
    await docket.graph.change("assignDispute", docket.graph.staff, disputeId=dispute, assigneeId=grace)
    shown = "assigneeId assigneeName assignee { name }"
    names = {"assigneeId": grace, "assigneeName": "Grace Hopper"}
    assert await docket.one(dispute, shown) == {**names, "assignee": None}
    assert await docket.one(dispute, shown, docket.graph.staff) == {**names, "assignee": {"name": "Grace Hopper"}}


async def test_nobody_from_elsewhere_is_assigned(docket: Docket) -> None:
    dispute = await docket.opened()
    stranger = format_id(Prefix.USER, new_uuid(MORNING))
    answer = await docket.graph.change("assignDispute", disputeId=dispute, assigneeId=stranger)
    assert error_of(answer) == ("NotFound", ["input", "assigneeId"])


THREAD = "notes(first: 10) { nodes { id text audience author authorRealm } pageInfo { hasNextPage } }"


async def test_a_thread_of_both_houses(docket: Docket) -> None:
    graph, dispute = docket.graph, await docket.opened()
    for actor, text, audience in (
        (graph.owner, "Who has the receipt?\nIt was in March.", None),
        (graph.staff, "We ask the issuer.", "MERCHANT"),
        (graph.staff, "The third one this week.", "STAFF"),
    ):
        answer = await graph.change("addDisputeNote", actor, disputeId=dispute, text=text, audience=audience)
        assert (answer["note"]["text"], answer["note"]["dispute"]) == (text, {"id": dispute})
    secret = answer["note"]["id"]
    seen = (await docket.one(dispute, THREAD, graph.staff))["notes"]["nodes"]
    assert [(note["text"][:6], note["audience"], note["author"], note["authorRealm"]) for note in seen] == [
        ("The th", "STAFF", "Grace Hopper", "STAFF"),
        ("We ask", "MERCHANT", "Grace Hopper", "STAFF"),
        ("Who ha", "MERCHANT", "Ada Lovelace", "MERCHANT"),
    ]
    assert (await docket.one(dispute, THREAD))["notes"]["nodes"] == seen[1:]
    # Also not by a page that would begin behind it, nor by its id.
    page = "notes(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } }"
    first = (await docket.one(dispute, page))["notes"]
    assert (first["nodes"], first["pageInfo"]["hasNextPage"]) == ([{"id": seen[1]["id"]}], True)
    node = "query($id: ID!) { node(id: $id) { ... on DisputeNote { text } } }"
    assert (await graph.run(node, {"id": secret}))["node"] is None
    assert (await graph.run(node, {"id": secret}, actor=graph.staff))["node"] == {"text": "The third one this week."}


async def test_merchants_do_not_write_for_staff_alone(docket: Docket) -> None:
    dispute = await docket.opened()
    answer = await docket.graph.change("addDisputeNote", disputeId=dispute, text="Psst.", audience="STAFF")
    assert error_of(answer) == ("InvalidInput", ["input", "audience"])
    long = await docket.graph.change("addDisputeNote", disputeId=dispute, text="x" * 5001)
    assert error_of(long) == ("InvalidInput", ["input", "text"])
    assert (await docket.one(dispute, THREAD))["notes"]["nodes"] == []


POLICIES = "query($m: ID!) { disputePolicies(merchantId: $m) { acceptUpTo { amount currency } categories updatedAt } }"


async def test_what_a_merchant_does_not_fight_about(docket: Docket) -> None:
    graph = docket.graph
    merchant = {"m": format_id(Prefix.MERCHANT, graph.blue.id)}
    assert (await graph.run(POLICIES, merchant))["disputePolicies"] == []
    await graph.change("setDisputePolicy", currency="JPY", acceptUpTo="1500")
    given = {"currency": "EUR", "acceptUpTo": "9.99", "categories": ["DUPLICATE", "FRAUDULENT", "DUPLICATE"]}
    answer = await graph.change("setDisputePolicy", **given)
    euros = {"acceptUpTo": {"amount": "9.99", "currency": "EUR"}, "categories": ["FRAUDULENT", "DUPLICATE"]}
    assert [one["categories"] for one in answer["policies"]] == [euros["categories"], []]
    seen = (await graph.run(POLICIES, merchant))["disputePolicies"]
    assert [{**one, "updatedAt": None} for one in seen] == [
        {**euros, "updatedAt": None},
        {"acceptUpTo": {"amount": "1500", "currency": "JPY"}, "categories": [], "updatedAt": None},
    ]
    removed = await graph.change("setDisputePolicy", currency="EUR")
    assert [one["acceptUpTo"]["currency"] for one in removed["policies"]] == ["JPY"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"currency": "EUR", "acceptUpTo": "0.00"}, "acceptUpTo"),
        ({"currency": "EUR", "acceptUpTo": "-1.00"}, "acceptUpTo"),
        ({"currency": "EUR", "acceptUpTo": "1.001"}, "acceptUpTo"),
        ({"currency": "EUX", "acceptUpTo": "1.00"}, "currency"),
    ],
)
async def test_policies_that_are_refused(lasting_docket: Docket, given: Json, path: str) -> None:
    before = await lasting_docket.graph.counts()
    answer = await lasting_docket.graph.change("setDisputePolicy", **given)
    assert error_of(answer)[0] == "InvalidInput"
    assert answer["path"][-1] == path
    assert await lasting_docket.graph.counts() == before


async def test_another_merchants_disputes_are_nobodys(docket: Docket) -> None:
    graph = docket.graph
    dispute, warning = await docket.staged(), await docket.warned()
    merchant = format_id(Prefix.MERCHANT, graph.blue.id)
    before = await graph.counts()
    tries: list[tuple[str, Json]] = [
        ("acceptDispute", {"idempotencyKey": "k", "disputeId": dispute}),
        ("submitDisputeEvidence", {"idempotencyKey": "k", "disputeId": dispute}),
        ("stageDisputeEvidence", {"disputeId": dispute, "texts": [{"kind": "OTHER", "text": "x"}]}),
        ("assignDispute", {"disputeId": dispute}),
        ("addDisputeNote", {"disputeId": dispute, "text": "x"}),
        ("preventDispute", {"idempotencyKey": "k", "earlyFraudWarningId": warning}),
        ("setDisputePolicy", {"merchantId": merchant, "currency": "EUR", "acceptUpTo": "1.00"}),
    ]
    for mutation, given in tries:
        answer = await graph.change(mutation, graph.rival, **given)
        assert (mutation, answer["__typename"]) == (mutation, "NotFound")
    assert await graph.counts() == before
    assert graph.network.calls == 0
