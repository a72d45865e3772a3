"""Each field of the filter of payments selects what it says, and nothing else."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.database import Database, FencedConnection
from api.context import MOST_READS_AT_ONCE
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, first_uuid, format_id
from domain.payments.decline import DeclineCode
from domain.payments.method import CardBrand, PaymentMethodType
from domain.payments.payment import PaymentStatus
from tests.api.graph import CORE
from tests.api.history import write
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy, kwd
from tests.builders.payments import a_customer, a_method, a_payment

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.identity.actor import Scope
    from domain.payments.payment import Payment
    from tests.api.graph import Graph

QUERY = "query($f: PaymentFilter) { payments(filter: $f) { nodes { id } } }"
# The same in every process that collects these tests: they are named after their values.
PLAIN, RICH, YEN, RED, MARY, KURT, NOBODY = (first_uuid(after(second)) for second in range(7))
NAMES = {PLAIN: "plain", RICH: "rich", YEN: "yen", RED: "red"}


def payments_of(graph: Graph) -> list[Payment]:
    """A plain one, one that has everything, one in yen, and one of the other merchant."""
    blue = {"merchant_id": graph.blue.id, "updated_at": MORNING}
    return [
        a_payment(eur("10.00"), id=PLAIN, **blue, created_at=after(0), method=a_method(last4="1111", brand=None)),
        a_payment(
            eur("99.90"),
            id=RICH,
            **blue,
            created_at=after(1),
            captured=eur("50.00"),
            captured_at=after(60),
            refunded=eur("5.00"),
            disputed=eur("6.00"),
            unknown_operations=1,
            risk_score=80,
            reference="Order 2026/0815-X",
            metadata={"shop": "berlin", "till": "7"},
            customer_id=MARY,
            gateway="elsewhere",
            method=a_method(brand=CardBrand.AMEX, last4="0005"),
        ),
        a_payment(
            jpy(1500),
            id=YEN,
            **blue,
            created_at=after(2),
            status=PaymentStatus.DECLINED,
            decline_code=DeclineCode.STOLEN_CARD,
            decline_message="no",
            risk_score=10,
            reference="order-0816",
            metadata={"shop": "tokyo"},
            customer_id=KURT,
            method=a_method(type=PaymentMethodType.PIX, brand=None, last4=None),
        ),
        a_payment(
            kwd("10.000"),
            id=RED,
            merchant_id=graph.red.id,
            updated_at=MORNING,
            created_at=after(3),
            reference="order-0815-red",
            method=a_method(brand=CardBrand.MASTERCARD, last4="4444"),
        ),
    ]


@pytest.fixture(scope="module")
async def four(lasting_graph: Graph) -> Graph:
    """The graph with those four."""
    blue = lasting_graph.blue.id
    customers = [
        a_customer(id=MARY, merchant_id=blue, email="Mary.Somerville@example.com"),
        a_customer(id=KURT, merchant_id=blue, email="kurt@example.org"),
    ]
    await write(lasting_graph, payments_of(lasting_graph), customers)
    return lasting_graph


def moment(second: int) -> str:
    return after(second).isoformat()


# What staff sees: all four. Each field stands here with what it selects.
CASES: list[tuple[str, Any, set[str]]] = [
    ("customerId", format_id(Prefix.CUSTOMER, MARY), {"rich"}),
    ("customerId", format_id(Prefix.CUSTOMER, NOBODY), set()),
    ("status", ["AUTHORIZED"], {"plain", "red"}),
    ("status", ["DECLINED", "PARTIALLY_CAPTURED"], {"rich", "yen"}),
    ("status", [], set()),
    ("currency", ["JPY"], {"yen"}),
    ("currency", ["EUR", "KWD"], {"plain", "rich", "red"}),
    ("amount", {"gte": "10"}, {"plain", "rich", "yen", "red"}),
    ("amount", {"gt": "10.00"}, {"rich", "yen"}),
    ("amount", {"lte": "10.0000"}, {"plain", "red"}),
    ("amount", {"lt": "10.0001"}, {"plain", "red"}),
    ("amount", {"lt": "10"}, set()),
    ("amount", {"gte": "99.90", "lt": "1500"}, {"rich"}),
    ("amount", {"gte": "-1"}, {"plain", "rich", "yen", "red"}),
    ("amount", {}, {"plain", "rich", "yen", "red"}),
    ("createdAt", {"gte": moment(1), "lt": moment(3)}, {"rich", "yen"}),
    ("createdAt", {"gt": moment(1), "lte": moment(3)}, {"yen", "red"}),
    ("capturedAt", {"gte": moment(60)}, {"rich"}),
    ("capturedAt", {"gt": moment(60)}, set()),
    ("method", ["PIX"], {"yen"}),
    ("method", ["CARD", "PIX"], {"plain", "rich", "yen", "red"}),
    ("method", ["SEPA_TRANSFER"], set()),
    ("brand", ["AMEX"], {"rich"}),
    ("brand", ["AMEX", "MASTERCARD"], {"rich", "red"}),
    ("last4", "0005", {"rich"}),
    ("last4", "5", set()),
    ("customerEmail", "mary.somerville@EXAMPLE.com", {"rich"}),
    ("customerEmail", "mary", set()),
    ("reference", "Order 2026/0815-X", {"rich"}),
    ("reference", "order 2026/0815-x", set()),
    ("gateway", ["elsewhere"], {"rich"}),
    ("gateway", ["simulator", "elsewhere"], {"plain", "rich", "yen", "red"}),
    ("declineCode", ["STOLEN_CARD"], {"yen"}),
    ("declineCode", ["LOST_CARD"], set()),
    ("riskScore", {"gte": 80}, {"rich"}),
    ("riskScore", {"gt": 80}, set()),
    ("riskScore", {"lt": 80}, {"yen"}),
    ("hasDispute", True, {"rich"}),
    ("hasDispute", False, {"plain", "yen", "red"}),
    ("hasRefund", True, {"rich"}),
    ("hasRefund", False, {"plain", "yen", "red"}),
    ("hasUnknownOutcome", True, {"rich"}),
    ("hasUnknownOutcome", False, {"plain", "yen", "red"}),
    ("metadata", [{"key": "shop", "value": "berlin"}], {"rich"}),
    ("metadata", [{"key": "shop", "value": "berlin"}, {"key": "till", "value": "7"}], {"rich"}),
    ("metadata", [{"key": "shop", "value": "berlin"}, {"key": "till", "value": "8"}], set()),
    ("metadata", [{"key": "till", "value": "berlin"}], set()),
    ("text", "order", {"rich", "yen", "red"}),
    ("text", "ORDER 081", {"rich", "yen", "red"}),
    ("text", "0815", {"rich", "red"}),
    ("text", "0815 x", {"rich"}),
    ("text", "rder", set()),
    ("text", "somer", {"rich"}),
    ("text", "kurt@example.org", {"yen"}),
    ("text", "example", {"rich", "yen"}),
    ("text", format_id(Prefix.PAYMENT, PLAIN), {"plain"}),
    ("text", f" {format_id(Prefix.PAYMENT, YEN)} ", {"yen"}),
    ("text", format_id(Prefix.PAYMENT, NOBODY), set()),
    ("text", "a' | 'b", set()),
]


async def found(graph: Graph, wanted: dict[str, Any] | None, actor: Any) -> set[str]:
    nodes = (await graph.run(QUERY, {"f": wanted}, actor=actor))["payments"]["nodes"]
    by_id = {format_id(Prefix.PAYMENT, id_): name for id_, name in NAMES.items()}
    return {by_id[node["id"]] for node in nodes}


def test_every_field_selects_and_excludes() -> None:
    fields = set(CORE.type_map["PaymentFilter"].fields) - {"merchantIds"}
    everything = set(NAMES.values())
    assert {field for field, _, selected in CASES if selected} == fields
    assert {field for field, _, selected in CASES if selected != everything} == fields


@pytest.mark.parametrize(("field", "value", "selected"), CASES)
async def test_a_field_alone(four: Graph, field: str, value: Any, selected: set[str]) -> None:
    assert await found(four, {field: value}, four.staff) == selected
    assert await found(four, {field: value}, four.owner) == selected - {"red"}


async def test_no_filter_is_everything(four: Graph) -> None:
    for wanted in (None, {}, {"status": None, "amount": None, "text": None}):
        assert await found(four, wanted, four.staff) == set(NAMES.values())


async def test_staff_narrows_by_merchant(four: Graph) -> None:
    blue, red = (format_id(Prefix.MERCHANT, merchant.id) for merchant in (four.blue, four.red))
    nobody = format_id(Prefix.MERCHANT, NOBODY)
    assert await found(four, {"merchantIds": [red]}, four.staff) == {"red"}
    assert await found(four, {"merchantIds": [blue, red]}, four.staff) == set(NAMES.values())
    assert await found(four, {"merchantIds": [blue, nobody]}, four.owner) == {"plain", "rich", "yen"}
    for ids in ([red], [nobody], []):
        assert await found(four, {"merchantIds": ids}, four.owner) == set()


async def test_all_that_is_given_must_hold(four: Graph) -> None:
    wanted = {"currency": ["EUR"], "amount": {"gt": "10"}, "text": "order", "hasRefund": True, "brand": ["AMEX"]}
    assert await found(four, wanted, four.staff) == {"rich"}
    assert await found(four, {**wanted, "riskScore": {"lt": 50}}, four.staff) == set()


async def test_a_filtered_list_has_pages(four: Graph) -> None:
    query = (
        'query($c: String) { payments(filter: { text: "order" }, first: 1, after: $c, orderBy: AMOUNT_DESC)'
        " { nodes { reference } pageInfo { hasNextPage endCursor } } }"
    )
    references, cursor, more = [], None, True
    while more:
        page = (await four.run(query, {"c": cursor}, actor=four.staff))["payments"]
        references += [node["reference"] for node in page["nodes"]]
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert references == ["order-0816", "Order 2026/0815-X", "order-0815-red"]


async def test_nobody_guesses_addresses(four: Graph) -> None:
    """Who may not see an e-mail address finds nobody by it, nor by its beginnings."""
    blind = an_actor(four.blue, permissions={Permission.PAYMENTS_READ})
    answer = await four.answer(QUERY, {"f": {"customerEmail": "mary.somerville@example.com"}}, actor=blind)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["PERMISSION_DENIED"]
    for actor, rows in ((four.owner, 1), (blind, 0)):
        assert len(await found(four, {"text": "somerville"}, actor)) == rows


@pytest.mark.parametrize("text", ["'!&|:*()", "one two three four five six"])
async def test_a_text_is_a_few_words(four: Graph, text: str) -> None:
    answer = await four.answer(QUERY, {"f": {"text": text}})
    [error] = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["argumentPath"]) == ("BAD_USER_INPUT", ["filter", "text"])


async def test_however_many_match_the_list_goes_on(graph: Graph) -> None:
    """A word that most payments share cuts nothing off, in either order."""
    await write(graph, [a_payment(eur(1 + n), merchant_id=graph.blue.id, reference=f"order-{n}") for n in range(60)])
    query = """query($o: PaymentOrder, $a: String) { payments(first: 25, after: $a, orderBy: $o, filter: {text: "ord"}) {
        nodes { reference } pageInfo { endCursor } } }"""
    for order in ("CREATED_AT_ASC", "AMOUNT_DESC"):
        seen: list[str] = []
        after_cursor = None
        for size in (25, 25, 10):
            page = (await graph.run(query, {"o": order, "a": after_cursor}))["payments"]
            assert len(page["nodes"]) == size
            seen += [node["reference"] for node in page["nodes"]]
            after_cursor = page["pageInfo"]["endCursor"]
        assert len(set(seen)) == 60


async def test_one_request_holds_a_few_connections_only(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty searches in one operation leave the pool to others."""
    held = most = 0
    connection = Database.connection

    @asynccontextmanager
    async def counted(self: Database, scope: Scope) -> AsyncGenerator[FencedConnection]:
        nonlocal held, most
        async with connection(self, scope) as taken:
            held += 1
            most = max(most, held)
            try:
                yield taken
            finally:
                held -= 1

    monkeypatch.setattr(Database, "connection", counted)
    fields = " ".join(f'a{n}: payments(filter: {{text: "x{n}"}}) {{ nodes {{ id }} }}' for n in range(30))
    await graph.run(f"{{ {fields} }}")
    assert most == MOST_READS_AT_ONCE
