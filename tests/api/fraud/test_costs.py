"""A level of a query about fraud costs as many statements for 1 of them as for 50."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.disputes.cases import write_cases
from tests.api.fraud.cases import write_fraud
from tests.api.graph import statements
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

MANY = 50
REVIEWS = "fraudReviews(first: $n) { nodes { id %s } }"
RULES = "fraudRules(first: $n) { nodes { id %s } }"
BACKTESTS = "backtests(first: $n) { nodes { id %s } }"
PUBLICATIONS = "approvalRequests(first: $n, filter: { action: [PUBLISH_FRAUD_RULE] }) { nodes { id %s } }"
PAYMENTS = "payments(first: $n) { nodes { id %s } }"
# Every relation that has to do with fraud, from which list it is reached, and what it costs besides that.
RELATIONS: dict[str, tuple[str, str, int]] = {
    "FraudReview.merchant": (REVIEWS, "merchant { id }", 1),
    "FraudReview.payment": (REVIEWS, "payment { id }", 1),
    "FraudReview.assignee": (REVIEWS, "assignee { id }", 1),
    "FraudReview.assigneeName": (REVIEWS, "assigneeName", 1),
    # The payments, the screenings and their rule sets.
    "FraudReview.rules": (REVIEWS, "rules { name }", 3),
    "FraudReview.screening": (REVIEWS, "screening { merchant { results { outcome values { name value } } } }", 3),
    "FraudReview.notes": (REVIEWS, "notes { id }", 1),
    "FraudReview.timeline": (REVIEWS, "timeline(first: 10) { nodes { id } }", 1),
    "FraudReview.chargebacks": (REVIEWS, "chargebacks { id }", 2),
    "FraudReview.links": (REVIEWS, "links { dimension payments byStatus { count } }", 2),
    "FraudReview.linkedPayments": (REVIEWS, "linkedPayments(first: 3) { nodes { shares payment { id } } }", 2),
    "FraudReview.availableActions": (REVIEWS, "availableActions { action allowed }", 1),
    "FraudReviewNote.mentions": (REVIEWS, "notes { mentions }", 2),
    "FraudReviewNote.review": (REVIEWS, "notes { review { id } }", 2),
    "FraudReviewEvent.review": (REVIEWS, "timeline(first: 10) { nodes { review { id } } }", 2),
    "FraudRule.merchant": (RULES, "merchant { id }", 1),
    "FraudRule.versions": (RULES, "versions { number }", 1),
    "FraudRule.latestVersion": (RULES, "latestVersion { number }", 1),
    "FraudRule.publishedVersion": (RULES, "publishedVersion { number }", 1),
    "FraudRule.shadowVersion": (RULES, "shadowVersion { number }", 1),
    "Backtest.merchant": (BACKTESTS, "merchant { id }", 1),
    "BacktestMatch.payment": (BACKTESTS, "result { top { payment { id } } }", 1),
    "ApprovalRequest.fraudRule": (PUBLICATIONS, "fraudRule { id }", 1),
    "Payment.screening": (PAYMENTS, "screening { decision }", 2),
    "Payment.fraudReview": (PAYMENTS, "fraudReview { id }", 1),
    "Payment.links": (PAYMENTS, "links { dimension payments }", 1),
    "Payment.linkedPayments": (PAYMENTS, "linkedPayments(first: 3) { nodes { payment { id } } }", 1),
}
LISTS = {
    "fraudReviews": "fraudReviews(first: $n) { nodes { id sla } }",
    "fraudRules": "fraudRules(first: $n) { nodes { id } }",
    "backtests": "backtests(first: $n) { nodes { id status } }",
    "listEntries": 'listEntries(first: $n, filter: { merchantId: "%s", listName: "blocked_emails" })'
    " { nodes { id value } }",
}
ORDERS = ["OPENED_AT_DESC", "OPENED_AT_ASC", "AMOUNT_DESC", "AMOUNT_ASC"]


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
    await write_fraud(lasting_graph, MANY, person)
    await write_cases(lasting_graph)
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
    blue = format_id(Prefix.MERCHANT, crowded.blue.id)
    shown = LISTS[field] % blue if "%s" in LISTS[field] else LISTS[field]
    for size in (1, MANY):
        spent, data = await cost(crowded, monkeypatch, shown, {"n": size}, crowded.staff)
        assert (spent, len(data[field]["nodes"])) == (1, size)


@pytest.mark.parametrize("order", ORDERS)
async def test_an_order_costs_one_statement(crowded: Graph, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    shown = f"fraudReviews(first: $n, orderBy: {order}) {{ nodes {{ id }} }}"
    assert (await cost(crowded, monkeypatch, shown, {"n": MANY}, crowded.staff))[0] == 1


async def test_numbers_lists_and_policies_cost_little(crowded: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    for shown, expected in (
        ("fraudReviewStats { counts { count amount { amount } } }", 1),
        # Whether the merchant is there, and what it has.
        ("fraudLists { name entryCount }", 2),
        ("scorePolicy { reviewAt blockAt }", 2),
        # The same, in a transaction.
        ('checkFraudRule(expression: "true", action: BLOCK) { valid }', 4),
    ):
        assert (await cost(crowded, monkeypatch, shown, {}))[0] == expected, shown
