"""Whoever reads the notes on a review: both houses what is for both, and staff alone what staff write for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.disputes.docket import error_of
from tests.api.disputes.test_work import colleague
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.fraud.casebook import Casebook
    from tests.api.graph import Graph, Json

NOTES = "notes { id text audience author authorRealm mentions }"
SECRET = "The device of four orders at other shops."
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on FraudReviewNote { text mentions review { id } } } }"


async def an_analyst(graph: Graph) -> str:
    """The id of one more of the staff."""
    person = new_uuid(MORNING)
    statement = "INSERT INTO users (id, realm, name, status, created_at) VALUES ($1, 'STAFF', $2, 'ACTIVE', now())"
    await graph.database.execute(statement, person, "Ida Rhodes")
    return format_id(Prefix.USER, person)


async def write(graph: Graph, review: str, text: str, actor: Actor | None = None, **more: object) -> Json:
    """The note as whoever wrote it sees it."""
    answer = await graph.change("addFraudReviewNote", actor, reviewId=review, text=text, **more)
    assert answer["__typename"] == "AddFraudReviewNotePayload", answer
    return answer["note"]


async def noted(graph: Graph, actor: Actor) -> int:
    """How many notes the audit log tells of."""
    told = await graph.run("{ auditLog { nodes { action } } }", actor=actor)
    return [row["action"] for row in told["auditLog"]["nodes"]].count("fraud.add_review_note")


async def test_notes_of_both_houses(casebook: Casebook) -> None:
    graph, review = casebook.graph, await casebook.held()
    analyst = await an_analyst(graph)
    await write(graph, review, "Rang the customer.")
    await write(graph, review, "We ask the issuer.", graph.staff, audience="MERCHANT")
    secret = await write(graph, review, SECRET, graph.staff, mentions=[analyst])
    assert (secret["audience"], secret["mentions"]) == ("STAFF", ["Ida Rhodes"])
    seen = (await casebook.one(review, NOTES, graph.staff))["notes"]
    assert [(note["text"], note["audience"], note["author"], note["authorRealm"]) for note in seen] == [
        ("Rang the customer.", "MERCHANT", "Ada Lovelace", "MERCHANT"),
        ("We ask the issuer.", "MERCHANT", "Grace Hopper", "STAFF"),
        (SECRET, "STAFF", "Grace Hopper", "STAFF"),
    ]
    assert (await casebook.one(review, NOTES))["notes"] == seen[:2]


async def test_no_way_leads_a_merchant_to_what_staff_write_for_themselves(casebook: Casebook) -> None:
    graph, review = casebook.graph, await casebook.held()
    shown = await write(graph, review, "We ask the issuer.", graph.staff, audience="MERCHANT")
    secret = await write(graph, review, SECRET, graph.staff, mentions=[await an_analyst(graph)])
    ids = {"ids": [shown["id"], secret["id"]]}
    for actor in (graph.owner, an_actor(graph.blue, graph.red)):
        nodes = (await graph.run(NODES, ids, actor=actor))["nodes"]
        assert nodes == [{"text": "We ask the issuer.", "mentions": [], "review": {"id": review}}, None]
        one = await graph.run("query($id: ID!) { node(id: $id) { id } }", {"id": secret["id"]}, actor=actor)
        assert one["node"] is None
        story = (await casebook.one(review, "timeline { nodes { type actor } }", actor))["timeline"]["nodes"]
        assert [line["type"] for line in story] == ["OPENED"]
        assert await noted(graph, actor) == 1
    assert await noted(graph, graph.staff) == 2
    (_, found) = (await graph.run(NODES, ids, actor=graph.staff))["nodes"]
    assert found == {"text": SECRET, "mentions": ["Ida Rhodes"], "review": {"id": review}}
    assert (await graph.run(NODES, ids, actor=graph.rival))["nodes"] == [None, None]


@pytest.mark.parametrize("audience", ["MERCHANT", None])
async def test_what_merchants_write_is_for_both(casebook: Casebook, audience: str | None) -> None:
    note = await write(casebook.graph, await casebook.held(), "Rang the customer.", audience=audience)
    assert (note["audience"], note["authorRealm"]) == ("MERCHANT", "MERCHANT")


async def test_merchants_do_not_write_for_staff_alone_nor_read_it_by_being_mentioned(casebook: Casebook) -> None:
    graph, review = casebook.graph, await casebook.held()
    answer = await graph.change("addFraudReviewNote", reviewId=review, text="Psst.", audience="STAFF")
    assert error_of(answer) == ("InvalidInput", ["input", "audience"])
    mary = await colleague(graph)
    answer = await graph.change("addFraudReviewNote", graph.staff, reviewId=review, text="Look.", mentions=[mary])
    assert error_of(answer) == ("InvalidInput", ["input", "mentions", "0"])
    assert (await casebook.one(review, NOTES, graph.staff))["notes"] == []
