from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.ids import Prefix, format_id
from tests.api.graph import CORE

if TYPE_CHECKING:
    from tests.api.graph import Graph

ENTRIES = """
query($f: LedgerEntryFilter) { ledgerEntries(filter: $f) { nodes {
  kind postings { account direction amount { amount currency } }
} } }
"""
BALANCES = """
query($m: ID!, $at: DateTime) { balances(merchantId: $m, asOf: $at) {
  currency pending { amount minorUnits } available { amount } reserved { amount }
} }
"""


async def pay(graph: Graph, amount: str, currency: str, **given: Any) -> str:
    answer = await graph.change(
        "createPayment",
        idempotencyKey=f"{amount}{currency}",
        amount={"amount": amount, "currency": currency},
        paymentMethod={"token": "tok_visa"},
        **given,
    )
    return answer["payment"]["id"]


@pytest.fixture(scope="module")
async def books(lasting_graph: Graph) -> tuple[Graph, str, str]:
    """100 euros captured and 40 given back; 1500 yen captured; and a moment in between, as the database saw it."""
    euros = await pay(lasting_graph, "100.00", "EUR")
    between = await lasting_graph.value("SELECT max(posted_at) FROM ledger_entries")
    await asyncio.sleep(0.01)
    part = {"amount": "40.00", "currency": "EUR"}
    await lasting_graph.change("refundPayment", idempotencyKey="r", paymentId=euros, amount=part)
    await pay(lasting_graph, "1500", "JPY")
    return lasting_graph, euros, between.isoformat()


async def test_balances_by_currency(books: tuple[Graph, str, str]) -> None:
    graph, _, between = books
    merchant = format_id(Prefix.MERCHANT, graph.blue.id)
    euros, yen = (await graph.run(BALANCES, {"m": merchant}))["balances"]
    # The fee plan takes 1.5 % and 25 cents of each capture, and gives nothing back.
    assert euros == {
        "currency": "EUR",
        "pending": {"amount": "58.25", "minorUnits": "5825"},
        "available": {"amount": "0.00"},
        "reserved": {"amount": "0.00"},
    }
    assert (yen["currency"], yen["pending"]) == ("JPY", {"amount": "1478", "minorUnits": "1478"})
    earlier = (await graph.run(BALANCES, {"m": merchant, "at": between}))["balances"]
    assert [balance["pending"]["amount"] for balance in earlier if balance["currency"] == "EUR"] == ["98.25"]
    assert [balance["pending"]["amount"] for balance in earlier if balance["currency"] == "JPY"] in ([], ["0"])
    before = (await graph.run(BALANCES, {"m": merchant, "at": "2020-01-01T00:00:00Z"}))["balances"]
    assert {balance["pending"]["minorUnits"] for balance in before} == {"0"}


async def test_entries_balance_and_say_on_which_side(books: tuple[Graph, str, str]) -> None:
    graph, euros, _ = books
    refund, capture = (await graph.run(ENTRIES, {"f": {"paymentId": euros}}))["ledgerEntries"]["nodes"]
    sides = [(p["account"], p["direction"], p["amount"]["amount"]) for p in capture["postings"]]
    assert (capture["kind"], sides) == (
        "CAPTURE",
        [
            ("gateway_clearing:simulator", "DEBIT", "100.00"),
            ("pending", "CREDIT", "100.00"),
            ("pending", "DEBIT", "1.75"),
            ("fees_revenue", "CREDIT", "1.75"),
        ],
    )
    assert refund["kind"] == "REFUND"
    assert [(p["account"], p["direction"]) for p in refund["postings"]] == [
        ("pending", "DEBIT"),
        ("gateway_clearing:simulator", "CREDIT"),
    ]


CASES: list[tuple[str, Any, int]] = [
    ("kind", ["CAPTURE"], 2),
    ("kind", ["REFUND", "CAPTURE"], 3),
    ("kind", ["REFUND_RETURNED"], 0),
    ("account", ["pending"], 3),
    ("account", ["fees_revenue"], 2),
    ("account", ["available"], 0),
    ("currency", ["JPY"], 1),
    ("currency", ["EUR", "JPY"], 3),
    ("currency", ["KWD"], 0),
    ("postedAt", {"gte": "2020-01-01T00:00:00Z"}, 3),
    ("postedAt", {"lt": "2020-01-01T00:00:00Z"}, 0),
]


def test_every_field_is_here() -> None:
    fields = set(CORE.type_map["LedgerEntryFilter"].fields)
    assert {field for field, _, _ in CASES} == fields - {"merchantIds", "paymentId", "disputeId"}


@pytest.mark.parametrize(("field", "value", "selected"), CASES)
async def test_a_field_alone(books: tuple[Graph, str, str], field: str, value: Any, selected: int) -> None:
    graph, _, _ = books
    assert len((await graph.run(ENTRIES, {"f": {field: value}}))["ledgerEntries"]["nodes"]) == selected


async def test_staff_narrows_by_merchant(books: tuple[Graph, str, str]) -> None:
    graph, _, _ = books
    for merchant, selected in ((graph.blue, 3), (graph.red, 0)):
        wanted = {"merchantIds": [format_id(Prefix.MERCHANT, merchant.id)]}
        nodes = (await graph.run(ENTRIES, {"f": wanted}, actor=graph.staff))["ledgerEntries"]["nodes"]
        assert len(nodes) == selected


async def test_a_merchant_that_is_not_there(books: tuple[Graph, str, str]) -> None:
    graph, _, _ = books
    error = await graph.refused(BALANCES, {"m": format_id(Prefix.MERCHANT, graph.red.id)})
    assert error["extensions"] == {"code": "NOT_FOUND"}
