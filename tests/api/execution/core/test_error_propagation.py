"""From graphql-core's test_error_propagation: it may be turned off, which is left to graphql-core."""

from __future__ import annotations

from typing import Any

from graphql import build_schema

from tests.api.execution.both import ask, both, left_to_graphql_core

SCHEMA = build_schema(
    """
    type Query { foo: Int! }
    directive @experimental_disableErrorPropagation on QUERY | MUTATION | SUBSCRIPTION
    """
)


def _throw(_info: Any) -> int:
    raise RuntimeError("bar")


async def test_without_propagation_the_error_stays_where_it_is() -> None:
    question = ask(SCHEMA, "query getFoo @experimental_disableErrorPropagation { foo }", root={"foo": _throw})
    answer = await left_to_graphql_core(question)
    assert answer == ({"foo": None}, [{"message": "bar", "path": ["foo"], "locations": [(1, 54)]}])


async def test_with_propagation_the_answer_is_null() -> None:
    answer = await both(SCHEMA, "query getFoo { foo }", root={"foo": _throw})
    assert answer == (None, [{"message": "bar", "path": ["foo"], "locations": [(1, 16)]}])
