"""Arguments are what Strawberry's own conversion makes of them."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode, parse, validate
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments

from api.execution.arguments import arguments_of


@strawberry.enum
class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@strawberry.input
class Part:
    weight: int
    size: Size = Size.SMALL
    note: str | None = None
    optional: int | None = strawberry.UNSET


@strawberry.input
class Whole:
    parts: list[Part]
    grid: list[list[int | None]] | None
    first: Part | None = None


@strawberry.input
class Chain:
    weight: int
    next: Chain | None = None


@strawberry.input
class Change:
    name: strawberry.Maybe[str]


@strawberry.type
class Query:
    @strawberry.field
    def number(
        self,
        value: int | None = 3,
        size: Size | None = None,
        whole: Whole | None = None,
        chain: Chain | None = None,
        change: Change | None = None,
    ) -> int:
        return 1


@strawberry.type
class Simple:
    @strawberry.field
    def number(
        self, value: int | None = 3, sizes: list[Size] | None = None, whole: Whole | None = None, camel_case: str = "x"
    ) -> int:
        return 1


def converted(query: type, arguments: str) -> tuple[Any, Any]:
    """Ours and Strawberry's."""
    schema: Any = strawberry.Schema(query=query)
    core = schema._schema
    document = parse(f"{{ number{arguments} }}")
    assert not validate(core, document)
    operation: Any = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    given = get_argument_values(core.query_type.fields["number"], operation.selection_set.selections[0])  # pyright: ignore[reportArgumentType]
    field = next(field for field in schema.get_type_by_name(query.__name__).fields if field.python_name == "number")
    converter = schema.schema_converter
    theirs = convert_arguments(given, field.arguments, converter.scalar_registry, converter.config)
    return arguments_of(field, schema)(given), theirs


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "(value: null)",
        '(value: 5, camelCase: "y")',
        "(sizes: [SMALL, LARGE])",
        "(sizes: [])",
        "(whole: null)",
        "(whole: { parts: [] })",
        "(whole: { parts: [{ weight: 1 }, { weight: 2, size: LARGE, note: null }], grid: [[1, null], []] })",
        '(whole: { parts: [{ weight: 1, optional: null }], first: { weight: 3, note: "n", optional: 4 } })',
    ],
)
def test_values_become_what_strawberry_makes_of_them(arguments: str) -> None:
    ours, theirs = converted(Simple, arguments)
    assert ours == theirs
    assert [type(value) for value in ours.values()] == [type(value) for value in theirs.values()]


@pytest.mark.parametrize("arguments", ["", "(chain: { weight: 1, next: { weight: 2 } })", '(change: { name: "x" })'])
def test_what_is_unusual_is_left_to_strawberry(arguments: str) -> None:
    ours, theirs = converted(Query, arguments)
    assert ours == theirs


def test_no_two_requests_share_a_list() -> None:
    first, second = (converted(Simple, "(sizes: [SMALL])")[0]["sizes"] for _ in range(2))
    assert first is not second
