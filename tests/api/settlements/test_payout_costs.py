"""A level of a query about payouts costs as many statements for 1 of them as for 50."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.graph import statements
from tests.api.settlements.many import write_settlements
from tests.api.settlements.payout_book import write_payouts

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

MANY = 50
PAYOUTS = "payouts(first: $n) {{ nodes {{ id {} }} }}"
# Every relation of payouts, and what it costs besides the list.
RELATIONS: dict[str, tuple[str, int]] = {
    "Payout.merchant": ("merchant { id }", 1),
    "Payout.bankAccount": ("bankAccount { id }", 1),
    # Which settlements they pay, and then the settlements.
    "Payout.settlements": ("settlements { id }", 2),
    "Payout.paymentFile": ("paymentFile { id }", 1),
    "Payout.attempts": ("attempts { number }", 1),
    "Payout.events": ("events { name }", 1),
    "Payout.ledgerEntries": ("ledgerEntries { id }", 1),
}
LISTS = {"payouts": "payouts(first: $n) { nodes { id status availableActions { action allowed } } }"}


@pytest.fixture(scope="module")
async def crowded(lasting_graph: Graph) -> Graph:
    """Fifty payouts, each of a settlement."""
    payouts = await write_payouts(lasting_graph, MANY)
    await write_settlements(lasting_graph, MANY, payout_ids=tuple(one.id for one in payouts))
    return lasting_graph


async def cost(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, shown: str, variables: Json, actor: Actor
) -> tuple[int, Json]:
    """The number of statements, and the answer."""
    with statements(monkeypatch) as seen:
        data = await graph.run(f"query($n: Int) {{ {shown} }}", variables, actor=actor)
    return len(seen), data


@pytest.mark.parametrize("relation", RELATIONS)
async def test_a_relation_costs_the_same_for_one_and_for_many(
    crowded: Graph, monkeypatch: pytest.MonkeyPatch, relation: str
) -> None:
    shown, expected = RELATIONS[relation]
    one, _ = await cost(crowded, monkeypatch, PAYOUTS.format(shown), {"n": 1}, crowded.staff)
    many, data = await cost(crowded, monkeypatch, PAYOUTS.format(shown), {"n": MANY}, crowded.staff)
    assert (one, many) == (1 + expected, 1 + expected)
    nodes = data["payouts"]["nodes"]
    assert len(nodes) == MANY
    assert any(all(value not in (None, []) for value in node.values()) for node in nodes)


@pytest.mark.parametrize("field", LISTS)
async def test_a_list_costs_one_statement(crowded: Graph, monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    for size in (1, MANY):
        for actor in (crowded.staff, crowded.owner):
            spent, data = await cost(crowded, monkeypatch, LISTS[field], {"n": size}, actor)
            assert (spent, len(data[field]["nodes"])) == (1, size)
