"""From graphql-core's test_too_deeply_nested_selections: depths that fit."""

from __future__ import annotations

from typing import Any

from graphql import build_schema

from tests.api.execution.both import both

SCHEMA = build_schema("type Query { name: String nested: Query must: [Query!]! }")


async def test_fragments_within_fragments() -> None:
    chain = " ".join(f"fragment F{number} on Query {{ ...F{number + 1} }}" for number in range(100))
    answer = await both(SCHEMA, f"{{ ...F0 }} {chain} fragment F100 on Query {{ name }}", root={"name": "x"})
    assert answer == ({"name": "x"}, None)


async def test_fields_within_fields() -> None:
    root: Any = {"name": "x"}
    root["nested"] = root
    root["must"] = [root]
    source = "{ " + "nested { must { " * 30 + "name" + " } }" * 30 + " }"
    assert (await both(SCHEMA, source, root=root)).errors is None


async def test_an_error_far_below() -> None:
    root: Any = {"name": RuntimeError("far below")}
    root["nested"] = root
    root["must"] = [root, {}]
    source = "{ " + "must { " * 7 + "name" + " }" * 7 + " }"
    answer = await both(SCHEMA, source, root=root)
    assert answer.data is None
