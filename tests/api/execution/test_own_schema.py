"""Our own schema on the real database: both executors answer the same.

Whatever else the API's tests ask is compared as well (`tests/api/replaying.py`); here is what they do not think of:
every field of every type, and random queries of what there is.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    REMOVE,
    ArgumentNode,
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    ListValueNode,
    Visitor,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    visit,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.execution.operations import disturbed, text_values
from tests.api.graph import CORE, SYSTEM
from tests.api.history import write_histories
from tests.api.reconciliation.bank_mail import write_bank_mail
from tests.api.test_tenancy import history
from tests.builders.moments import MORNING
from tests.builders.payment_files import a_payment_file

if TYPE_CHECKING:
    from graphql import DocumentNode

    from tests.api.execution.operations import Operation
    from tests.api.graph import Graph, Json
    from tests.api.test_tenancy import Neighbours

_DEEPEST = 3
_WAYS = 3
_SCALARS = {
    "Decimal": text_values("1.00", "100"),
    "BigInt": text_values("1"),
    "CurrencyCode": text_values("EUR", "JPY"),
    "CountryCode": text_values("DE"),
    "DateTime": text_values("2026-03-02T09:00:00Z"),
}
_PREFIXES = {
    "payment": Prefix.PAYMENT,
    "merchant": Prefix.MERCHANT,
    "balances": Prefix.MERCHANT,
    "dispute": Prefix.DISPUTE,
    "earlyFraudWarning": Prefix.WARNING,
    "disputePolicies": Prefix.MERCHANT,
    "fraudReview": Prefix.REVIEW,
    "fraudRule": Prefix.RULE,
    "backtest": Prefix.BACKTEST,
    "bankAccount": Prefix.BANK_ACCOUNT,
    "fraudLists": Prefix.MERCHANT,
}
OF_PLATFORM = {
    "PaymentFile": ("payment_files", Prefix.PAYMENT_FILE),
    "StatementImport": ("statement_imports", Prefix.STATEMENT_IMPORT),
    "BankStatement": ("bank_statements", Prefix.STATEMENT),
    "BankEntry": ("bank_entries", Prefix.BANK_ENTRY),
    "ReconciliationItem": ("reconciliation_items", Prefix.RECONCILIATION),
    "Remittance": ("remittances", Prefix.REMITTANCE),
}
STAFF_ASK = {
    *("statementImports", "statementImportTotals", "bankStatements", "bankEntries", "reconciliationItems"),
    *("reconciliationItemTotals", "remittances", "remittanceTotals"),
    *("disputeNotices", "jobs", "payoutPolicies"),
}
# An example is a dozen operations on two executors: neither small nor quick.
_CHECKS: Any = list(HealthCheck)
_settings = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=_CHECKS,
)


class Known:
    """A merchant with a history and all ids that belong to it; `repr` says nothing of them."""

    def __init__(self, neighbours: Neighbours) -> None:
        self._neighbours = neighbours

    def ids(self, prefix: Prefix | None = None, *, most: int = 1000) -> list[str]:
        """Ids of one kind, or so many of each."""
        known = self._neighbours.blue
        return known[prefix] if prefix else [each for ids in known.values() for each in ids[:most]]

    async def of_platform(self, table: str, prefix: Prefix) -> list[str]:
        """Ids of what no merchant has."""
        rows = await self._neighbours.graph.database.fetch(f"SELECT id FROM {table} ORDER BY id LIMIT 3")
        return [format_id(prefix, row["id"]) for row in rows]

    async def answer(self, operation: Operation) -> Json:
        """What the merchant's owner is answered by both."""
        graph, owner = self._neighbours.graph, self._neighbours.owner
        return await graph.answer(operation.source, operation.variables, actor=owner)

    async def run(self, source: str, *, as_staff: bool = False, **variables: Any) -> Json:
        """The data of an answer without errors."""
        actor = self._neighbours.graph.staff if as_staff else self._neighbours.owner
        return await self._neighbours.graph.run(source, variables, actor=actor)


@pytest.fixture(scope="module")
async def known(lasting_graph: Graph) -> Known:
    """The history, and some payments more."""
    await write_histories(lasting_graph, 8)
    await write_bank_mail(lasting_graph, 3)
    units: Any = lasting_graph.assembly.files.units
    async with units.begin(SYSTEM, "tests") as unit:
        await unit.payment_files.add(a_payment_file(file_id=new_uuid(MORNING)), b"sealed")
        await unit.commit()
    return Known(await history(lasting_graph))


def _needs(field: GraphQLField) -> bool:
    return any(is_required_argument(argument) for argument in field.args.values())


def _everything(kind: Any, depth: int = 0) -> str:
    """All fields of a type, down to the deepest level."""
    if not isinstance(kind, GraphQLObjectType):
        return "{ __typename }"
    shown = ["__typename"]
    for name, field in kind.fields.items():
        below = get_named_type(field.type)
        if _needs(field):
            continue
        if is_leaf_type(below):
            shown.append(name)
        elif depth < _DEEPEST:
            shown.append(f"{name}{'(first: 2)' if 'first' in field.args else ''} {_everything(below, depth + 1)}")
    return "{ " + " ".join(shown) + " }"


NODES = {kind.name: kind for kind in CORE.get_possible_types(CORE.get_type("Node"))}


@pytest.mark.parametrize("name", NODES)
async def test_every_field_of_every_type(name: str, known: Known) -> None:
    source = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ id __typename ... on {name} {_everything(NODES[name])} }} }}"
    # The events of all contexts have ids of one kind.
    if name in OF_PLATFORM:
        data = await known.run(source, as_staff=True, ids=await known.of_platform(*OF_PLATFORM[name]))
    else:
        data = await known.run(source, ids=known.ids(Prefix.EVENT) if name.endswith("Event") else known.ids(most=3))
    assert name in {node["__typename"] for node in data["nodes"] if node is not None}


async def test_an_object_that_is_asked_for_twice_has_the_same_below_it(known: Known) -> None:
    [payment, *_] = known.ids(Prefix.PAYMENT)
    source = """
    query ($ids: [ID!]!, $id: ID!) {
      nodes(ids: $ids) { ... on Payment { ...P } } again: nodes(ids: $ids) { ... on Payment { ...P } } payment(id: $id) { ...P }
    }
    fragment P on Payment { captures { id } refunds { id } operations { id } ledgerEntries { id } timeline { nodes { id } }
      customer { payments { nodes { captures { id } } } } }
    """
    data = await known.run(source, ids=[payment, payment], id=payment)
    assert all(each == data["payment"] for each in (*data["nodes"], *data["again"]))
    assert len(data["payment"]["captures"]) == 1


@pytest.mark.parametrize("name", [name for name, field in CORE.query_type.fields.items() if not _needs(field)])
async def test_every_field_of_every_list(name: str, known: Known) -> None:
    field = CORE.query_type.fields[name]
    source = f"{{ {name}{'(first: 5)' if 'first' in field.args else ''} {_everything(get_named_type(field.type))} }}"
    await known.run(source, as_staff=name in STAFF_ASK)


class _Realistic(Visitor):
    """Asks for what there is: ids that somebody has, seldom with filters, and from the first row on."""

    def __init__(self, known: Known, random: Random) -> None:
        super().__init__()
        self._known = known
        self._random = random
        self._field = ""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self._field = node.name.value

    def enter_argument(self, node: ArgumentNode, *_: object) -> Any:
        name = node.name.value
        if name in ("after", "before", "last", "first") or (name == "filter" and self._random.random() < 0.9):
            return REMOVE
        if name in ("id", "merchantId"):
            return ArgumentNode(name=node.name, value=self._id())
        if name == "ids":
            return ArgumentNode(name=node.name, value=ListValueNode(values=tuple(self._id() for _ in range(6))))
        return None

    def _id(self) -> Any:
        return nodes.String(self._random.choice(self._known.ids(_PREFIXES.get(self._field))))


@_settings
@given(queries(CORE, custom_scalars=_SCALARS, print_ast=lambda document: document), st.integers(0, 2**32))
async def test_random_queries(known: Known, generated: DocumentNode, seed: int) -> None:
    for way in range(seed, seed + _WAYS):
        realistic = visit(generated, _Realistic(known, Random(way)))
        # More conditions than a few are refused.
        operation = disturbed(CORE, [realistic], Random(way), conditions=0.01)
        await known.answer(operation)
