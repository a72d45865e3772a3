"""A level of a query about disputes costs as many statements for 1 of them as for 50."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.disputes.cases import write_cases
from tests.api.graph import statements
from tests.api.history import write_histories
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

MANY = 50
DISPUTES = "disputes(first: $n) { nodes { id %s } }"
WARNINGS = "earlyFraudWarnings(first: $n) { nodes { id %s } }"
PAYMENTS = "payments(first: $n) { nodes { id %s } }"
ACCEPTANCES = "approvalRequests(first: $n, filter: { action: [ACCEPT_DISPUTE] }) { nodes { id %s } }"
# Every relation that has to do with disputes, from which list it is reached, and what it costs besides that.
RELATIONS: dict[str, tuple[str, str, int]] = {
    "Dispute.merchant": (DISPUTES, "merchant { id }", 1),
    "Dispute.payment": (DISPUTES, "payment { id }", 1),
    "Dispute.assignee": (DISPUTES, "assignee { id }", 1),
    "Dispute.assigneeName": (DISPUTES, "assigneeName", 1),
    "Dispute.evidence": (DISPUTES, "evidence { texts { text } files { id } completeness { score } }", 2),
    "Dispute.evidenceHistory": (DISPUTES, "evidenceHistory { stage texts { text } }", 2),
    "Dispute.compellingEvidence": (DISPUTES, "compellingEvidence { eligible }", 1),
    "Dispute.notes": (DISPUTES, "notes(first: 10) { nodes { id } }", 1),
    "Dispute.responses": (DISPUTES, "responses { kind }", 1),
    "Dispute.notices": (DISPUTES, "notices { type }", 1),
    "Dispute.timeline": (DISPUTES, "timeline(first: 10) { nodes { id } }", 1),
    "Dispute.ledgerEntries": (DISPUTES, "ledgerEntries { id postings { account } }", 1),
    "Dispute.availableActions": (DISPUTES, "availableActions { action allowed }", 1),
    "DisputeEvidence.rebuttalDraft": (DISPUTES, "evidence { rebuttalDraft }", 4),
    # A line of the audit log, in a transaction.
    "EvidenceFile.downloadUrl": (DISPUTES, "evidence { files { downloadUrl } }", 5),
    "DisputeNote.dispute": (DISPUTES, "notes(first: 10) { nodes { dispute { id } } }", 2),
    "DisputeEvent.dispute": (DISPUTES, "timeline(first: 10) { nodes { dispute { id } } }", 2),
    "EarlyFraudWarning.merchant": (WARNINGS, "merchant { id }", 1),
    "EarlyFraudWarning.payment": (WARNINGS, "payment { id }", 1),
    "EarlyFraudWarning.refund": (WARNINGS, "refund { id }", 1),
    "EarlyFraudWarning.availableActions": (WARNINGS, "availableActions { allowed }", 2),
    "Payment.disputes": (PAYMENTS, "disputes { id }", 1),
    "Payment.earlyFraudWarnings": (PAYMENTS, "earlyFraudWarnings { id }", 1),
    "LedgerEntry.dispute": (PAYMENTS, "ledgerEntries { dispute { id } }", 2),
    "Merchant.disputes": (PAYMENTS, "merchant { disputes(first: 10) { nodes { id } } }", 2),
    "ApprovalRequest.dispute": (ACCEPTANCES, "dispute { id }", 1),
}
LISTS = {
    "disputes": "disputes(first: $n) { nodes { id } }",
    "earlyFraudWarnings": "earlyFraudWarnings(first: $n) { nodes { id status } }",
    "disputeNotices": "disputeNotices(first: $n) { nodes { state } }",
}
ORDERS = ["CREATED_AT_ASC", "RESPOND_BY_ASC", "AMOUNT_DESC"]


@pytest.fixture(scope="module")
async def crowded(lasting_graph: Graph) -> Graph:
    """Fifty of everything, and the owner works on all of it."""
    person = new_uuid(MORNING)
    await lasting_graph.database.execute(
        "INSERT INTO users (id, realm, name, status, created_at) VALUES ($1, 'MERCHANT', 'Ada', 'ACTIVE', now())",
        person,
    )
    await lasting_graph.database.execute(
        "INSERT INTO memberships (merchant_id, id, user_id, role, created_at) VALUES ($1, $2, $3, 'OWNER', now())",
        lasting_graph.blue.id,
        new_uuid(MORNING),
        person,
    )
    await write_histories(lasting_graph, MANY)
    await write_cases(lasting_graph, person)
    return replace(lasting_graph, owner=replace(lasting_graph.owner, id=person))


async def cost(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, shown: str, variables: Json, actor: Actor | None = None
) -> tuple[int, Json]:
    """The number of statements, and the answer."""
    with statements(monkeypatch) as seen:
        data = await graph.run(f"query{'($n: Int)' if variables else ''} {{ {shown} }}", variables, actor=actor)
    return len(seen), data


@pytest.mark.parametrize("relation", RELATIONS)
async def test_a_relation_costs_the_same_for_one_and_for_many(
    crowded: Graph, monkeypatch: pytest.MonkeyPatch, relation: str
) -> None:
    list_, shown, expected = RELATIONS[relation]
    one, _ = await cost(crowded, monkeypatch, list_ % shown, {"n": 1})
    many, data = await cost(crowded, monkeypatch, list_ % shown, {"n": MANY})
    assert (one, many) == (1 + expected, 1 + expected)
    (connection,) = data.values()
    assert len(connection["nodes"]) == MANY
    # Otherwise nothing was looked for, which costs little.
    assert not any(value in (None, []) for node in connection["nodes"] for value in node.values())


@pytest.mark.parametrize("field", LISTS)
async def test_a_list_costs_one_statement(crowded: Graph, monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    for size in (1, MANY):
        spent, data = await cost(crowded, monkeypatch, LISTS[field], {"n": size}, crowded.staff)
        assert (spent, len(data[field]["nodes"])) == (1, size)


@pytest.mark.parametrize("order", ORDERS)
async def test_an_order_costs_one_statement(crowded: Graph, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    shown = f"disputes(first: $n, orderBy: {order}) {{ nodes {{ id }} }}"
    assert (await cost(crowded, monkeypatch, shown, {"n": MANY}, crowded.staff))[0] == 1


async def test_numbers_and_policies_cost_little(crowded: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await cost(crowded, monkeypatch, "disputeStats { byStatus { count } }", {}))[0] == 1
    merchant = format_id(Prefix.MERCHANT, crowded.blue.id)
    policies = f'disputePolicies(merchantId: "{merchant}") {{ categories }}'
    assert (await cost(crowded, monkeypatch, policies, {}))[0] == 2
    assert (await cost(crowded, monkeypatch, "disputeReasonCodes { code }", {}))[0] == 0
