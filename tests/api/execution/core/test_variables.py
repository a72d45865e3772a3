"""From graphql-core's test_variables: arguments as they come to resolvers, literal and by variables."""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

from math import nan
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLDefaultInput,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLFloat,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    build_schema,
    value_from_ast_untyped,
)

from tests.api.execution.both import Refused, both


def _complex(value: Any) -> str:
    assert value == "ExternalValue"
    return "InternalValue"


COMPLEX = GraphQLScalarType("Complex", coerce_input_value=_complex)
JSON = GraphQLScalarType("Json", coerce_input_value=lambda value: value, coerce_input_literal=value_from_ast_untyped)
OBJECT = GraphQLInputObjectType(
    "Object",
    {
        "a": GraphQLInputField(GraphQLString),
        "b": GraphQLInputField(GraphQLList(GraphQLString)),
        "c": GraphQLInputField(GraphQLNonNull(GraphQLString)),
        "d": GraphQLInputField(COMPLEX),
    },
)
CUSTOM = GraphQLInputObjectType(
    "CustomObject",
    {"x": GraphQLInputField(GraphQLFloat), "y": GraphQLInputField(GraphQLFloat)},
    out_type=lambda value: f"(x|y) = ({value['x']}|{value['y']})",
)
NESTED = GraphQLInputObjectType(
    "Nested", {"na": GraphQLInputField(GraphQLNonNull(OBJECT)), "nb": GraphQLInputField(GraphQLNonNull(GraphQLString))}
)
ENUM = GraphQLEnumType(
    "Enum",
    {
        "NULL": None,
        "UNDEFINED": Undefined,
        "NAN": nan,
        "FALSE": False,
        "CUSTOM": "custom value",
        "DEFAULT_VALUE": GraphQLEnumValue(),
    },
)
HELLO = GraphQLDefaultInput(value="Hello World")


def _echo(argument: GraphQLArgument) -> GraphQLField:
    """A field that says what argument it was given, if any."""
    return GraphQLField(
        GraphQLString,
        {"input": argument},
        resolve=lambda *_, **given: repr(given["input"]) if "input" in given else None,
    )


def _of(kind: Any, **options: Any) -> GraphQLField:
    return _echo(GraphQLArgument(kind, **options))


STRINGS = GraphQLList(GraphQLString)
NEEDED = GraphQLNonNull(GraphQLString)
QUERY = GraphQLObjectType(
    "Query",
    {
        "enum": _of(ENUM),
        "enumNeeded": _of(GraphQLNonNull(ENUM)),
        "object": _of(OBJECT),
        "custom": _of(CUSTOM),
        "string": _of(GraphQLString),
        "needed": _of(NEEDED),
        "default": _of(GraphQLString, default=HELLO),
        "neededDefault": _of(NEEDED, default=HELLO),
        "nested": _of(NESTED),
        "json": _of(JSON),
        "list": _of(STRINGS),
        "nnList": _of(GraphQLNonNull(STRINGS)),
        "listNN": _of(GraphQLList(NEEDED)),
        "nnListNN": _of(GraphQLNonNull(GraphQLList(NEEDED))),
    },
)
SCHEMA = GraphQLSchema(QUERY)


async def _given(source: str, variables: Any = None) -> Any:
    """What the only field was given."""
    answer = await both(SCHEMA, source, variables=variables)
    assert answer.errors is None
    [value] = (answer.data or {}).values()
    return value


FULL = "{'a': 'foo', 'b': ['bar'], 'c': 'baz'}"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('{ object(input: {a: "foo", b: ["bar"], c: "baz"}) }', FULL),
        ("{ custom(input: {x: -3.0, y: 4.5}) }", "'(x|y) = (-3.0|4.5)'"),
        ('{ object(input: {a: "foo", b: "bar", c: "baz"}) }', FULL),
        ('{ object(input: {a: null, b: null, c: "C", d: null}) }', "{'a': None, 'b': None, 'c': 'C', 'd': None}"),
        ('{ object(input: {b: ["A", null, "C"], c: "C"}) }', "{'b': ['A', None, 'C'], 'c': 'C'}"),
        ('{ object(input: {c: "foo", d: "ExternalValue"}) }', "{'c': 'foo', 'd': 'InternalValue'}"),
        ('{ nested(input: {na: {c: "x"}, nb: "y"}) }', "{'na': {'c': 'x'}, 'nb': 'y'}"),
        ("{ enum(input: NULL) }", "None"),
        ("{ enum(input: NAN) }", "nan"),
        ("{ enum(input: FALSE) }", "False"),
        ("{ enum(input: CUSTOM) }", "'custom value'"),
        ("{ enum(input: DEFAULT_VALUE) }", "None"),
        ("{ enumNeeded(input: NULL) }", "None"),
        ("{ string }", None),
        ('{ string(input: "a") }', "'a'"),
        ('{ needed(input: "a") }', "'a'"),
        ("{ default }", "'Hello World'"),
        ("{ default(input: null) }", "None"),
        ("{ neededDefault }", "'Hello World'"),
        ('{ json(input: {a: "foo", b: ["bar"], c: "baz"}) }', FULL),
        ('{ list(input: "A") }', "['A']"),
    ],
)
async def test_literal_arguments(source: str, value: str | None) -> None:
    assert await _given(source) == value


DECLARED = "query ($input: {}) {{ {}(input: $input) }}"


@pytest.mark.parametrize(
    ("kind", "field", "variables", "value"),
    [
        ("Object", "object", {"input": {"a": "foo", "b": ["bar"], "c": "baz"}}, FULL),
        ("Object", "object", {"input": {"a": "foo", "b": "bar", "c": "baz"}}, FULL),
        ("Object", "object", {"input": {"c": "foo", "d": "ExternalValue"}}, "{'c': 'foo', 'd': 'InternalValue'}"),
        ('Object = {a: "foo", b: ["bar"], c: "baz"}', "object", {}, FULL),
        ("String", "string", {}, None),
        ("String", "string", {"input": None}, "None"),
        ("String", "string", {"input": "a"}, "'a'"),
        ("String", "string", {"input": Undefined}, None),
        ('String = "Default value"', "string", {"input": "Variable value"}, "'Variable value'"),
        ('String = "Default value"', "string", {"input": None}, "None"),
        ('String = "Default value"', "string", {"input": Undefined}, "'Default value'"),
        ("String = null", "string", {}, "None"),
        ('String! = "default"', "string", {}, "'default'"),
        ('String = "default"', "needed", {}, "'default'"),
        ("String!", "needed", {"input": "a"}, "'a'"),
        ("String", "default", {}, "'Hello World'"),
        ("String", "default", {"input": None}, "None"),
        ("String", "neededDefault", {}, "'Hello World'"),
        ("String", "neededDefault", {"input": "a"}, "'a'"),
        ("Json", "json", {"input": {"a": "foo", "b": ["bar"], "c": "baz"}}, FULL),
        ("[String]", "list", {"input": None}, "None"),
        ("[String]", "list", {"input": ["A"]}, "['A']"),
        ("[String]", "list", {"input": ["A", None, "B"]}, "['A', None, 'B']"),
        ("[String]!", "nnList", {"input": ["A", None, "B"]}, "['A', None, 'B']"),
        ("[String!]", "listNN", {"input": None}, "None"),
        ("[String!]", "listNN", {"input": ["A"]}, "['A']"),
        ("[String!]!", "nnListNN", {"input": ["A"]}, "['A']"),
    ],
)
async def test_variables_in_place_of_arguments(kind: str, field: str, variables: Any, value: str | None) -> None:
    assert await _given(DECLARED.format(kind, field), variables) == value


@pytest.mark.parametrize(
    ("source", "variables", "value"),
    [
        ('query ($v: String) { object(input: {a: $v, c: "baz"}) }', {"v": None}, "{'a': None, 'c': 'baz'}"),
        ('query ($v: String) { object(input: {a: $v, c: "baz"}) }', {}, "{'c': 'baz'}"),
        ('query ($v: String = "d") { object(input: {a: $v, c: "baz"}) }', {}, "{'a': 'd', 'c': 'baz'}"),
        ('query ($v: String) { object(input: {b: [$v, "B"], c: "C"}) }', {"v": "A"}, "{'b': ['A', 'B'], 'c': 'C'}"),
        ('query ($v: String) { object(input: {b: [$v, "B"], c: "C"}) }', {}, "{'b': [None, 'B'], 'c': 'C'}"),
        ("query ($v: String!) { object(input: {c: $v}) }", {"v": "C"}, "{'c': 'C'}"),
        ('query ($v: String) { json(input: {a: $v, b: ["bar"], c: "baz"}) }', {"v": "foo"}, FULL),
        ("query ($v: String) { list(input: [$v]) }", {}, "[None]"),
        ("query ($v: String!) { list(input: [$v, $v]) }", {"v": "A"}, "['A', 'A']"),
        (
            'query ($v: Object!) { nested(input: {na: $v, nb: "y"}) }',
            {"v": {"c": "x"}},
            "{'na': {'c': 'x'}, 'nb': 'y'}",
        ),
    ],
)
async def test_variables_within_arguments(source: str, variables: Any, value: str) -> None:
    assert await _given(source, variables) == value


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            'query ($v: String = "d") { needed(input: $v) }',
            "Argument 'input' has invalid value: Expected variable '$v' provided to non-null type 'String!' not to be None.",
        ),
        (
            'query ($v: String = "d") { object(input: {c: $v}) }',
            "Argument 'input' has invalid value at .c: Expected variable '$v' provided to non-null type 'String!' not to be None.",
        ),
    ],
)
async def test_a_null_that_must_not_be_is_an_error_of_the_field(source: str, message: str) -> None:
    answer = await both(SCHEMA, source, variables={"v": None})
    assert list((answer.data or {}).values()) == [None]
    assert [error.message for error in answer.errors or ()] == [message]


async def test_an_argument_is_read_once_for_each_field_that_asks_for_it() -> None:
    source = "query ($v: String) { a: string(input: $v) b: string(input: $v) c: list(input: [$v]) d: string }"
    answer = await both(SCHEMA, source, variables={"v": "x"})
    assert answer == ({"a": "'x'", "b": "'x'", "c": "['x']", "d": None}, None)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (
            GraphQLArgument(GraphQLString, default=GraphQLDefaultInput(value=123)),
            "Argument 'input' has invalid default value: String cannot represent a non string value: 123",
        ),
        (
            GraphQLArgument(
                GraphQLInputObjectType(
                    "Wrong", {"foo": GraphQLInputField(GraphQLString, default=GraphQLDefaultInput(value=123))}
                ),
                default=GraphQLDefaultInput(value={}),
            ),
            "Argument 'input' has invalid default value: Expected value of type 'String' to be valid, found: 123.",
        ),
    ],
)
async def test_a_default_of_the_schema_that_is_wrong_is_an_error_of_the_field(
    kind: GraphQLArgument, message: str
) -> None:
    schema = GraphQLSchema(GraphQLObjectType("Query", {"field": _echo(kind)}), assume_valid=True)
    answer = await both(schema, "{ field }")
    assert answer == ({"field": None}, [{"message": message, "locations": [(1, 3)], "path": ["field"]}])


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("String!", "needed", None),
        ("String!", "needed", [1]),
        ("[String!]", "listNN", ["A", None]),
        ("Object", "object", {}),
    ],
)
async def test_variables_of_wrong_types_never_come_to_be_executed(kind: str, field: str, value: Any) -> None:
    with pytest.raises(Refused, match="has invalid value"):
        await both(SCHEMA, DECLARED.format(kind, field), variables={"input": value})


async def test_deep_input() -> None:
    schema = build_schema(
        "input Nested { nested: Nested list: [Nested] leaf: Int } type Query { field(input: Nested): Int }"
    )
    value: Any = {"leaf": 1}
    for _ in range(50):
        value = {"nested": value, "list": [{"leaf": 2}]}
    root = {"field": lambda _info, **arguments: int(arguments["input"] == value)}
    answer = await both(
        schema, "query ($input: Nested) { field(input: $input) }", root=root, variables={"input": value}
    )
    assert answer == ({"field": 1}, None)
