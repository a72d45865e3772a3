"""From graphql-core's test_executor: the basics."""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLDeferDirective,
    GraphQLError,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLStreamDirective,
    GraphQLString,
    GraphQLUnionType,
    Undefined,
    build_schema,
    get_operation_ast,
    parse,
)
from graphql.execution.values import VariableValues

from api.execution.compiler import Unsupported, compile_operation
from tests.api.execution.both import TIMES, both


def _schema(**fields: GraphQLField) -> GraphQLSchema:
    return GraphQLSchema(GraphQLObjectType("Query", fields))


class Data:
    """Attributes, methods and what has to be waited for."""

    f = "Fish"

    def a(self, _info: Any) -> str:
        return "Apple"

    def b(self, _info: Any) -> str:
        return "Banana"

    def pic(self, _info: Any, size: int) -> str:
        return f"Pic of size: {size}"

    def deep(self, _info: Any) -> Deep:
        return Deep()

    async def promise(self, _info: Any) -> Data:
        await asyncio.sleep(0)
        return Data()


class Deep:
    def a(self, _info: Any) -> str:
        return "Already Been Done"

    def c(self, _info: Any) -> list[str | None]:
        return ["Contrived", None, "Confusing"]

    def deeper(self, _info: Any) -> list[Data | None]:
        return [Data(), None, Data()]


async def test_arbitrary_code_is_executed() -> None:
    schema = build_schema(
        """
        type Query { a: String b: String f: String pic(size: Int): String deep: Deep promise: Query }
        type Deep { a: String b: String c: [String] deeper: [Query] }
        """
    )
    answer = await both(
        schema,
        """
        query ($size: Int) { a, x: b, ...c, ... on Query { pic(size: $size) promise { a } }
          deep { a b c deeper { a b } } }
        fragment c on Query { b f }
        """,
        root=Data,
        variables={"size": 100},
    )
    deeper = {"a": "Apple", "b": "Banana"}
    assert answer == (
        {
            "a": "Apple",
            "x": "Banana",
            "b": "Banana",
            "f": "Fish",
            "pic": "Pic of size: 100",
            "promise": {"a": "Apple"},
            "deep": {
                "a": "Already Been Done",
                "b": None,
                "c": ["Contrived", None, "Confusing"],
                "deeper": [deeper, None, deeper],
            },
        },
        None,
    )


async def test_parallel_fragments_are_merged() -> None:
    type_: Any = GraphQLObjectType(
        "Type",
        lambda: {
            "a": GraphQLField(GraphQLString, resolve=lambda *_: "Apple"),
            "b": GraphQLField(GraphQLString, resolve=lambda *_: "Banana"),
            "c": GraphQLField(GraphQLString, resolve=lambda *_: "Cherry"),
            "deep": GraphQLField(type_, resolve=lambda *_: {}),
        },
    )
    answer = await both(
        GraphQLSchema(type_),
        """
        { a, ...One, ...Two }
        fragment One on Type { b deep { b, deeper: deep { b } } }
        fragment Two on Type { c deep { c, deeper: deep { c } } }
        """,
    )
    deep = {"b": "Banana", "deeper": {"b": "Banana", "c": "Cherry"}, "c": "Cherry"}
    assert answer == ({"a": "Apple", "b": "Banana", "deep": deep, "c": "Cherry"}, None)


async def test_resolvers_are_told_about_the_execution() -> None:
    told: list[Any] = []
    schema = _schema(test=GraphQLField(GraphQLString, resolve=lambda _, info: told.append(info)))
    await both(
        schema,
        """
        query ($var: Boolean!) { result: test ...F }
        fragment F on Query { result: test ... @include(if: $var) { never: test } }
        """,
        root={"root": "val"},
        context={"context": 1},
        variables={"var": False},
    )
    theirs, *ours = told
    assert len(ours) == TIMES
    for info in ours:
        # What is awaitable, how to wait for it, and the variables' signatures are objects of one execution.
        for name in set(theirs._fields) - {"is_awaitable", "async_helpers", "variable_values"}:
            assert getattr(info, name) == getattr(theirs, name), name
        assert info.variable_values.coerced == {"var": False}
        assert not info.is_awaitable("nothing to wait for")
        assert len(info.field_nodes) == 2


async def test_paths_are_populated_through_lists_and_unions() -> None:
    paths: list[Any] = []
    some = GraphQLObjectType(
        "Some", {"test": GraphQLField(GraphQLString, resolve=lambda _, info: paths.append(info.path))}
    )
    union = GraphQLUnionType("Union", [some], resolve_type=lambda *_: "Some")
    schema = _schema(test=GraphQLField(GraphQLNonNull(GraphQLList(GraphQLNonNull(union)))))
    await both(schema, "{ l1: test { ... on Some { l2: test } } }", root={"test": [{}, {}]})
    expected = [[("l1", "Query"), (0, None), ("l2", "Some")], [("l1", "Query"), (1, None), ("l2", "Some")]]
    assert [_steps(path) for path in paths] == expected * (1 + TIMES)


def _steps(path: Any) -> list[tuple[Any, Any]]:
    return [] if path is None else [*_steps(path.prev), (path.key, path.typename)]


async def test_the_root_value_is_what_root_fields_are_resolved_on() -> None:
    root = Data()
    seen: list[Any] = []
    await both(_schema(a=GraphQLField(GraphQLString, resolve=lambda obj, _: seen.append(obj))), "{ a }", root=root)
    assert all(each is root for each in seen)
    assert seen


async def test_arguments_arrive() -> None:
    arguments = {"numArg": GraphQLArgument(GraphQLInt), "stringArg": GraphQLArgument(GraphQLString)}
    schema = _schema(b=GraphQLField(GraphQLString, arguments, resolve=lambda *_, **given: repr(given)))
    answer = await both(schema, 'query Example { b(numArg: 123, stringArg: "foo") }')
    assert answer.data == {"b": "{'numArg': 123, 'stringArg': 'foo'}"}


async def test_arguments_that_were_not_given_are_not_there() -> None:
    arguments = {name: GraphQLArgument(GraphQLBoolean) for name in "abcd"}
    schema = _schema(field=GraphQLField(GraphQLString, arguments, resolve=lambda *_, **given: repr(given)))
    answer = await both(schema, "{ field(a: true, c: false, d: null) }")
    assert answer.data == {"field": "{'a': True, 'c': False, 'd': None}"}


def _raise(error: Exception) -> Any:
    raise error


async def _come(value: Any) -> Any:
    return value


async def _fail(error: Exception) -> Any:
    raise error


async def test_what_fails_becomes_null() -> None:
    root = {
        "syncOk": lambda _: "sync ok",
        "syncError": lambda _: _raise(GraphQLError("syncError")),
        "syncRawError": lambda _: _raise(Exception("syncRawError")),
        "syncReturnError": lambda _: Exception("syncReturnError"),
        "syncReturnErrorList": lambda _: ["sync0", Exception("list1"), "sync2", Exception("list3")],
        "asyncOk": lambda _: _come("async ok"),
        "asyncError": lambda _: _fail(GraphQLError("asyncError")),
        "asyncRawError": lambda _: _fail(Exception("asyncRawError")),
        "asyncReturnError": lambda _: _come(GraphQLError("asyncReturnError")),
        "asyncExtensions": lambda _: _come(GraphQLError("asyncExtensions", extensions={"foo": "bar"})),
    }
    names = [name for name in root if name != "syncReturnErrorList"]
    fields = {name: GraphQLField(GraphQLString) for name in names}
    schema = _schema(**fields, syncReturnErrorList=GraphQLField(GraphQLList(GraphQLString)))
    answer = await both(schema, "{\n" + "\n".join(root) + "\n}", root=root)
    failed = {name: None for name in root if "Error" in name or "Ext" in name}
    assert answer.data == {
        "syncOk": "sync ok",
        **failed,
        "syncReturnErrorList": ["sync0", None, "sync2", None],
        "asyncOk": "async ok",
    }
    assert answer.errors is not None
    assert [(error.message, error.path) for error in answer.errors] == [
        ("syncError", ["syncError"]),
        ("syncRawError", ["syncRawError"]),
        ("syncReturnError", ["syncReturnError"]),
        ("list1", ["syncReturnErrorList", 1]),
        ("list3", ["syncReturnErrorList", 3]),
        ("asyncError", ["asyncError"]),
        ("asyncRawError", ["asyncRawError"]),
        ("asyncReturnError", ["asyncReturnError"]),
        ("asyncExtensions", ["asyncExtensions"]),
    ]
    assert answer.errors[-1] == {
        "message": "asyncExtensions",
        "locations": [(11, 1)],
        "path": ["asyncExtensions"],
        "extensions": {"foo": "bar"},
    }


async def test_synchronous_errors_beside_asynchronous_ones() -> None:
    schema = _schema(
        now=GraphQLField(GraphQLNonNull(GraphQLString), resolve=lambda *_: None),
        soon=GraphQLField(GraphQLNonNull(GraphQLString), resolve=lambda *_: _come(None)),
    )
    answer = await both(schema, "{ soon now }", exact=False)
    assert answer.data is None
    assert answer.errors is not None
    assert answer.errors[0].message.startswith("Cannot return null for non-nullable field Query.")


async def test_errors_that_bubble_beside_those_that_do_not() -> None:
    schema = _schema(
        needed=GraphQLField(GraphQLNonNull(GraphQLString), resolve=lambda *_: _come(None)),
        other=GraphQLField(GraphQLString, resolve=lambda *_: _fail(RuntimeError("Oops"))),
    )
    answer = await both(schema, "{ other needed }", exact=False)
    assert answer.data is None
    assert {"message": "Oops", "locations": [(1, 3)], "path": ["other"]} in (answer.errors or [])


async def test_the_whole_path_of_a_field_that_must_not_be_null() -> None:
    a: Any = GraphQLObjectType(
        "A",
        lambda: {
            "nullableA": GraphQLField(a, resolve=lambda *_: {}),
            "nonNullA": GraphQLField(GraphQLNonNull(a), resolve=lambda *_: {}),
            "throws": GraphQLField(GraphQLNonNull(a), resolve=lambda *_: _raise(Exception("Catch me if you can"))),
        },
    )
    answer = await both(
        _schema(nullableA=GraphQLField(a, resolve=lambda *_: {})),
        "query { nullableA { aliasedA: nullableA { nonNullA { anotherA: nonNullA { throws { __typename } } } } } }",
    )
    path = ["nullableA", "aliasedA", "nonNullA", "anotherA", "throws"]
    error = {"message": "Catch me if you can", "locations": [(1, 75)], "path": path}
    assert answer == ({"nullableA": {"aliasedA": None}}, [error])


@pytest.mark.parametrize(
    ("source", "name", "data"),
    [
        ("{ a }", None, {"a": "b"}),
        ("query Example { a }", None, {"a": "b"}),
        ("query Example { first: a } query OtherExample { second: a }", "OtherExample", {"second": "b"}),
        ("query Q { a } mutation M { c }", "Q", {"a": "b"}),
        ("query Q { a } mutation M { c }", "M", {"c": "d"}),
    ],
)
async def test_the_operation_that_was_named_is_executed(source: str, name: str | None, data: Any) -> None:
    schema = build_schema("type Query { a: String } type Mutation { c: String }")
    answer = await both(schema, source, operation_name=name, root={"a": "b", "c": "d"})
    assert answer == (data, None)


@pytest.mark.parametrize("directive", [GraphQLDeferDirective, GraphQLStreamDirective])
def test_schemas_that_answer_in_parts_are_left_to_graphql_core(directive: Any) -> None:
    query = GraphQLObjectType("Query", {"a": GraphQLField(GraphQLString)})
    _is_left(GraphQLSchema(query, directives=[directive]), "{ a }")


@pytest.mark.parametrize(
    "source", ["subscription { a }", "{ __schema { description } }", '{ __type(name: "Q") { name } }']
)
def test_what_is_left_to_graphql_core(source: str) -> None:
    _is_left(build_schema("type Query { a: String } type Subscription { a: String }"), source)


def test_an_operation_without_a_root_is_left_to_graphql_core() -> None:
    _is_left(build_schema("type Query { a: String }"), "mutation { a }")


def _is_left(schema: GraphQLSchema, source: str) -> None:
    document = parse(source)
    operation = get_operation_ast(document)
    assert operation is not None
    with pytest.raises(Unsupported):
        compile_operation(schema, document, operation, VariableValues({}, {}))


async def test_fields_stand_in_their_order_whatever_came_first() -> None:
    schema = build_schema("type Query { a: String b: String c: String d: String e: String }")
    root: dict[str, Any] = {name: name for name in "ace"} | {name: lambda info: _come(info.field_name) for name in "bd"}
    answer = await both(schema, "{ a, b, c, d, e }", root=root)
    assert list(answer.data or {}) == list("abcde")


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_an_object_of_another_type_is_an_error(*, asynchronous: bool) -> None:
    class Special:
        value = "foo"

    def is_special(value: Any, _info: Any) -> Any:
        verdict = isinstance(value, Special)
        return _come(verdict) if asynchronous else verdict

    special = GraphQLObjectType("Special", {"value": GraphQLField(GraphQLString)}, is_type_of=is_special)
    schema = _schema(specials=GraphQLField(GraphQLList(special)))
    answer = await both(schema, "{ specials { value } }", root={"specials": [Special(), Data()]})
    message = "Expected value of type 'Special' but got: <Data instance>."
    error = {"message": message, "locations": [(1, 3)], "path": ["specials", 1]}
    assert answer == ({"specials": [{"value": "foo"}, None]}, [error])


@pytest.mark.parametrize("nothing", [None, Undefined])
async def test_a_scalar_that_writes_nothing_is_an_error(nothing: Any) -> None:
    custom = GraphQLScalarType("Custom", coerce_output_value=lambda _: nothing)
    answer = await both(_schema(custom=GraphQLField(custom, resolve=lambda *_: "VALUE")), "{ custom }")
    message = f"Expected `Custom.coerce_output_value('VALUE')` to return non-nullable value, returned: {nothing}"
    assert answer == ({"custom": None}, [{"message": message, "locations": [(1, 3)], "path": ["custom"]}])


async def test_an_asynchronous_type_check_before_asynchronous_fields() -> None:
    type_ = GraphQLObjectType(
        "Type",
        {"echo": GraphQLField(GraphQLString, resolve=lambda *_: _come("hello"))},
        is_type_of=lambda *_: _come(True),
    )
    answer = await both(_schema(type=GraphQLField(type_)), "{ type { echo } }", root={"type": {}})
    assert answer == ({"type": {"echo": "hello"}}, None)
