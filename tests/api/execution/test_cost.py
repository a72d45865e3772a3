from __future__ import annotations

from typing import Any, cast

import pytest
from graphql import OperationDefinitionNode, parse

from api.execution.cost import CostReader
from tests.api.execution.graph import core


def cost(text: str, variables: dict[str, Any] | None = None) -> int:
    document = parse(text)
    operation = cast("OperationDefinitionNode", document.definitions[0])
    return CostReader(core, document, variables or {}).of_operation(operation)


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("{ name __typename }", {}, 0),
        ("{ __schema { types { name } } }", {}, 0),
        ("{ parent { parent { name } } }", {}, 2),
        # The page, its edges, and one parent for each of 50 rows.
        ("{ items(first: 50) { edges { cursor } pageInfo { more } } }", {}, 3),
        ("{ items(first: 50) { nodes { parent { name } } } }", {}, 2 + 50),
        ("{ items(last: 7) { nodes { parent { name } } } }", {}, 2 + 7),
        ("{ items(first: $n) { nodes { parent { name } } } }", {"n": 40}, 2 + 40),
        ("{ items(first: $n) { nodes { parent { name } } } }", {}, 2 + 25),
        ("{ items(first: null) { nodes { parent { name } } } }", {}, 2 + 25),
        ("{ items(first: -5) { nodes { parent { name } } } }", {}, 2),
        ("{ few { nodes { parent { name } } } }", {}, 2 + 3),
        ("{ items { edges { node { parent { name } } } } }", {}, 2 + 25 + 25),
        ("{ items(first: 10) { nodes { items(first: 10) { nodes { parent { name } } } } } }", {}, 2 + 10 + 10 + 100),
        ('{ nodes(ids: ["a", "b", "c"]) { parent { name } } }', {}, 1 + 3),
        ("{ nodes(ids: $ids) { parent { name } } }", {"ids": ["a"] * 80}, 1 + 80),
        ('{ nodes(ids: "a") { parent { name } } }', {}, 1 + 1),
        ("{ tags { parent { name } } }", {}, 1 + 5),
        (
            "{ items(first: 9) { ...C } } fragment C on ItemConnection { nodes { ...I } } fragment I on Item { parent { name } }",
            {},
            2 + 9,
        ),
        ("{ items(first: 9) { ... on ItemConnection { ... { nodes { parent { name } } } } } }", {}, 2 + 9),
    ],
)
def test_costs(text: str, variables: dict[str, Any], expected: int) -> None:
    assert cost(text, variables) == expected


def test_fragments_that_double_are_read_once_each() -> None:
    steps = [f"fragment F{n} on Item {{ a: parent {{ ...F{n + 1} }} b: parent {{ ...F{n + 1} }} }}" for n in range(40)]
    document = parse("{ parent { ...F0 } } " + " ".join(steps) + " fragment F40 on Item { name }")
    reader = CostReader(core, document, {})
    assert reader.of_operation(cast("OperationDefinitionNode", document.definitions[0])) == 2**41 - 1
    assert reader.visited == 2 + 40 * 4 + 1
