"""A level of a query about settlements costs as many statements for 1 of them as for 50."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.ids import new_uuid
from domain.settlements.payout import PayoutStatus
from tests.api.disputes.cases import write_cases
from tests.api.graph import SYSTEM, statements
from tests.api.history import write_histories
from tests.api.settlements.many import write_settlements
from tests.builders.bank_accounts import a_bank_account
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.payouts import a_payout
from tests.builders.settlements import a_reserve_hold, a_settlement, a_settlement_account

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from tests.api.graph import Graph, Json

MANY = 50
CLOSED = "settlements(first: $n, filter: { status: [CLOSED] }) { nodes { id %s } }"
ONE_LINE = CLOSED % "lines(first: 2) { nodes { kind %s } }"
ACCOUNTS = "settlementAccounts(first: $n) { nodes { currency %s } }"
ADJUSTMENTS = "settlementAdjustments(first: $n) { nodes { id %s } }"
ADJUSTED = "approvalRequests(first: $n, filter: { action: [ADJUST_SETTLEMENT] }) { nodes { id %s } }"
PAYMENTS = "payments(first: $n) { nodes { id %s } }"
DISPUTES = "disputes(first: $n) { nodes { id %s } }"
MERCHANTS = "merchants(first: $n) { nodes { id %s } }"
ENTRIES = "ledgerEntries(first: $n, filter: { kind: [%s] }) { nodes { id %%s } }"
# Every relation of settlements, from which list it is reached, and what it costs besides that.
RELATIONS: dict[str, tuple[str, str, int]] = {
    "Settlement.merchant": (CLOSED, "merchant { id }", 1),
    "Settlement.lines": (CLOSED, "lines(first: 2) { nodes { kind } }", 1),
    "Settlement.reserve": (CLOSED, "reserve { id }", 1),
    "Settlement.payout": (CLOSED, "payout { id }", 1),
    # A transaction that writes it down.
    "Settlement.statement": (CLOSED, "statement { csvUrl }", 3),
    # Which reserve they hold, and then the entries.
    "Settlement.ledgerEntries": (CLOSED, "ledgerEntries { id }", 2),
    "Settlement.timeline": (CLOSED, "timeline(first: 1) { nodes { id } }", 1),
    "Settlement.availableActions": (CLOSED, "availableActions { action }", 1),
    "SettlementLine.payment": (ONE_LINE, "payment { id }", 2),
    "SettlementLine.dispute": (ONE_LINE, "dispute { id }", 2),
    "SettlementLine.ledgerEntry": (ONE_LINE, "ledgerEntry { id }", 2),
    "ReserveHold.settlement": (CLOSED, "reserve { settlement { id } }", 2),
    "SettlementAdjustment.merchant": (ADJUSTMENTS, "merchant { id }", 1),
    "SettlementAdjustment.ledgerEntry": (ADJUSTMENTS, "ledgerEntry { id }", 1),
    "SettlementAccount.merchant": (ACCOUNTS, "merchant { id }", 1),
    "SettlementAccount.nextSettlement": (ACCOUNTS, "nextSettlement { id }", 1),
    "SettlementAccount.reserves": (ACCOUNTS, "reserves(first: 1) { nodes { id } }", 1),
    "SettlementAccount.availableActions": (ACCOUNTS, "availableActions { action }", 0),
    "ApprovalRequest.adjustment": (ADJUSTED, "adjustmentReason adjustment { id }", 1),
    "Payment.settlements": (PAYMENTS, "settlements { id }", 1),
    "Dispute.settlements": (DISPUTES, "settlements { id }", 1),
    "Merchant.settlementAccounts": (MERCHANTS, "settlementAccounts { currency }", 1),
    "LedgerEntry.settlement": (ENTRIES % "DISPUTE", "settlement { id }", 1),
    "LedgerEntry.payout": (ENTRIES % "PAYOUT", "payout { id }", 1),
}
LISTS = {
    "settlements": "settlements(first: $n) { nodes { id number net { amount } totals { captures { amount } } } }",
    "settlementAccounts": "settlementAccounts(first: $n) { nodes { currency schedule { frequency } } }",
    "settlementAdjustments": "settlementAdjustments(first: $n) { nodes { id reason } }",
}


@pytest.fixture(scope="module")
async def crowded(lasting_graph: Graph) -> Graph:
    """Fifty of everything."""
    graph = lasting_graph
    await write_histories(graph, MANY)
    await write_cases(graph)
    units = graph.assembly.payouts.units
    payouts: list[UUID] = []
    async with units.begin(SYSTEM, "tests") as unit:
        account = a_bank_account(merchant_id=graph.blue.id)
        await unit.bank_accounts.add(account)  # pyright: ignore[reportAttributeAccessIssue] - a unit of all contexts
        for _ in range(MANY):
            payout = a_payout(
                PayoutStatus.AWAITING_APPROVAL,
                payout_id=new_uuid(MORNING),
                merchant_id=graph.blue.id,
                bank_account_id=account.id,
            )
            payouts.append((await unit.payouts.add(payout)).id)
        await unit.commit()
    await write_settlements(graph, MANY, payout_ids=tuple(payouts))
    await _other_merchants(graph)
    return graph


async def _other_merchants(graph: Graph) -> None:
    """Fifty of them, each with an account in which something is open and something held."""
    async with graph.assembly.settlements.units.begin(SYSTEM, "tests") as unit:
        for second in range(MANY):
            merchant = a_merchant(id=new_uuid(after(second)), created_at=after(second))
            await unit.merchants.add(merchant)
            await unit.settlement_accounts.add(a_settlement_account(merchant.id))
            settlement = a_settlement(merchant_id=merchant.id, id=new_uuid(MORNING))
            await unit.settlements.add(settlement)
            await unit.reserve_holds.add(a_reserve_hold(settlement))
        await unit.commit()


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
        spent, data = await cost(crowded, monkeypatch, LISTS[field], {"n": size}, crowded.staff)
        assert (spent, len(data[field]["nodes"])) == (1, size)


async def test_totals_cost_one_statement(crowded: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = "settlementTotals { counts { status count net { amount } } }"
    with statements(monkeypatch) as seen:
        data = await crowded.run(f"{{ {shown} }}", actor=crowded.staff)
    assert len(seen) == 1
    assert {one["status"]: one["count"] for one in data["settlementTotals"]["counts"]} == {
        "OPEN": MANY + 1,
        "CLOSED": MANY,
    }
