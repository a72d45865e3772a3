"""Every example of GraphiQL is valid against the schema, with its variables as they stand in the file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from graphql import OperationDefinitionNode, OperationType, parse, validate
from graphql.execution.values import get_variable_values

from tests.portal.stand_in import SCHEMA
from web.portal.build import PORTAL

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = PORTAL / "src" / "graphiql"
EXAMPLES = sorted((SOURCES / "examples").glob("*.graphql"))
# What moves money, by the mutation's name in the contract.
IDEMPOTENT = re.compile(r"\b(create|capture|refund)Payment\(")


def operation_of(file: Path) -> OperationDefinitionNode:
    """The one operation of the file."""
    operations = [
        node for node in parse(file.read_text("utf-8")).definitions if isinstance(node, OperationDefinitionNode)
    ]
    assert len(operations) == 1
    return operations[0]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize("file", [*EXAMPLES, SOURCES / "samples.graphql"], ids=lambda file: file.stem)
def test_document_is_valid(file: Path) -> None:
    assert validate(SCHEMA, parse(file.read_text("utf-8"))) == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_variables_are_accepted(file: Path) -> None:
    variables = json.loads(file.with_suffix(".json").read_text("utf-8"))
    operation = operation_of(file)
    result = get_variable_values(SCHEMA, operation.variable_definitions or (), variables)
    assert not isinstance(result, list), result
    assert set(variables) <= {definition.variable.name.value for definition in operation.variable_definitions or ()}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_operation_has_the_name_of_its_file(file: Path) -> None:
    """GraphiQL names the tab after the operation."""
    name = operation_of(file).name
    assert name is not None
    assert re.sub(r"(?<!^)(?=[A-Z])", "-", name.value).lower() == file.stem


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_only_mutations_move_money_and_each_has_a_key(file: Path) -> None:
    moves = len(IDEMPOTENT.findall(file.read_text("utf-8")))
    assert (operation_of(file).operation is OperationType.MUTATION) == bool(moves)
    assert file.with_suffix(".json").read_text("utf-8").count('"idempotencyKey"') == moves
