"""Trees are read from what the library compiled, and written so that it evaluates them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from adapters.cel.syntax import Call, Constant, Items, Name, Node, below, read, write
from tests.adapters.cel.examples import LANGUAGE, VALUES
from tests.adapters.cel.grammar import RULES, Said

if TYPE_CHECKING:
    from adapters.cel.syntax import Tree

EVERY_KIND = (
    '[1, -2, 0].exists(x, x > payment.hour) || {"a": 1.5, "": 0.0}[card.country] == -1.5 || r"\\d" == "\\u00e9"'
    ' || !(customer.first_seen > timestamp("2026-01-01T00:00:00Z")) || [[], [true, false]] == [] || card.country in []'
)


def compiled(expression: str) -> Tree:
    return read(LANGUAGE._env.compile(expression).serialize())


def every(node: Node) -> list[Node]:
    return [node, *(each for part in below(node) for each in every(part))]


@pytest.mark.parametrize("expression", [EVERY_KIND, "false", "0 == 0", '"" == ""'])
def test_what_is_written_is_read_and_evaluated_as_before(expression: str) -> None:
    tree = compiled(expression)
    wire = write(tree.root, tree.references)
    assert read(wire).root == tree.root
    assert read(wire).references == tree.references
    activation = LANGUAGE._env.Activation({**VALUES})
    original, again = LANGUAGE._env.compile(expression), LANGUAGE._env.deserialize(wire)
    assert again.eval(activation).value() == original.eval(activation).value()


@settings(max_examples=50, deadline=None)
@given(RULES)
def test_every_rule_can_be_written_again(rule: Said) -> None:
    tree = compiled(rule.text)
    assert read(write(tree.root, tree.references)).root == tree.root
    assert len({node.id for node in every(tree.root)}) == len(every(tree.root))


def test_positions_count_characters() -> None:
    expression = '"é😀" != card.country\n && payment.hour > 1'
    tree = read(LANGUAGE._env.compile(expression, disable_check=True).serialize())
    places = {node.name: tree.positions[node.id] for node in every(tree.root) if isinstance(node, Name)}
    assert places == {"card": expression.index("card"), "payment": expression.index("payment")}


def test_constants_are_read_as_what_they_are() -> None:
    root = compiled('[1, -2, 9223372036854775807].size() > 0 && "é" != ""').root
    constants = [node for node in every(root) if isinstance(node, Constant)]
    assert [node.number for node in constants if node.number is not None] == [1, -2, 2**63 - 1, 0]
    assert [node.text for node in constants if node.text is not None] == ["é", ""]
    assert any(isinstance(node, Items) for node in every(root))
    assert any(isinstance(node, Call) and node.function == "size" for node in every(root))
