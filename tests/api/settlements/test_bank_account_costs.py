"""A level of a query about bank accounts costs as many statements for 1 of them as for 50."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.ids import new_uuid
from tests.api.graph import SYSTEM, statements
from tests.api.settlements.bank_book import write_bank_accounts
from tests.builders.bank_accounts import a_bank_account
from tests.builders.merchants import a_merchant
from tests.builders.moments import after

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

MANY = 50
ACCOUNTS = "bankAccounts(first: $n) { nodes { id %s } }"
CHANGES = "approvalRequests(first: $n, filter: { action: [CHANGE_BANK_ACCOUNT] }) { nodes { id %s } }"
MERCHANTS = "merchants(first: $n) { nodes { id %s } }"
# Every relation of bank accounts, from which list it is reached, and what it costs besides that.
RELATIONS: dict[str, tuple[str, str, int]] = {
    "BankAccount.merchant": (ACCOUNTS, "merchant { id }", 1),
    "BankAccount.reveals": (ACCOUNTS, "reveals(first: 2) { reason revealedById }", 1),
    "ApprovalRequest.bankAccount": (CHANGES, "bankAccountChange bankAccount { maskedNumber }", 1),
    "Merchant.bankAccounts": (MERCHANTS, "bankAccounts(first: 2) { nodes { id } }", 1),
}
LISTS = {"bankAccounts": "bankAccounts(first: $n) { nodes { id status availableActions { action allowed } } }"}


@pytest.fixture(scope="module")
async def crowded(lasting_graph: Graph) -> Graph:
    """Fifty of everything."""
    await write_bank_accounts(lasting_graph, MANY)
    async with lasting_graph.assembly.merchants.units.begin(SYSTEM, "tests") as unit:
        for second in range(MANY):
            merchant = a_merchant(id=new_uuid(after(second)), created_at=after(second))
            await unit.merchants.add(merchant)
            account = a_bank_account(merchant_id=merchant.id)
            await unit.bank_accounts.add(account)  # pyright: ignore[reportAttributeAccessIssue] - a unit of all contexts
        await unit.commit()
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
    list_, shown, expected = RELATIONS[relation]
    one, _ = await cost(crowded, monkeypatch, list_ % shown, {"n": 1}, crowded.staff)
    many, data = await cost(crowded, monkeypatch, list_ % shown, {"n": MANY}, crowded.staff)
    assert (one, many) == (1 + expected, 1 + expected)
    (connection,) = data.values()
    assert len(connection["nodes"]) == MANY
    # Otherwise nothing was looked for, which costs little.
    assert any(all(value not in (None, []) for value in node.values()) for node in connection["nodes"])


@pytest.mark.parametrize("field", LISTS)
async def test_a_list_costs_one_statement(crowded: Graph, monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    for size in (1, MANY):
        for actor in (crowded.staff, crowded.owner):
            spent, data = await cost(crowded, monkeypatch, LISTS[field], {"n": size}, actor)
            assert (spent, len(data[field]["nodes"])) == (1, size)
