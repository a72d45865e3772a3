"""A level of a query about bank statements costs as many statements for 1 of them as for 50."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.graph import statements
from tests.api.reconciliation.bank_mail import write_bank_mail

if TYPE_CHECKING:
    from tests.api.graph import Graph, Json

MANY = 50
IMPORTS = "statementImports(first: $n) { nodes { id %s } }"
STATEMENTS = "bankStatements(first: $n) { nodes { id %s } }"
ENTRIES = "bankEntries(first: $n) { nodes { id %s } }"
ITEMS = "reconciliationItems(first: $n) { nodes { id %s } }"
REMITTANCES = "remittances(first: $n) { nodes { id %s } }"
PAYOUTS = "payouts(first: $n) { nodes { id %s } }"
MATCHED = "bankEntries(first: $n) { nodes { match { kind %s } } }"
BOOKED = "payouts(first: $n) { nodes { id bankEntry { bookedOn %s } } }"
# Every relation, from which list it is reached, and what it costs at most besides that. What none of the rows has is
# not read at all.
RELATIONS: dict[str, tuple[str, str, int]] = {
    "StatementImport.statements": (IMPORTS, "statements { id }", 1),
    "StatementImport.duplicateOf": (IMPORTS, "duplicateOf { id }", 0),
    "BankStatement.statementImport": (STATEMENTS, "statementImport { id }", 1),
    "BankStatement.entries": (STATEMENTS, "entries(first: 2) { nodes { id } }", 1),
    "BankEntry.statement": (ENTRIES, "statement { id }", 1),
    "BankEntry.match": (ENTRIES, "match { kind }", 1),
    "BankEntry.item": (ENTRIES, "item { id }", 1),
    "BankMatch.payout": (MATCHED, "payout { id }", 1),
    "BankMatch.remittance": (MATCHED, "remittance { id }", 1),
    "ReconciliationItem.entry": (ITEMS, "entry { id }", 1),
    "ReconciliationItem.owner": (ITEMS, "owner", 0),
    "ReconciliationItem.suspectedPayout": (ITEMS, "suspectedPayout { id }", 0),
    "ReconciliationItem.suspectedRemittance": (ITEMS, "suspectedRemittance { id }", 0),
    "ReconciliationItem.ledgerEntry": (ITEMS, "ledgerEntry { id }", 0),
    "Remittance.bankEntry": (REMITTANCES, "bankEntry { id }", 0),
    "Remittance.ledgerEntry": (REMITTANCES, "ledgerEntry { id }", 0),
    "Payout.bankEntry": (PAYOUTS, "bankEntry { bookedOn }", 0),
    "Payout.returnEntry": (PAYOUTS, "returnEntry { bookedOn }", 0),
    "PayoutBooking.entry": (BOOKED, "entry { id }", 0),
}
LISTS = {
    "statementImports": "statementImports(first: $n) { nodes { id status entries } }",
    "bankStatements": "bankStatements(first: $n) { nodes { id opening { amount } gap { amount } } }",
    "bankEntries": "bankEntries(first: $n) { nodes { id amount { amount } returnReasonText } }",
    "reconciliationItems": "reconciliationItems(first: $n) { nodes { id availableActions { action allowed } } }",
    "remittances": "remittances(first: $n) { nodes { id net { amount } } }",
}


@pytest.fixture(scope="module")
async def crowded(lasting_graph: Graph) -> Graph:
    """Fifty of everything."""
    await write_bank_mail(lasting_graph, MANY)
    return lasting_graph


async def cost(graph: Graph, monkeypatch: pytest.MonkeyPatch, shown: str, variables: Json) -> tuple[int, Json]:
    """The number of statements, and the answer."""
    with statements(monkeypatch) as seen:
        data = await graph.run(f"query($n: Int) {{ {shown} }}", variables, actor=graph.staff)
    return len(seen), data


@pytest.mark.parametrize("relation", RELATIONS)
async def test_a_relation_costs_the_same_for_one_and_for_many(
    crowded: Graph, monkeypatch: pytest.MonkeyPatch, relation: str
) -> None:
    source, shown, besides = RELATIONS[relation]
    bare, _ = await cost(crowded, monkeypatch, source % "", {"n": 1})
    one, _ = await cost(crowded, monkeypatch, source % shown, {"n": 1})
    many, data = await cost(crowded, monkeypatch, source % shown, {"n": MANY})
    assert one == many
    assert many - bare <= besides
    assert len(str(data)) > 10


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_costs_the_same_for_one_and_for_many(
    crowded: Graph, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    one, _ = await cost(crowded, monkeypatch, LISTS[name], {"n": 1})
    many, data = await cost(crowded, monkeypatch, LISTS[name], {"n": MANY})
    assert (one, many) == (1, 1)
    assert len(data[name]["nodes"]) == MANY
