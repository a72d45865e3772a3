"""One merchant never learns of another: its ids are as good as ids that nobody has. Generated from the schema."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from api.audit.events import SUBJECTS
from api.nodes import READERS
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.disputes.docket import Docket
from tests.api.fraud.casebook import Casebook
from tests.api.generated import Place, minimal, places
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from tests.api.graph import Graph

IDS = places("ID")
STAFF_ONLY = {"suspendMerchant", "recordDisputeNotice"}
_TABLES = {
    Prefix.PAYMENT: "payments",
    Prefix.OPERATION: "operations",
    Prefix.CAPTURE: "captures",
    Prefix.REFUND: "refunds",
    Prefix.CUSTOMER: "customers",
    Prefix.EVENT: "events",
    Prefix.ENTRY: "ledger_entries",
    Prefix.AUDIT: "audit_records",
    Prefix.APPROVAL: "approval_requests",
    Prefix.DISPUTE: "disputes",
    Prefix.EVIDENCE: "evidence_files",
    Prefix.NOTE: "dispute_notes",
    Prefix.WARNING: "early_fraud_warnings",
    Prefix.REVIEW: "fraud_reviews",
    Prefix.REVIEW_NOTE: "fraud_review_notes",
    Prefix.RULE: "fraud_rules",
    Prefix.LIST_ENTRY: "fraud_list_entries",
    Prefix.BACKTEST: "fraud_backtests",
    Prefix.CLIENT: "api_clients",
    Prefix.MEMBERSHIP: "memberships",
    Prefix.INVITATION: "invitations",
}
SECRETS = (
    *("Blue Bicycle", "blue-reference", "mary@example.com", "Mary Somerville", "Blue Owner", "blue till"),
    *("blue-case", "blue bell", "blue thread", "blue.pdf"),
    *("blue rule", "blue suspicion", "thief@blue.example"),
)
AMONG_STAFF = "blue and red share a device"
EVERYTHING = """
query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on Payment { reference merchant { name } customer { email name } operations { id } captures { id } refunds { id }
    ledgerEntries { id } timeline { nodes { id actor } } }
  ... on Customer { email payments { nodes { id } } }
  ... on Refund { payment { id } }
  ... on ApprovalRequest { requestedById owner: merchant { name } about: payment { reference } }
  ... on PaymentEvent { payment { id } }
  ... on Dispute { caseReference merchant { name } payment { id } assigneeName evidence { texts { text } files { id } }
    notes { nodes { text author } } timeline { nodes { id } } notices { caseReference } ledgerEntries { id } }
  ... on Event { name subjectId actor }
  ... on DisputeEvent { dispute { id } } ... on DisputeNote { text author } ... on EvidenceFile { name }
  ... on EarlyFraudWarning { payment { id } }
  ... on FraudReview { merchant { name } assigneeName remarks: notes { text author mentions } timeline { nodes { id } }
    held: payment { reference } rules { name } screening { decision } chargebacks { id } }
  ... on FraudReviewEvent { review { id } } ... on FraudReviewNote { text author } ... on ListEntry { value reason }
  ... on FraudRule { name owner: merchant { name } versions { expression author } }
  ... on Backtest { owner: merchant { name } rules { name } requestedBy }
  ... on Merchant { name } ... on User { name email } ... on ApiClient { name } ... on AuditRecord { actorName }
} }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The graph with a history at the blue merchant; `blue` are its ids by prefix.

    `disputes` holds one dispute of each merchant, and `reviews` one fraud review.
    """

    graph: Graph
    blue: dict[Prefix, list[str]]
    owner: Actor
    disputes: dict[UUID, str]
    reviews: dict[UUID, str]

    def leaks(self, payload: object) -> list[str]:
        """What of the blue merchant stands in an answer."""
        text = orjson.dumps(payload).decode()
        return [word for word in (*SECRETS, *(id_ for ids in self.blue.values() for id_ in ids)) if word in text]


async def history(graph: Graph) -> Neighbours:
    """A payment with everything that can hang on one, a person, a client and an invitation; a dispute of each."""
    person = new_uuid(MORNING)
    await graph.database.execute(
        "INSERT INTO users (id, realm, email, name, status, created_at)"
        " VALUES ($1, 'MERCHANT', 'owner@blue.example', 'Blue Owner', 'ACTIVE', now())",
        person,
    )
    await graph.database.execute(
        "INSERT INTO memberships (merchant_id, id, user_id, role, created_at) VALUES ($1, $2, $3, 'OWNER', now())",
        graph.blue.id,
        new_uuid(MORNING),
        person,
    )
    owner = replace(graph.owner, id=person)
    given = minimal("createPayment")["input"]
    customer = {"email": "mary@example.com", "name": "Mary Somerville"}
    payment = await graph.change("createPayment", owner, **given, customer=customer, reference="blue-reference")
    part = {"amount": "0.50", "currency": "EUR"}
    refund = minimal("refundPayment")["input"] | {"paymentId": payment["payment"]["id"], "amount": part}
    await graph.change("refundPayment", owner, **refund)
    await graph.change("setApprovalPolicy", owner, action="REFUND_PAYMENT", currency="EUR", threshold="0.10")
    asked = minimal("refundPayment")["input"] | {"paymentId": payment["payment"]["id"]}
    assert "approvalRequest" in await graph.change("refundPayment", owner, **asked)
    disputes = {
        graph.blue.id: await _case(graph, owner, payment["payment"]["id"]),
        graph.red.id: await Docket(graph=graph).hear(await Docket(graph=graph).payment(graph.rival)),
    }
    reviews = {
        graph.blue.id: await _suspicion(graph, owner),
        graph.red.id: await Casebook(graph=graph).held(graph.rival),
    }
    await graph.change("createApiClient", owner, name="blue till", scopes=["PAYMENTS_READ"])
    await graph.change("inviteUser", owner, email="new@blue.example", role="VIEWER")
    found = {
        Prefix.MERCHANT: [format_id(Prefix.MERCHANT, graph.blue.id)],
        Prefix.USER: [format_id(Prefix.USER, person)],
    }
    for prefix, table in _TABLES.items():
        rows = await graph.database.fetch(f"SELECT id FROM {table} WHERE merchant_id = $1", graph.blue.id)
        assert rows, table
        found[prefix] = [format_id(prefix, row["id"]) for row in rows]
    return Neighbours(graph=graph, blue=found, owner=owner, disputes=disputes, reviews=reviews)


async def _case(graph: Graph, owner: Actor, payment: str) -> str:
    """A dispute and a warning of the payment, with all that can hang on them."""
    docket = Docket(graph=graph)
    dispute = await docket.hear(payment, case_reference="blue-case", amount=eur("0.20"))
    await docket.warned(payment)
    await docket.stage(dispute, owner, OTHER="blue bell")
    person = format_id(Prefix.USER, owner.id) if owner.id else None
    await graph.change("assignDispute", owner, disputeId=dispute, assigneeId=person)
    await graph.change("addDisputeNote", owner, disputeId=dispute, text="blue thread")
    file = {"fileName": "blue.pdf", "contentType": "application/pdf", "sizeBytes": 1, "sha256": "0" * 64}
    await graph.change("createEvidenceUpload", owner, disputeId=dispute, kind="RECEIPT", **file)
    return dispute


async def _suspicion(graph: Graph, owner: Actor) -> str:
    """A review that the owner works on, with all that can hang on it, and whatever else there is of fraud."""
    book = Casebook(graph=graph)
    rule = await book.published(owner, name="blue rule")
    review, _ = await book.claimed(owner), await book.held(owner)
    person = format_id(Prefix.USER, owner.id) if owner.id else ""
    await graph.change("addFraudReviewNote", owner, reviewId=review, text="blue suspicion", mentions=[person])
    # Its id is among those that are tried, and nobody but staff finds it.
    await graph.change("addFraudReviewNote", graph.staff, reviewId=review, text=AMONG_STAFF, audience="STAFF")
    await graph.change(
        "addListEntries", owner, listName="blocked_emails", values=["thief@blue.example"], reason="Thief"
    )
    await book.tested(rule, owner)
    await graph.change("setApprovalPolicy", owner, action="PUBLISH_FRAUD_RULE")
    await graph.change("updateFraudRule", owner, ruleId=rule, expression="payment.amount_minor > 70000")
    asked = await graph.change("publishFraudRule", owner, ruleId=rule, reason="Once more.")
    assert "approvalRequest" in asked, asked
    return review


@pytest.fixture(scope="module")
async def neighbours(lasting_graph: Graph) -> Neighbours:
    return await history(lasting_graph)


def nobodys(prefix: Prefix) -> str:
    return format_id(prefix, new_uuid(MORNING))


async def answer(neighbours: Neighbours, place: Place, value: str, actor: Actor) -> Any:
    """The answer without the id that was asked for, and without what is different each time."""
    variables = place.build(value)
    # People are looked for once there is a dispute or a review to give them.
    if str(place) == "assignDispute.input.assigneeId":
        variables["input"]["disputeId"] = neighbours.disputes[actor.only_merchant]
    if str(place) in {"assignFraudReview.input.assigneeId", "addFraudReviewNote.input.mentions.0"}:
        variables["input"]["reviewId"] = neighbours.reviews[actor.only_merchant]
    payload = await neighbours.graph.answer(place.document, variables, actor=actor)
    assert "INTERNAL" not in str(payload), (str(place), payload)
    payload.pop("extensions", None)
    for row in payload["data"]["decideFraudReviews"].get("rows", ()) if place.field == "decideFraudReviews" else ():
        assert row.pop("reviewId") == value
    return payload


def test_every_node_has_an_id_here() -> None:
    assert {prefix for prefix, _, _ in READERS} <= {*_TABLES, Prefix.MERCHANT, Prefix.USER}
    assert {str(place) for place in IDS} >= {
        "createPayment.input.merchantId",
        "createPayment.input.customer.id",
        "disableApiClient.input.clientId",
        "nodes.ids.0",
        "balances.merchantId",
        "auditLog.filter.subjectId",
        "ledgerEntries.filter.paymentId",
        "ledgerEntries.filter.disputeId",
        "approveRequest.input.approvalRequestId",
        "approvalRequests.filter.requestedById",
        "acceptDispute.input.disputeId",
        "preventDispute.input.earlyFraudWarningId",
        "disputes.filter.assigneeId",
        "approveFraudReview.input.reviewId",
        "decideFraudReviews.input.reviewIds.0",
        "backtestFraudRule.input.ruleIds.0",
        "fraudReviews.filter.ruleIds.0",
        "listEntries.filter.merchantId",
    }


@pytest.mark.parametrize("place", IDS, ids=str)
async def test_the_ids_of_another_merchant_are_as_good_as_nobodys(neighbours: Neighbours, place: Place) -> None:
    graph = neighbours.graph
    before = await graph.counts()
    for prefix, ids in neighbours.blue.items():
        expected = await answer(neighbours, place, nobodys(prefix), graph.rival)
        for id_ in ids:
            seen = await answer(neighbours, place, id_, graph.rival)
            assert seen == expected, (str(place), id_)
            assert neighbours.leaks(seen) == []
    assert await graph.counts() == before


@pytest.mark.parametrize("place", IDS, ids=str)
async def test_the_ids_mean_something_to_their_owner(graph: Graph, place: Place) -> None:
    """The control of the test above: at each place some id changes the answer for who may see it."""
    neighbours = await history(graph)
    actor = graph.staff if place.field in STAFF_ONLY else neighbours.owner
    for prefix, ids in neighbours.blue.items():
        expected = await answer(neighbours, place, nobodys(prefix), actor)
        if any([await answer(neighbours, place, id_, actor) != expected for id_ in ids]):
            return
    pytest.fail(f"no id means anything at {place}")


async def test_nodes_of_another_merchant_are_null(neighbours: Neighbours) -> None:
    ids = [id_ for ids in neighbours.blue.values() for id_ in ids]
    everybody = await neighbours.graph.run(EVERYTHING, {"ids": ids}, actor=neighbours.owner)
    found = {node["__typename"] for node in everybody["nodes"] if node}
    # Events of several kinds of objects are of one type.
    assert len(found) == len(READERS) - len(SUBJECTS) + 1
    assert set(neighbours.leaks(everybody)) >= set(SECRETS)
    rival = await neighbours.graph.run(EVERYTHING, {"ids": ids}, actor=neighbours.graph.rival)
    assert rival["nodes"] == [None] * len(ids)


async def test_nodes_of_staff_alone_are_null_for_every_merchant(neighbours: Neighbours) -> None:
    graph, ids = neighbours.graph, [id_ for ids in neighbours.blue.values() for id_ in ids]
    for actor in (neighbours.owner, graph.rival, an_actor(graph.blue, graph.red)):
        assert AMONG_STAFF not in str(await graph.run(EVERYTHING, {"ids": ids}, actor=actor))
    seen = await graph.run(EVERYTHING, {"ids": ids}, actor=graph.staff)
    (note,) = [node for node in seen["nodes"] if node and node.get("text") == AMONG_STAFF]
    by_id = "query($id: ID!) { node(id: $id) { id } }"
    for actor, found in ((graph.staff, {"id": note["id"]}), (neighbours.owner, None), (graph.rival, None)):
        assert (await graph.run(by_id, {"id": note["id"]}, actor=actor))["node"] == found


LISTS = {
    "payments": "payments(first: 1) { edges { cursor } nodes { id } }",
    "ledgerEntries": "ledgerEntries(first: 1) { edges { cursor } nodes { id } }",
    "auditLog": "auditLog(first: 1) { edges { cursor } nodes { id } }",
    "merchants": "merchants(first: 1) { edges { cursor } nodes { id } }",
    "disputes": "disputes(first: 1) { edges { cursor } nodes { id } }",
    "earlyFraudWarnings": "earlyFraudWarnings(first: 1) { edges { cursor } nodes { id } }",
    "fraudReviews": "fraudReviews(first: 1) { edges { cursor } nodes { id } }",
    "fraudRules": "fraudRules(first: 1) { edges { cursor } nodes { id } }",
    "backtests": "backtests(first: 1) { edges { cursor } nodes { id } }",
    "approvalRequests": "approvalRequests(first: 1) { edges { cursor } nodes { id } }",
}


@pytest.mark.parametrize("field", LISTS)
async def test_a_cursor_of_another_merchant_opens_nothing(neighbours: Neighbours, field: str) -> None:
    graph = neighbours.graph
    page = (await graph.run(f"{{ {LISTS[field]} }}", actor=neighbours.owner))[field]
    cursor = page["edges"][0]["cursor"]
    for argument in ("after", "before"):
        query = f"query($c: String) {{ {field}({argument}: $c) {{ nodes {{ id }} }} }}"
        seen = await graph.run(query, {"c": cursor}, actor=graph.rival)
        assert neighbours.leaks(seen) == []


@pytest.mark.parametrize("field", LISTS)
async def test_lists_hold_the_viewers_own_merchants_alone(neighbours: Neighbours, field: str) -> None:
    graph = neighbours.graph
    seen = await graph.run(f"{{ {LISTS[field]} }}", actor=graph.rival)
    assert neighbours.leaks(seen) == []
    assert neighbours.leaks(await graph.run(f"{{ {LISTS[field]} }}", actor=neighbours.owner))


@pytest.mark.parametrize(
    "wanted",
    [
        {"text": "blue"},
        {"text": "mary"},
        {"reference": "blue-reference"},
        {"customerEmail": "mary@example.com"},
        {"last4": "4242"},
        {"gateway": ["simulator"]},
    ],
)
async def test_filters_find_nothing_of_another_merchant(neighbours: Neighbours, wanted: dict[str, Any]) -> None:
    query = "query($f: PaymentFilter) { payments(filter: $f) { nodes { id } } }"
    graph = neighbours.graph
    assert neighbours.leaks(await graph.run(query, {"f": wanted}, actor=neighbours.owner))
    assert neighbours.leaks(await graph.run(query, {"f": wanted}, actor=graph.rival)) == []


@pytest.mark.parametrize("wanted", [{"caseReference": "blue-case"}, {"text": "blue-case"}, {"reasonCode": ["10.4"]}])
async def test_filters_find_no_dispute_of_another_merchant(neighbours: Neighbours, wanted: dict[str, Any]) -> None:
    query = """query($f: DisputeFilter) { disputes(filter: $f) { nodes { id } } disputeStats(filter: $f) {
        byStatus { count } } }"""
    graph = neighbours.graph
    blue, red = (neighbours.disputes[merchant.id] for merchant in (graph.blue, graph.red))
    for actor, own in ((neighbours.owner, blue), (graph.rival, red)):
        seen = await graph.run(query, {"f": wanted}, actor=actor)
        found = [own] if own == blue or "reasonCode" in wanted else []
        assert [node["id"] for node in seen["disputes"]["nodes"]] == found
        assert sum(row["count"] for row in seen["disputeStats"]["byStatus"]) == len(found)


async def test_an_actor_of_both_sees_both_only_where_the_permission_holds(neighbours: Neighbours) -> None:
    graph = neighbours.graph
    both = an_actor(graph.blue, graph.red)
    grants = {graph.blue.id: frozenset({Permission.MERCHANTS_READ}), graph.red.id: frozenset(Permission)}
    partial = replace(both, grants=grants)
    query = """{ payments { nodes { id } } auditLog { nodes { id } } ledgerEntries { nodes { id } }
        disputes { nodes { id } } earlyFraudWarnings { nodes { id } } fraudReviews { nodes { id } }
        fraudRules { nodes { id } } backtests { nodes { id } } fraudReviewStats { counts { count } } merchants { nodes { createdAt } } }"""
    assert neighbours.leaks(await graph.run(query, actor=both))
    assert neighbours.leaks(await graph.run(query, actor=partial)) == []


async def test_staff_sees_all_and_narrows(neighbours: Neighbours) -> None:
    graph = neighbours.graph
    query = "query($m: [ID!]) { payments(filter: { merchantIds: $m }) { nodes { id } } }"
    assert neighbours.leaks(await graph.run(query, {"m": neighbours.blue[Prefix.MERCHANT]}, actor=graph.staff))
    red = [format_id(Prefix.MERCHANT, graph.red.id)]
    assert neighbours.leaks(await graph.run(query, {"m": red}, actor=graph.staff)) == []
    assert neighbours.leaks(await graph.run(query, {"m": []}, actor=graph.staff)) == []
