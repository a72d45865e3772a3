"""From graphql-core's test_parallel: what has to be waited for is waited for at the same time."""

from __future__ import annotations

import asyncio
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    build_schema,
)

from tests.api.execution.both import both


class Barrier:
    """Lets nobody through before all have come."""

    def __init__(self, number: int) -> None:
        self._event = asyncio.Event()
        self._number = number

    async def wait(self) -> bool:
        self._number -= 1
        if not self._number:
            self._event.set()
        async with asyncio.timeout(5):
            return await self._event.wait()


async def _wait(_value: Any, info: Any) -> bool:
    return await info.context.wait()


WAITS = GraphQLField(GraphQLBoolean, resolve=_wait)


async def test_one_field_to_wait_for() -> None:
    schema = GraphQLSchema(GraphQLObjectType("Query", {"foo": WAITS}))
    assert await both(schema, "{ foo }", context=lambda: Barrier(1)) == ({"foo": True}, None)


async def test_fields_are_waited_for_at_the_same_time() -> None:
    schema = GraphQLSchema(GraphQLObjectType("Query", {"foo": WAITS, "bar": WAITS}))
    assert await both(schema, "{ foo, bar }", context=lambda: Barrier(2)) == ({"foo": True, "bar": True}, None)


async def test_fields_of_all_objects_of_a_list_are_waited_for_at_the_same_time() -> None:
    item = GraphQLObjectType("Item", {"foo": WAITS, "bar": WAITS})
    schema = GraphQLSchema(GraphQLObjectType("Query", {"items": GraphQLField(GraphQLList(item))}))
    answer = await both(schema, "{ items { foo bar } }", root={"items": [1, 2]}, context=lambda: Barrier(4))
    assert answer == ({"items": [{"foo": True, "bar": True}] * 2}, None)


async def test_a_list_of_one() -> None:
    async def items(*_: Any) -> list[bool]:
        return [True]

    schema = GraphQLSchema(
        GraphQLObjectType("Query", {"foo": GraphQLField(GraphQLList(GraphQLBoolean), resolve=items)})
    )
    assert await both(schema, "{ foo }") == ({"foo": [True]}, None)


async def test_items_are_waited_for_at_the_same_time() -> None:
    async def items(value: Any, info: Any) -> list[Any]:
        return [_wait(value, info), _wait(value, info)]

    field = GraphQLField(GraphQLList(GraphQLBoolean), resolve=items)
    schema = GraphQLSchema(GraphQLObjectType("Query", {"foo": field}))
    assert await both(schema, "{ foo }", context=lambda: Barrier(2)) == ({"foo": [True, True]}, None)


async def test_types_are_waited_for_at_the_same_time() -> None:
    foo = GraphQLInterfaceType("Foo", {"foo": GraphQLField(GraphQLString)})

    def is_named(name: str) -> Any:
        async def is_type_of(value: Any, info: Any) -> bool:
            await info.context.wait()
            return value["foo"] == name

        return is_type_of

    def named(name: str) -> GraphQLObjectType:
        fields = {"foo": GraphQLField(GraphQLString), f"foo{name}": GraphQLField(GraphQLInt)}
        return GraphQLObjectType(name.title(), fields, [foo], is_named(name))

    items = [{"foo": "bar", "foobar": 1}, {"foo": "baz", "foobaz": 2}]
    field = GraphQLField(GraphQLList(foo), resolve=lambda *_: items)
    schema = GraphQLSchema(GraphQLObjectType("Query", {"foo": field}), types=[named("bar"), named("baz")])
    answer = await both(
        schema, "{ foo { foo ... on Bar { foobar } ... on Baz { foobaz } } }", context=lambda: Barrier(4)
    )
    assert answer == ({"foo": items}, None)


async def test_mutations_are_not_waited_for_at_the_same_time() -> None:
    running: list[str] = []

    async def change(_info: Any) -> str:
        running.append("begun")
        await asyncio.sleep(0)
        state = " ".join(running)
        running.clear()
        return state

    schema = build_schema("type Query { a: String } type Mutation { a: String b: String }")
    answer = await both(schema, "mutation { a b }", root={"a": change, "b": change})
    assert answer == ({"a": "begun", "b": "begun"}, None)
