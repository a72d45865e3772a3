"""Pages: both ways, in every order, each row exactly once, while others come."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.disputes.cases import write_cases
from tests.api.disputes.docket import Docket
from tests.api.fraud.cases import write_fraud
from tests.api.graph import CORE, SYSTEM
from tests.api.history import write, write_histories
from tests.api.reconciliation.bank_mail import write_bank_mail
from tests.api.settlements.bank_book import write_bank_accounts
from tests.api.settlements.many import write_settlements
from tests.api.settlements.payout_book import write_payouts
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy, kwd
from tests.builders.payments import a_payment

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.payments.payment import Payment
    from tests.api.graph import Graph, Json

PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
# Four amounts that several payments share, across currencies, and five moments that several share.
AMOUNTS = [eur("10.00"), jpy(10), kwd("10.000"), eur("9.99"), jpy(2000), kwd("0.001")]


def payments_of(graph: Graph, many: int, seed: int) -> list[Payment]:
    chance = random.Random(seed)
    return [
        a_payment(
            chance.choice(AMOUNTS),
            id=new_uuid(moment),
            merchant_id=graph.blue.id,
            created_at=moment,
            updated_at=moment,
        )
        for moment in (after(chance.randrange(5)) for _ in range(many))
    ]


def in_order(payments: list[Payment], order: str) -> list[str]:
    """The ids of the payments in an order: ties are broken by the id, in the same direction."""
    field, direction = order.rsplit("_", 1)

    def key(payment: Payment) -> Any:
        if field == "AMOUNT":
            return payment.amount_minor * 10 ** (4 - payment.currency.exponent), payment.id
        return payment.created_at, payment.id

    ordered = sorted(payments, key=key, reverse=direction == "DESC")
    return [format_id(Prefix.PAYMENT, payment.id) for payment in ordered]


async def forget(graph: Graph) -> None:
    """No payment was ever made. What hangs on payments and is append-only refuses to be emptied, unless so."""
    async with graph.database.transaction():
        await graph.database.execute("SET LOCAL session_replication_role = replica")
        await graph.database.execute("TRUNCATE payments CASCADE")


async def walk(
    graph: Graph,
    field: str,
    *,
    size: int,
    backward: bool = False,
    options: str = "",
    between: Callable[[], Awaitable[Any]] | None = None,
) -> list[str]:
    """All ids of a list in list order, read page by page as staff; checks what each page says of itself."""
    count, position = ("last", "before") if backward else ("first", "after")
    query = (
        f"query($n: Int, $c: String) {{ {field}({count}: $n, {position}: $c {options})"
        f" {{ edges {{ cursor node {{ id }} }} nodes {{ id }} {PAGE_INFO} }} }}"
    )
    found: list[str] = []
    cursor = None
    while True:
        page = (await graph.run(query, {"n": size, "c": cursor}, actor=graph.staff))[field]
        ids = [node["id"] for node in page["nodes"]]
        info = page["pageInfo"]
        assert [edge["node"]["id"] for edge in page["edges"]] == ids
        assert (info["startCursor"], info["endCursor"]) == (page["edges"][0]["cursor"], page["edges"][-1]["cursor"])
        assert info["hasNextPage" if backward else "hasPreviousPage"] == (cursor is not None)
        found = [*ids, *found] if backward else [*found, *ids]
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return found
        assert len(ids) == size
        cursor = info["startCursor" if backward else "endCursor"]
        if between is not None:
            await between()


ORDERS = list(CORE.type_map["PaymentOrder"].values)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("order", ORDERS)
async def test_payments_in_every_order(lasting_graph: Graph, order: str, *, backward: bool) -> None:
    payments = payments_of(lasting_graph, 23, seed=1)
    await forget(lasting_graph)
    await write(lasting_graph, payments)
    options = f", orderBy: {order}"
    expected = in_order(payments, order)
    for size in (1, 7, 23, 24):
        assert await walk(lasting_graph, "payments", size=size, backward=backward, options=options) == expected


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("order", ORDERS)
async def test_pages_stay_valid_while_rows_come(lasting_graph: Graph, order: str, *, backward: bool) -> None:
    payments = payments_of(lasting_graph, 23, seed=2)
    await forget(lasting_graph)
    await write(lasting_graph, payments)
    seeds = iter(range(100, 200))
    came: set[str] = set()

    async def between() -> None:
        came.update(await write(lasting_graph, payments_of(lasting_graph, 3, seed=next(seeds))))

    found = await walk(
        lasting_graph, "payments", size=4, backward=backward, options=f", orderBy: {order}", between=between
    )
    assert len(found) == len(set(found))
    assert [id_ for id_ in found if id_ not in came] == in_order(payments, order)


async def test_the_default_page_is_the_newest_25(lasting_graph: Graph) -> None:
    payments = payments_of(lasting_graph, 30, seed=3)
    await forget(lasting_graph)
    await write(lasting_graph, payments)
    page = (await lasting_graph.run(f"{{ payments {{ nodes {{ id }} {PAGE_INFO} }} }}"))["payments"]
    assert [node["id"] for node in page["nodes"]] == in_order(payments, "CREATED_AT_DESC")[:25]
    assert (page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (True, False)


TABLES = {
    "ledgerEntries": ("ledger_entries", Prefix.ENTRY),
    "auditLog": ("audit_records", Prefix.AUDIT),
    "merchants": ("merchants", Prefix.MERCHANT),
    "approvalRequests": ("approval_requests", Prefix.APPROVAL),
    "disputes": ("disputes", Prefix.DISPUTE),
    "earlyFraudWarnings": ("early_fraud_warnings", Prefix.WARNING),
    "fraudRules": ("fraud_rules", Prefix.RULE),
    "backtests": ("fraud_backtests", Prefix.BACKTEST),
    "bankAccounts": ("bank_accounts", Prefix.BANK_ACCOUNT),
    "settlements": ("settlements", Prefix.SETTLEMENT),
    "statementImports": ("statement_imports", Prefix.STATEMENT_IMPORT),
    "bankStatements": ("bank_statements", Prefix.STATEMENT),
    "bankEntries": ("bank_entries", Prefix.BANK_ENTRY),
    "reconciliationItems": ("reconciliation_items", Prefix.RECONCILIATION),
    "remittances": ("remittances", Prefix.REMITTANCE),
    "payouts": ("payouts", Prefix.PAYOUT),
    "settlementAdjustments": ("settlement_adjustments", Prefix.ADJUSTMENT),
}


@pytest.mark.parametrize("field", TABLES)
@pytest.mark.parametrize("backward", [False, True])
async def test_the_other_lists(lasting_graph: Graph, field: str, *, backward: bool) -> None:
    await _some_of_each(lasting_graph)
    table, prefix = TABLES[field]
    rows = await lasting_graph.database.fetch(f"SELECT id FROM {table} ORDER BY id DESC")
    expected = [format_id(prefix, row["id"]) for row in rows]
    assert len(expected) >= 8
    for size in (3, len(expected)):
        assert await walk(lasting_graph, field, size=size, backward=backward) == expected


@pytest.mark.parametrize("backward", [False, True])
async def test_merchants_in_both_orders(lasting_graph: Graph, *, backward: bool) -> None:
    await _some_of_each(lasting_graph)
    newest = await walk(lasting_graph, "merchants", size=3, options=", orderBy: CREATED_AT_DESC", backward=backward)
    oldest = await walk(lasting_graph, "merchants", size=3, options=", orderBy: CREATED_AT_ASC", backward=backward)
    assert newest == oldest[::-1]


async def _some_of_each(graph: Graph) -> None:
    if await graph.value("SELECT count(*) FROM ledger_entries") == 0:
        await write_histories(graph, 8)
        await write_cases(graph)
        await write_fraud(graph, 8)
        await write_bank_accounts(graph, 8)
        await write_settlements(graph, 8)
        await write_bank_mail(graph, 8)
        await write_payouts(graph, 8)
        async with graph.assembly.merchants.units.begin(SYSTEM, "tests") as unit:
            for second in range(8):
                await unit.merchants.add(a_merchant(id=new_uuid(after(second)), created_at=after(second)))
            await unit.commit()


OF_PLATFORM = {"statementImports", "bankStatements", "bankEntries", "reconciliationItems", "remittances"}


async def test_an_empty_list(graph: Graph) -> None:
    for field in ("payments", *(field for field in TABLES if field != "merchants")):
        for arguments in ("", "(last: 5)"):
            query = f"{{ {field}{arguments} {{ edges {{ cursor }} nodes {{ id }} {PAGE_INFO} }} }}"
            page = (await graph.run(query, actor=graph.staff if field in OF_PLATFORM else None))[field]
            assert (page["edges"], page["nodes"]) == ([], [])
            assert page["pageInfo"] == {
                "hasNextPage": False,
                "hasPreviousPage": False,
                "startCursor": None,
                "endCursor": None,
            }


REFUSED = [
    ("first: 0", "first"),
    ("first: -1", "first"),
    ("first: 101", "first"),
    ("first: 2147483647", "first"),
    ("last: 0", "last"),
    ("last: 101", "last"),
    ("first: 1, last: 1", "last"),
    ('first: 1, before: "x"', "last"),
    ('after: "x", before: "x"', "last"),
]


@pytest.mark.parametrize("field", ["payments", *TABLES])
async def test_pages_that_are_refused(lasting_graph: Graph, field: str) -> None:
    for arguments, path in REFUSED:
        error = await lasting_graph.refused(
            f"{{ {field}({arguments}) {{ nodes {{ id }} }} }}", actor=lasting_graph.staff
        )
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": [path]}, arguments


async def pages_of(graph: Graph, start: str, id_: str, list_: str, size: int) -> list[Json]:
    """All pages of a list below an object."""
    query = (
        f"query($id: ID!, $n: Int, $c: String) {{ node(id: $id) {{ ... on {start} {{"
        f" {list_}(first: $n, after: $c) {{ nodes {{ id }} {PAGE_INFO} }} }} }} }}"
    )
    pages: list[Json] = []
    cursor = None
    while True:
        page = (await graph.run(query, {"id": id_, "n": size, "c": cursor}))["node"][list_]
        assert page["pageInfo"]["hasPreviousPage"] == (cursor is not None)
        pages.append(page)
        if not page["pageInfo"]["hasNextPage"]:
            return pages
        cursor = page["pageInfo"]["endCursor"]


async def test_the_lists_below_an_object(graph: Graph) -> None:
    given = {"amount": {"amount": "1.00", "currency": "EUR"}, "paymentMethod": {"token": "tok_visa"}}
    customer = {"email": "mary@example.com"}
    payments = [
        await graph.change("createPayment", idempotencyKey=f"{number}", customer=customer, **given)
        for number in range(5)
    ]
    for kind, list_, id_ in (
        ("Payment", "timeline", payments[0]["payment"]["id"]),
        ("Customer", "payments", format_id(Prefix.CUSTOMER, await graph.value("SELECT id FROM customers"))),
    ):
        (whole,) = await pages_of(graph, kind, id_, list_, 100)
        pages = await pages_of(graph, kind, id_, list_, 2)
        assert len(whole["nodes"]) >= 4
        assert len(pages) == -(-len(whole["nodes"]) // 2)
        assert [node for page in pages for node in page["nodes"]] == whole["nodes"]


async def test_the_lists_below_a_dispute_and_of_a_merchant(graph: Graph) -> None:
    docket = Docket(graph=graph)
    disputes = [await docket.staged() for _ in range(4)]
    await docket.submit(disputes[0])
    for number in range(4):
        await graph.change("addDisputeNote", disputeId=disputes[0], text=f"note {number}")
    for kind, list_, id_ in (
        ("Dispute", "timeline", disputes[0]),
        ("Dispute", "notes", disputes[0]),
        ("Merchant", "disputes", format_id(Prefix.MERCHANT, graph.blue.id)),
    ):
        (whole,) = await pages_of(graph, kind, id_, list_, 100)
        pages = await pages_of(graph, kind, id_, list_, 2)
        assert len(whole["nodes"]) >= 4
        assert len(pages) == -(-len(whole["nodes"]) // 2)
        assert [node for page in pages for node in page["nodes"]] == whole["nodes"]


BELOW = ["timeline", "customer { payments", "merchant { disputes", "disputes { timeline", "disputes { notes"]


@pytest.mark.parametrize("list_", BELOW)
@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ("first: 0", "first"),
        ("first: 101", "first"),
        ('after: "next"', "after"),
        ('after: ""', "after"),
        ('after: "-1"', "after"),
    ],
)
async def test_pages_below_an_object_that_are_refused(graph: Graph, list_: str, arguments: str, path: str) -> None:
    await write_histories(graph, 1)
    await write_cases(graph)
    close = " }" * (list_.count("{"))
    payload = await graph.answer(f"{{ payments {{ nodes {{ {list_}({arguments}) {{ nodes {{ id }} }}{close} }} }} }}")
    assert payload["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": [path]}


def test_moments_are_shared() -> None:
    """The control of the orders above: without ties they would prove less."""
    assert after(0) == MORNING
    assert len({amount.minor * 10 ** (4 - amount.currency.exponent) for amount in AMOUNTS}) == 4
