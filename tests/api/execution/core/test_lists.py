"""From graphql-core's test_lists: what is a list, and nulls within."""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    build_schema,
)

from tests.api.execution.both import both

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

NULL = "Cannot return null for non-nullable field Query.listField."


async def _complete(make: Callable[[], Any], as_: str = "[String]", *, exact: bool = True) -> ExecutionResult:
    """A list field with the value that is made."""
    schema = build_schema(f"type Query {{ listField: {as_} }}")
    return await both(schema, "{ listField }", root=lambda: {"listField": make()}, exact=exact)


def _failed(message: str, *path: int) -> list[dict[str, Any]]:
    return [{"message": message, "locations": [(1, 3)], "path": ["listField", *path]}]


class OwnIterable:
    def __iter__(self) -> Iterator[str]:
        return iter(("hello", "world"))


class OwnIterator:
    def __init__(self) -> None:
        self._left = ["hello", "world"]

    def __iter__(self) -> OwnIterator:
        return self

    def __next__(self) -> str:
        if not self._left:
            raise StopIteration
        return self._left.pop(0)


class OwnAsyncIterator(OwnIterator):
    def __aiter__(self) -> OwnAsyncIterator:
        return self

    async def __anext__(self) -> str:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop(0)


def _generated() -> Iterator[Any]:
    yield "one"
    yield 2
    yield True


async def _coming(*items: Any) -> AsyncIterator[Any]:
    for item in items:
        yield item
    if not items:
        yield "two"
        yield 4
        raise RuntimeError("bad")


@pytest.mark.parametrize(
    ("make", "items"),
    [
        (list, []),
        (lambda: ["just an apple"], ["just an apple"]),
        (lambda: ("apple", "banana"), ["apple", "banana"]),
        (lambda: {"apple"}, ["apple"]),
        (lambda: frozenset({"apple"}), ["apple"]),
        (_generated, ["one", "2", "true"]),
        (OwnIterable, ["hello", "world"]),
        (OwnIterator, ["hello", "world"]),
        (OwnAsyncIterator, ["hello", "world"]),
        ({1: "one", 2: "two"}.values, ["one", "two"]),
        (lambda: map(str, range(3)), ["0", "1", "2"]),
        (lambda: range(2), ["0", "1"]),
        (lambda: _coming("two", 4, False), ["two", "4", "false"]),
    ],
)
async def test_whatever_can_be_iterated_is_a_list(make: Callable[[], Any], items: list[str]) -> None:
    assert await _complete(make) == ({"listField": items}, None)


@pytest.mark.parametrize("value", [{1: "one"}, "Singular", b"Singular", 5, object()])
async def test_what_cannot_be_iterated_is_no_list(value: Any) -> None:
    message = "Expected Iterable, but did not find one for field 'Query.listField'."
    assert await _complete(lambda: value) == ({"listField": None}, _failed(message))


def _breaking(*items: Any) -> Iterator[Any]:
    yield from items
    raise RuntimeError("bad")


async def test_an_iterator_that_fails_is_no_list() -> None:
    assert await _complete(lambda: _breaking("ok")) == ({"listField": None}, _failed("bad"))
    assert await _complete(_coming) == ({"listField": None}, _failed("bad"))


async def test_errors_of_items_before_the_iterator_failed_are_told() -> None:
    answer = await _complete(lambda: _breaking("ok", {}))
    assert answer.data == {"listField": None}
    assert [error.message for error in answer.errors or ()] == ["String cannot represent value: {}", "bad"]


async def test_an_iterator_is_not_asked_beyond_a_null_that_must_not_be() -> None:
    assert await _complete(lambda: _breaking(1, None, 2), "[Int!]") == ({"listField": None}, _failed(NULL, 1))


async def test_an_item_that_cannot_be_written_is_an_error_of_its_own() -> None:
    message = "String cannot represent value: {}"
    expected = ({"listField": ["two", None, "4"]}, _failed(message, 1))
    assert await _complete(lambda: ["two", {}, 4]) == expected
    assert await _complete(lambda: _coming("two", {}, 4)) == expected


async def _come(value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


WRAPPINGS = ["[Int]", "[Int]!", "[Int!]", "[Int!]!"]
FORMS = {
    "as it is": lambda items: items,
    "to wait for": _come,
    "each to wait for": lambda items: list(map(_come, items)) if isinstance(items, list) else items,
    "all and each to wait for": lambda items: _come(list(map(_come, items))) if isinstance(items, list) else items,
    "coming": lambda items: _coming(*items) if isinstance(items, list) else items,
}


@pytest.mark.parametrize("as_", WRAPPINGS)
@pytest.mark.parametrize("form", FORMS)
async def test_a_list_with_values(as_: str, form: str) -> None:
    assert await _complete(lambda: FORMS[form]([1, 2]), as_) == ({"listField": [1, 2]}, None)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("as_", WRAPPINGS)
@pytest.mark.parametrize("item", [None, RuntimeError("bad")])
async def test_a_list_with_a_null_or_an_error(as_: str, form: str, item: Any) -> None:
    answer = await _complete(lambda: FORMS[form]([1, item, 2]), as_)
    if "Int!" not in as_:
        errors = None if item is None else _failed("bad", 1)
        assert answer == ({"listField": [1, None, 2]}, errors)
    else:
        data = None if as_.endswith("!") else {"listField": None}
        assert answer == (data, _failed(NULL if item is None else "bad", 1))


@pytest.mark.parametrize("form", ["as it is", "to wait for"])
@pytest.mark.parametrize("as_", WRAPPINGS)
@pytest.mark.parametrize("value", [None, RuntimeError("bad")])
async def test_no_list(as_: str, form: str, value: Any) -> None:
    answer = await _complete(lambda: FORMS[form](value), as_)
    data = None if as_.endswith("!") else {"listField": None}
    if value is None:
        assert answer == (data, _failed(NULL) if data is None else None)
    else:
        assert answer == (data, _failed("bad"))


def _objects(resolve: Any, *, must: bool = False) -> GraphQLSchema:
    async def items(*_: Any) -> AsyncIterator[int]:
        for index in range(3):
            yield index

    wrapper = GraphQLObjectType("Wrapper", {"index": GraphQLField(GraphQLNonNull(GraphQLString), resolve=resolve)})
    of = GraphQLList(GraphQLNonNull(wrapper) if must else wrapper)
    return GraphQLSchema(GraphQLObjectType("Query", {"listField": GraphQLField(of, resolve=items)}))


async def test_objects_that_come_one_by_one() -> None:
    schema = _objects(lambda index, _info: _come(index))
    expected = {"listField": [{"index": str(index)} for index in range(3)]}
    assert await both(schema, "{ listField { index } }") == (expected, None)


async def test_one_object_that_comes_fails() -> None:
    schema = _objects(lambda index, _info: _come(RuntimeError("bad") if index == 2 else index))
    error = {"message": "bad", "locations": [(1, 15)], "path": ["listField", 2, "index"]}
    answer = await both(schema, "{ listField { index } }")
    assert answer == ({"listField": [{"index": "0"}, {"index": "1"}, None]}, [error])


async def test_some_objects_that_come_fail_at_once_and_some_later() -> None:
    def resolve(index: int, _info: Any) -> Any:
        if index == 0:
            return _come(RuntimeError("bad"))
        raise RuntimeError("also bad")

    answer = await both(_objects(resolve, must=True), "{ listField { index } }", exact=False)
    assert answer.data == {"listField": None}
    assert (answer.errors or [])[0].message in ("bad", "also bad")


async def test_a_list_within_a_list() -> None:
    schema = build_schema("type Query { grid: [[[Int!]]!] }")
    root = {"grid": [[[1, 2], []], [], [None, [3, None], (4,)]]}
    answer = await both(schema, "{ grid }", root=root)
    message = "Cannot return null for non-nullable field Query.grid."
    error = {"message": message, "locations": [(1, 3)], "path": ["grid", 2, 1, 1]}
    assert answer == ({"grid": [[[1, 2], []], [], [None, None, [4]]]}, [error])
