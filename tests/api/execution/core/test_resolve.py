"""From graphql-core's test_resolve: resolvers by default and of one's own, and what they are given."""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

from collections import ChainMap
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLDefaultInput,
    GraphQLError,
    GraphQLField,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from tests.api.execution.both import both


def _schema(field: GraphQLField) -> GraphQLSchema:
    return GraphQLSchema(GraphQLObjectType("Query", {"test": field}))


class Adder:
    _number = 700

    def test(self, info: Any, addend1: int = 0) -> int:
        return self._number + addend1 + info.context.addend2


class Secret:
    _secret = "secretValue"

    def test(self, _info: Any) -> str:
        return self._secret


@pytest.mark.parametrize(
    ("root", "value"),
    [
        (SimpleNamespace(test="testValue"), "testValue"),
        ({"test": "testValue"}, "testValue"),
        (ChainMap({"test": "testValue"}), "testValue"),
        (Secret(), "secretValue"),
        ({"test": lambda _info: "called"}, "called"),
        (SimpleNamespace(other=1), None),
        ({"other": 1}, None),
        (None, None),
    ],
)
async def test_a_field_is_read_from_attributes_keys_and_methods(root: Any, value: str | None) -> None:
    assert await both(_schema(GraphQLField(GraphQLString)), "{ test }", root=root) == ({"test": value}, None)


async def test_a_method_is_given_arguments_and_context() -> None:
    schema = _schema(GraphQLField(GraphQLInt, {"addend1": GraphQLArgument(GraphQLInt)}))
    answer = await both(schema, "{ test(addend1: 80) }", root=Adder(), context=SimpleNamespace(addend2=9))
    assert answer == ({"test": 789}, None)


ARGUMENTS = [
    ("{ test }", None, "[None, {}]"),
    ("{ test }", "Source!", "['Source!', {}]"),
    ('{ test(aStr: "String!") }', "Source!", "['Source!', {'aStr': 'String!'}]"),
    ('{ test(aInt: -123, aStr: "String!") }', "Source!", "['Source!', {'aStr': 'String!', 'aInt': -123}]"),
]


@pytest.mark.parametrize(("source", "root", "value"), ARGUMENTS)
@pytest.mark.parametrize("renamed", [False, True])
async def test_a_resolver_is_given_arguments(source: str, root: Any, value: str, *, renamed: bool) -> None:
    names = {"aStr": "a_str", "aInt": "a_int"}
    arguments = {
        "aStr": GraphQLArgument(GraphQLString, out_name="a_str" if renamed else None),
        "aInt": GraphQLArgument(GraphQLInt, out_name="a_int" if renamed else None),
    }
    schema = _schema(
        GraphQLField(GraphQLString, arguments, resolve=lambda source, _info, **given: repr([source, given]))
    )
    for name, new in names.items() if renamed else ():
        value = value.replace(name, new)
    assert await both(schema, source, root=root) == ({"test": value}, None)


async def test_input_objects_have_names_of_their_own_inside() -> None:
    kind: Any = GraphQLInputObjectType(
        "Input",
        lambda: {
            "inputOne": GraphQLInputField(GraphQLString, out_name="input_one"),
            "inputRecursive": GraphQLInputField(kind, out_name="input_recursive"),
        },
    )
    arguments = {"aInput": GraphQLArgument(kind, out_name="a_input")}
    schema = _schema(GraphQLField(GraphQLString, arguments, resolve=lambda *_, **given: repr(given)))
    answer = await both(schema, '{ test(aInput: {inputRecursive: {inputOne: "Recursive!"}}) }')
    assert answer.data == {"test": "{'a_input': {'input_recursive': {'input_one': 'Recursive!'}}}"}


@pytest.mark.parametrize(
    ("source", "variables", "size"),
    [
        ("{ search { id } }", {}, 10),
        ("{ search(searchFilters: {pageSize: 25}) { id } }", {}, 25),
        ("query ($f: SearchFilters) { search(searchFilters: $f) { id } }", {}, 10),
        ("query ($f: SearchFilters) { search(searchFilters: $f) { id } }", {"f": {"pageSize": 25}}, 25),
        ("query ($f: SearchFilters = {pageSize: 25}) { search(searchFilters: $f) { id } }", {}, 25),
    ],
)
async def test_defaults_have_the_names_of_inside(source: str, variables: Any, size: int) -> None:
    filters = GraphQLInputObjectType("SearchFilters", {"pageSize": GraphQLInputField(GraphQLInt, out_name="page_size")})
    result = GraphQLObjectType("SearchResult", {"id": GraphQLField(GraphQLID)})
    default = GraphQLDefaultInput(value={"pageSize": 10})
    arguments = {"searchFilters": GraphQLArgument(filters, default=default, out_name="search_filters")}
    field = GraphQLField(
        GraphQLList(result), arguments, resolve=lambda *_, search_filters: [{"id": search_filters["page_size"]}]
    )
    schema = GraphQLSchema(GraphQLObjectType("Query", {"search": field}))
    assert await both(schema, source, variables=variables) == ({"search": [{"id": str(size)}]}, None)


async def test_what_a_resolver_raises_is_located_and_kept() -> None:
    def resolve(_source: Any, _info: Any) -> Any:
        raise ValueError("Some error")

    answer = await both(_schema(GraphQLField(GraphQLString, resolve=resolve)), "{ test }")
    assert answer == ({"test": None}, [{"message": "Some error", "locations": [(1, 3)], "path": ["test"]}])
    [error] = answer.errors or []
    assert isinstance(error, GraphQLError)
    assert str(error) == "Some error\n\nGraphQL request:1:3\n1 | { test }\n  |   ^"
    assert error.positions == [2]
    assert isinstance(error.original_error, ValueError)
