"""One merchant never learns of another: its ids are as good as ids that nobody has. Generated from the schema."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.audit.events import SUBJECTS
from api.identifiers import MOST_IDS
from api.nodes import READERS
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.generated import Place, places
from tests.api.neighbours import AMONG_STAFF, EVERYTHING, SECRETS, TABLES, Neighbours, history
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

IDS = places("ID")
STAFF_ONLY = {
    "suspendMerchant",
    "changeFeePlan",
    "recordDisputeNotice",
    "verifyBankAccount",
    "closeSettlement",
    "adjustSettlement",
    "setSettlementSchedule",
    "holdSettlements",
    "releaseSettlements",
    "createStatementUpload",
    "importStatement",
    "retryStatementImport",
    "createStatementDownload",
    "matchReconciliationItem",
    "resolveReconciliationItem",
    "assignReconciliationItem",
    "recordRemittance",
    "createPayout",
    "approvePayout",
    "rejectPayout",
    "cancelPayout",
    "holdPayout",
    "releasePayout",
    "setPayoutPolicy",
}
# The platform's own, of which no merchant has any.
OF_PLATFORM = {
    Prefix.PAYMENT_FILE,
    Prefix.STATEMENT_IMPORT,
    Prefix.STATEMENT,
    Prefix.BANK_ENTRY,
    Prefix.RECONCILIATION,
    Prefix.REMITTANCE,
}
OF_PLATFORM_FIELDS = {
    *("paymentFile", "retryPaymentFile"),
    *("statementImport", "bankStatement", "bankStatements", "bankEntry", "bankEntries"),
    *("reconciliationItem", "reconciliationItems", "reconciliationItemTotals", "remittance"),
    *("importStatement", "retryStatementImport", "createStatementDownload", "matchReconciliationItem"),
    *("resolveReconciliationItem", "assignReconciliationItem"),
}


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
    assert {prefix for prefix, _, _ in READERS} <= {*TABLES, *OF_PLATFORM, Prefix.MERCHANT, Prefix.USER}
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
        "revealBankAccount.input.bankAccountId",
        "bankAccounts.filter.merchantIds.0",
        "closeSettlement.input.settlementId",
        "settlements.filter.merchantIds.0",
        "settlementPreview.merchantId",
        "approvePayout.input.payoutId",
        "payouts.filter.settlementIds.0",
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


@pytest.mark.parametrize("place", [one for one in IDS if one.field not in OF_PLATFORM_FIELDS], ids=str)
async def test_the_ids_mean_something_to_their_owner(graph: Graph, place: Place) -> None:
    """The control of the test above: at each place some id changes the answer for who may see it."""
    neighbours = await history(graph)
    actor = graph.staff if place.field in STAFF_ONLY else neighbours.owner
    for prefix, ids in neighbours.blue.items():
        expected = await answer(neighbours, place, nobodys(prefix), actor)
        if any([await answer(neighbours, place, id_, actor) != expected for id_ in ids]):
            return
    pytest.fail(f"no id means anything at {place}")


async def everything(graph: Graph, ids: list[str], actor: Actor) -> Json:
    """All that the actor sees of these, however many they are."""
    found: list[Any] = []
    for begin in range(0, len(ids), MOST_IDS):
        found += (await graph.run(EVERYTHING, {"ids": ids[begin : begin + MOST_IDS]}, actor=actor))["nodes"]
    return {"nodes": found}


async def test_nodes_of_another_merchant_are_null(neighbours: Neighbours) -> None:
    ids = [id_ for ids in neighbours.blue.values() for id_ in ids]
    everybody = await everything(neighbours.graph, ids, neighbours.owner)
    found = {node["__typename"] for node in everybody["nodes"] if node}
    # Events of several kinds of objects are of one type.
    assert len(found) == len(READERS) - len(SUBJECTS) - len(OF_PLATFORM) + 1
    assert set(neighbours.leaks(everybody)) >= set(SECRETS)
    rival = await everything(neighbours.graph, ids, neighbours.graph.rival)
    assert rival["nodes"] == [None] * len(ids)


async def test_nodes_of_staff_alone_are_null_for_every_merchant(neighbours: Neighbours) -> None:
    graph, ids = neighbours.graph, [id_ for ids in neighbours.blue.values() for id_ in ids]
    for actor in (neighbours.owner, graph.rival, an_actor(graph.blue, graph.red)):
        assert AMONG_STAFF not in str(await everything(graph, ids, actor))
    seen = await everything(graph, ids, graph.staff)
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
    "bankAccounts": "bankAccounts(first: 1) { edges { cursor } nodes { id } }",
    "settlements": "settlements(first: 1) { edges { cursor } nodes { id } }",
    "payouts": "payouts(first: 1) { edges { cursor } nodes { id } }",
    "settlementAdjustments": "settlementAdjustments(first: 1) { edges { cursor } nodes { id } }",
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
