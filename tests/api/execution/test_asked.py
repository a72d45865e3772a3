"""What an operation takes of payments is told, and a list that reads no more than that answers the same."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

from adapters.postgres.payments.lists import LISTED, is_narrow
from api.execution.objects import ObjectOf
from domain.kernel.ids import new_uuid
from tests.api.execution.both import ask
from tests.api.graph import CORE, statements
from tests.api.history import write, write_histories
from tests.builders.moments import MORNING, after
from tests.builders.money import jpy
from tests.builders.payments import a_payment

if TYPE_CHECKING:
    from graphql import GraphQLNamedType

    from tests.api.graph import Graph, Json

_PAYMENT: Any = CORE.type_map["Payment"]
_ORDERS = ("CREATED_AT_DESC", "CREATED_AT_ASC", "AMOUNT_DESC", "AMOUNT_ASC")
# It may look at all of a payment, so nothing is left out of what is read.
_EVERYTHING = "everything: availableActions { action }"
KEYS = {"id", "merchant_id", "customer_id", "currency"}


def asked(selection: str) -> frozenset[str] | None:
    """What a list of payments with this selection takes of each."""
    question = ask(CORE, f"{{ payments {{ {selection} }} }}")
    return question.compiled().root.fields[0].asked


def shown(type_: GraphQLNamedType, depth: int = 3) -> str:
    """All that can be asked of a type without arguments, as a selection."""
    if is_leaf_type(type_):
        return ""
    if is_abstract_type(type_):
        parts = [f"... on {one} {shown(one, depth)}" for one in CORE.get_possible_types(type_)]
        return f"{{ __typename {' '.join(parts)} }}"
    fields: Any = getattr(type_, "fields", {})
    parts = [
        f"{name} {shown(get_named_type(field.type), depth - 1)}"
        for name, field in fields.items()
        if not any(map(is_required_argument, field.args.values()))
        and (depth > 0 or is_leaf_type(get_named_type(field.type)))
    ]
    return f"{{ {' '.join(parts)} }}"


def a_field(name: str) -> str:
    """A field of payments with all below it."""
    return f"{name} {shown(get_named_type(_PAYMENT.fields[name].type), 1)}"


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("nodes { __typename }", set[str]()),
        ("pageInfo { endCursor }", set[str]()),
        ("edges { cursor }", set[str]()),
        ("nodes { id status }", {"id", "status"}),
        ("edges { node { status } } nodes { reference }", {"status", "reference"}),
        ("nodes { amount { amount } }", {"amount_minor", "currency.exponent"}),
        ("nodes { amount { currency } amountRefunded { minorUnits } }", {"currency.code", "refunded_minor"}),
        ("nodes { amountCapturable { amount } }", {"capturable_minor", "currency.exponent"}),
        ("nodes { amount { __typename } }", {"amount_minor", "currency"}),
        ("nodes { method { brand kind: type } }", {"method.brand", "method.type"}),
        ("nodes { customer { id } refunds { id payment { availableActions { action } } } }", KEYS),
        ("nodes { timeline { nodes { id } } }", KEYS),
    ],
)
def test_what_is_taken_is_told(selection: str, expected: set[str]) -> None:
    assert asked(selection) == expected


def test_what_fragments_take_is_told() -> None:
    text = "{ payments { nodes { ...F } } } fragment F on Payment { gateway ...G } fragment G on Node { id }"
    assert ask(CORE, text).compiled().root.fields[0].asked == {"gateway", "id"}


@pytest.mark.parametrize(
    "selection",
    [
        "nodes { status availableActions { action } }",
        "nodes { nextAction { __typename } }",
        "edges { node { availableActions { action } } }",
    ],
)
def test_what_may_look_at_everything_takes_everything(selection: str) -> None:
    assert asked(selection) is None


def test_nothing_is_told_of_an_interface() -> None:
    question = ask(CORE, '{ node(id: "pay_01h455vb4pex5vsknk084sn02q") { id } }')
    assert question.compiled().root.fields[0].asked is None


def test_a_relation_is_told_as_well() -> None:
    selection = "{ payments { nodes { customer { payments { nodes { status } } } } } }"
    [field] = ask(CORE, selection).compiled().root.fields
    for name in ("nodes", "customer", "payments"):
        values: Any = field.values
        values = getattr(values, "items", values)
        assert isinstance(values, ObjectOf)
        [field] = [one for one in values.selection.fields if one.name == name]
    assert field.asked == {"status"}


def test_lists_show_what_payments_have() -> None:
    payment = a_payment()
    for path in LISTED:
        reduce(getattr, path.split("."), payment)
    assert is_narrow(frozenset({"currency.exponent", "method.brand"}))
    assert is_narrow(frozenset())
    for asked_for in (None, frozenset({"id", "metadata"}), frozenset({"method"}), frozenset({"method.bin"})):
        assert not is_narrow(asked_for)


@pytest.fixture(scope="module")
async def crowded(lasting_graph: Graph) -> Graph:
    """A few payments with all that hangs on them, and some that wait for their customer."""
    await write_histories(lasting_graph, 5)
    waiting = [
        a_payment(
            jpy(500 * number),
            id=new_uuid(MORNING),
            merchant_id=lasting_graph.blue.id,
            metadata={"order": str(number)},
            created_at=after(number),
        )
        for number in range(1, 4)
    ]
    await write(lasting_graph, waiting)
    return lasting_graph


async def listed(graph: Graph, selection: str, order: str = _ORDERS[0]) -> list[Json]:
    """Two pages of payments, forward, with their cursors."""
    text = (
        "query($after: String, $order: PaymentOrder) { payments(first: 5, after: $after, orderBy: $order)"
        f" {{ edges {{ cursor node {{ {selection} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )
    first = (await graph.run(text, {"order": order}))["payments"]
    assert first["pageInfo"]["hasNextPage"]
    second = (await graph.run(text, {"order": order, "after": first["pageInfo"]["endCursor"]}))["payments"]
    return [*first["edges"], *second["edges"]]


@pytest.mark.parametrize("name", sorted(_PAYMENT.fields))
async def test_each_field_is_the_same_when_only_what_it_takes_is_read(crowded: Graph, name: str) -> None:
    alone = await listed(crowded, a_field(name))
    beside = await listed(crowded, f"{a_field(name)} {_EVERYTHING}")
    for edge in beside:
        del edge["node"]["everything"]
    assert alone == beside
    assert len(alone) == 8


@pytest.mark.parametrize("order", _ORDERS)
async def test_a_list_reads_what_it_shows_and_no_more(
    crowded: Graph, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    selection = "id status amount { amount currency } method { type brand last4 } customer { id } refunds { id }"
    with statements(monkeypatch) as seen:
        narrow = await listed(crowded, selection, order)
    assert not any("metadata" in sql or "fingerprint" in sql for sql in seen)
    with statements(monkeypatch) as seen:
        wide = await listed(crowded, f"{selection} metadata {{ key }}", order)
    assert [any("metadata" in sql for sql in seen), any("fingerprint" in sql for sql in seen)] == [True, True]
    for edge in wide:
        del edge["node"]["metadata"]
    assert narrow == wide
