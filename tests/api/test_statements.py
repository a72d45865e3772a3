"""A level of a query costs one statement, whatever its width: the same number of them for 1 row and for 50."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from graphql import GraphQLObjectType

from api.fields import BATCH
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.disputes import test_costs as of_disputes
from tests.api.fraud import test_costs as of_fraud
from tests.api.graph import CORE, SYSTEM, statements
from tests.api.history import write_histories
from tests.api.merchants import test_costs as of_merchants
from tests.api.reconciliation import test_costs as of_reconciliation
from tests.api.settlements import test_bank_account_costs as of_bank_accounts
from tests.api.settlements import test_costs as of_settlements
from tests.api.settlements import test_payment_files as of_files
from tests.api.settlements import test_payout_costs as of_payouts
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

MANY = 50
PAYMENTS = "query($n: Int) {{ payments(first: $n) {{ nodes {{ id {} }} }} }}"
# Every relation of the graph, reached from a list of payments.
RELATIONS = {
    "Payment.merchant": "merchant { id }",
    "Payment.customer": "customer { id }",
    "Payment.origin": "origin { ipAddress }",
    "Payment.captures": "captures { id }",
    "Payment.refunds": "refunds { id }",
    "Payment.operations": "operations { id }",
    "Payment.ledgerEntries": "ledgerEntries { id postings { account } }",
    "Payment.availableActions": "availableActions { action requiresApproval }",
    "Payment.timeline": "timeline(first: 10) { nodes { id } }",
    "Customer.merchant": "customer { merchant { id } }",
    "Customer.payments": "customer { payments(first: 10) { nodes { id } } }",
    "Refund.payment": "refunds { payment { id } }",
    "PaymentEvent.payment": "timeline(first: 10) { nodes { payment { id } } }",
}
REQUESTS = "query($n: Int) {{ approvalRequests(first: $n) {{ nodes {{ id {} }} }} }}"
# The same, reached from a list of requests for approval.
RELATIONS_OF_REQUESTS = {
    "ApprovalRequest.merchant": "merchant { id }",
    "ApprovalRequest.payment": "payment { id }",
}
# How many statements each takes besides that of the list itself.
COSTS = {"Customer.merchant": 2, "Customer.payments": 2, "Refund.payment": 2, "PaymentEvent.payment": 2}
LISTS = {
    "payments": "payments(first: $n) { nodes { id } }",
    "ledgerEntries": "ledgerEntries(first: $n) { nodes { id kind } }",
    "auditLog": "auditLog(first: $n) { nodes { id } }",
    "merchants": "merchants(first: $n) { nodes { id } }",
    "approvalRequests": "approvalRequests(first: $n) { nodes { id status } }",
}


@pytest.fixture(scope="module")
async def crowded(lasting_graph: Graph) -> Graph:
    """Fifty of everything."""
    await write_histories(lasting_graph, MANY)
    async with lasting_graph.assembly.merchants.units.begin(SYSTEM, "tests") as unit:
        for second in range(MANY):
            await unit.merchants.add(a_merchant(id=new_uuid(after(second)), created_at=after(second)))
        await unit.commit()
    return lasting_graph


def width(data: object) -> int:
    """The length of the longest list in an answer."""
    if isinstance(data, dict):
        return max((width(value) for value in data.values()), default=0)
    return max([len(data), *map(width, data)]) if isinstance(data, list) else 0


async def cost(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, query: str, variables: Json, actor: Actor
) -> tuple[int, int]:
    """The number of statements, and the width of the answer."""
    with statements(monkeypatch) as seen:
        data = await graph.run(query, variables, actor=actor)
    return len(seen), width(data)


def test_every_relation_is_here() -> None:
    batched = {
        f"{kind.name}.{name}"
        for kind in CORE.type_map.values()
        if isinstance(kind, GraphQLObjectType) and kind not in {CORE.query_type, CORE.mutation_type}
        for name, field in kind.fields.items()
        if BATCH in getattr((field.extensions or {}).get("strawberry-definition"), "metadata", {})
    }
    costly = {
        *RELATIONS,
        *RELATIONS_OF_REQUESTS,
        *of_disputes.RELATIONS,
        *of_fraud.RELATIONS,
        *of_bank_accounts.RELATIONS,
        *of_settlements.RELATIONS,
        *of_reconciliation.RELATIONS,
        *of_payouts.RELATIONS,
        *of_files.RELATIONS,
        *of_merchants.RELATIONS,
    }
    assert batched == {*costly, "Membership.merchant"}
    lists = {name for name, field in CORE.query_type.fields.items() if "first" in field.args}
    settled = {
        *of_bank_accounts.LISTS,
        *of_settlements.LISTS,
        *of_payouts.LISTS,
        *of_reconciliation.LISTS,
        *of_files.LISTS,
    }
    assert lists == {*LISTS, *of_disputes.LISTS, *of_fraud.LISTS, *settled}


@pytest.mark.parametrize("relation", RELATIONS)
async def test_a_relation_costs_one_statement(crowded: Graph, monkeypatch: pytest.MonkeyPatch, relation: str) -> None:
    query = PAYMENTS.format(RELATIONS[relation])
    one = await cost(crowded, monkeypatch, query, {"n": 1}, crowded.owner)
    many = await cost(crowded, monkeypatch, query, {"n": MANY}, crowded.owner)
    assert (one[0], many[0], many[1]) == (1 + COSTS.get(relation, 1),) * 2 + (MANY,)


@pytest.mark.parametrize("relation", RELATIONS_OF_REQUESTS)
async def test_a_relation_of_requests_costs_one_statement(
    crowded: Graph, monkeypatch: pytest.MonkeyPatch, relation: str
) -> None:
    query = REQUESTS.format(RELATIONS_OF_REQUESTS[relation])
    assert await cost(crowded, monkeypatch, query, {"n": 1}, crowded.owner) == (2, 1)
    assert await cost(crowded, monkeypatch, query, {"n": MANY}, crowded.owner) == (2, MANY)


@pytest.mark.parametrize("field", LISTS)
async def test_a_list_costs_one_statement(crowded: Graph, monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    query = f"query($n: Int) {{ {LISTS[field]} }}"
    assert await cost(crowded, monkeypatch, query, {"n": 1}, crowded.staff) == (1, 1)
    assert await cost(crowded, monkeypatch, query, {"n": MANY}, crowded.staff) == (1, MANY)


async def test_all_relations_together(crowded: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    query = PAYMENTS.format(" ".join(shown for name, shown in RELATIONS.items() if name.startswith("Payment.")))
    one, _ = await cost(crowded, monkeypatch, query, {"n": 1}, crowded.owner)
    many, _ = await cost(crowded, monkeypatch, query, {"n": MANY}, crowded.owner)
    assert one == many == 10


async def test_the_same_relation_under_two_names_costs_twice_at_most(
    crowded: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = PAYMENTS.format("a: timeline(first: 1) { nodes { id } } b: timeline(first: 2) { nodes { id } }")
    assert (await cost(crowded, monkeypatch, query, {"n": MANY}, crowded.owner))[0] == 3


async def test_nodes_cost_one_statement_for_each_type(crowded: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    rows = await crowded.database.fetch("SELECT id FROM payments")
    ids = [format_id(Prefix.PAYMENT, row["id"]) for row in rows]
    assert await cost(crowded, monkeypatch, query, {"ids": ids[:1]}, crowded.owner) == (1, 1)
    assert await cost(crowded, monkeypatch, query, {"ids": ids}, crowded.owner) == (1, MANY)


async def test_memberships(crowded: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "{ viewer { realm user { name } memberships { merchant { name } } } }"
    merchants = await crowded.database.fetch("SELECT id FROM merchants LIMIT $1", MANY)
    costs = []
    for some in (merchants[:1], merchants):
        person = new_uuid(MORNING)
        await crowded.database.execute(
            "INSERT INTO users (id, realm, name, status, created_at) VALUES ($1, 'MERCHANT', 'Ada', 'ACTIVE', now())",
            person,
        )
        for row in some:
            await crowded.database.execute(
                "INSERT INTO memberships (merchant_id, id, user_id, role, created_at)"
                " VALUES ($1, $2, $3, 'VIEWER', now())",
                row["id"],
                new_uuid(MORNING),
                person,
            )
        actor = replace(an_actor(*(row["id"] for row in some)), id=person)
        costs.append(await cost(crowded, monkeypatch, query, {}, actor))
    assert costs == [(3, 1), (3, MANY)]
