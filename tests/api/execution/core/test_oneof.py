"""From graphql-core's test_oneof: input objects with exactly one field."""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

from typing import Any

import pytest
from graphql import Undefined, build_schema

from tests.api.execution.both import Refused, both

SCHEMA = build_schema(
    """
    type Query { test(input: TestInput!): TestObject }
    input TestInput @oneOf { a: String b: Int }
    type TestObject { a: String b: Int }
    """
)
ROOT = {"test": lambda _info, **arguments: arguments["input"]}
SELECTED = "{ test(input: $input) { a b } }"


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        ('query ($input: TestInput! = {a: "abc"}) ' + SELECTED, {}),
        ("query ($input: TestInput!) " + SELECTED, {"input": {"a": "abc"}}),
        ("query ($input: TestInput!) " + SELECTED, {"input": {"a": "abc", "b": Undefined}}),
        ('{ test(input: {a: "abc"}) { a b } }', {}),
        ("query ($a: String!) { test(input: {a: $a}) { a b } }", {"a": "abc"}),
    ],
)
async def test_one_field_is_given(source: str, variables: Any) -> None:
    answer = await both(SCHEMA, source, root=ROOT.copy(), variables=variables)
    assert answer == ({"test": {"a": "abc", "b": None}}, None)


@pytest.mark.parametrize("given", [{"a": None}, {"a": "abc", "b": 123}, {"a": "abc", "b": None}])
async def test_no_other_number_of_fields_comes_to_be_executed(given: Any) -> None:
    with pytest.raises(Refused, match="exactly one field must be specified"):
        await both(SCHEMA, "query ($input: TestInput!) " + SELECTED, variables={"input": given})
