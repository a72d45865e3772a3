"""From graphql-core's test_nonnull: where a null goes that must not be."""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

import re
from typing import Any

import pytest
from graphql import build_schema

from tests.api.execution.both import both

SCHEMA = build_schema(
    """
    type DataType {
      sync: String
      syncNonNull: String!
      promise: String
      promiseNonNull: String!
      syncNest: DataType
      syncNonNullNest: DataType!
      promiseNest: DataType
      promiseNonNullNest: DataType!
    }
    schema { query: DataType }
    """
)
Nested = dict[str, Any]


def _throwing() -> Nested:
    async def promised(info: Any) -> Any:
        raise RuntimeError(info.field_name)

    def thrown(info: Any) -> Any:
        raise RuntimeError(info.field_name)

    return _nest(thrown, promised, _throwing)


def _nulling() -> Nested:
    async def promised(_info: Any) -> Any:
        return None

    return _nest(lambda _info: None, promised, _nulling)


def _nest(now: Any, promised: Any, nest: Any) -> Nested:
    async def promised_nest(_info: Any) -> Nested:
        return nest()

    leaves = {"sync": now, "syncNonNull": now, "promise": promised, "promiseNonNull": promised}
    nests = {"syncNest": lambda _info: nest(), "syncNonNullNest": lambda _info: nest()}
    return {**leaves, **nests, "promiseNest": promised_nest, "promiseNonNullNest": promised_nest}


def _promised(text: str) -> str:
    """The same with what has to be waited for in place of what is there at once."""
    return re.sub(r"\bsync(NonNull)?\b", r"promise\1", text)


def _message(root: Any, field: str) -> str:
    return field if root is _throwing else f"Cannot return null for non-nullable field DataType.{field}."


roots = pytest.mark.parametrize("root", [_throwing, _nulling])


@roots
@pytest.mark.parametrize("change", [str, _promised])
async def test_a_nullable_field_is_null(root: Any, change: Any) -> None:
    answer = await both(SCHEMA, change("{ sync }"), root=root)
    field = change("sync")
    errors = [{"message": field, "path": [field], "locations": [(1, 3)]}] if root is _throwing else None
    assert answer == ({field: None}, errors)


@roots
@pytest.mark.parametrize("change", [str, _promised])
async def test_an_object_is_null_for_a_field_that_must_not_be(root: Any, change: Any) -> None:
    answer = await both(SCHEMA, change("{ syncNest { syncNonNull } }"), root=root)
    field = change("syncNonNull")
    error = {"message": _message(root, field), "path": ["syncNest", field], "locations": [(1, 14)]}
    assert answer == ({"syncNest": None}, [error])


@roots
@pytest.mark.parametrize("change", [str, _promised])
async def test_the_answer_is_null_for_a_root_field_that_must_not_be(root: Any, change: Any) -> None:
    answer = await both(SCHEMA, change("{ syncNonNull }"), root=root)
    field = change("syncNonNull")
    assert answer == (None, [{"message": _message(root, field), "path": [field], "locations": [(1, 3)]}])


@roots
async def test_each_of_many_nullable_fields_is_null(root: Any) -> None:
    leaves = "sync promise"
    nest = f"{{ {leaves} syncNest {{ {leaves} }} promiseNest {{ {leaves} }} }}"
    answer = await both(SCHEMA, f"{{ syncNest {nest} promiseNest {nest} }}", root=root)
    null = {"sync": None, "promise": None}
    nulls = {**null, "syncNest": null, "promiseNest": null}
    assert answer.data == {"syncNest": nulls, "promiseNest": nulls}
    assert len(answer.errors or ()) == (12 if root is _throwing else 0)


CHAIN = "{{ syncNonNullNest {{ promiseNonNullNest {{ syncNonNullNest {{ promiseNonNullNest {{ {} }} }} }} }} }}"


@roots
async def test_the_first_nullable_field_above_a_long_chain_is_null(root: Any) -> None:
    source = f"""{{
      syncNest {CHAIN.format("syncNonNull")}
      promiseNest {CHAIN.format("syncNonNull")}
      anotherNest: syncNest {CHAIN.format("promiseNonNull")}
      anotherPromiseNest: promiseNest {CHAIN.format("promiseNonNull")}
    }}"""
    answer = await both(SCHEMA, source, root=root)
    assert answer.data == {"syncNest": None, "promiseNest": None, "anotherNest": None, "anotherPromiseNest": None}
    chain = ["syncNonNullNest", "promiseNonNullNest", "syncNonNullNest", "promiseNonNullNest"]
    assert [(error.message, error.path) for error in answer.errors or ()] == [
        (_message(root, field), [nest, *chain, field])
        for nest, field in (
            ("syncNest", "syncNonNull"),
            ("promiseNest", "syncNonNull"),
            ("anotherNest", "promiseNonNull"),
            ("anotherPromiseNest", "promiseNonNull"),
        )
    ]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("{ promiseNonNullNest { syncNonNull } promiseNest { syncNonNull } }", ["promiseNonNullNest", "syncNonNull"]),
        (
            "{ promiseNonNullNest { syncNonNull } promiseNest { promiseNonNull } }",
            ["promiseNonNullNest", "syncNonNull"],
        ),
        (
            "{ syncNest { promiseNonNullNest { syncNonNull } promiseNest { syncNonNull } } }",
            ["syncNest", "promiseNonNullNest", "syncNonNull"],
        ),
        (
            "{ syncNest { promiseNonNullNest { syncNonNull } promiseNest { promiseNest { promiseNest { promiseNonNull } } } } }",
            ["syncNest", "promiseNonNullNest", "syncNonNull"],
        ),
    ],
)
async def test_of_several_errors_below_a_null_one_that_led_to_it_is_told(source: str, path: list[str]) -> None:
    answer = await both(SCHEMA, source, root=_throwing, exact=False)
    assert answer.data in (None, {"syncNest": None})
    assert path in [error.path for error in answer.errors or ()]


NEEDED = build_schema("type Query { with(cannotBeNull: String!): String }")
ECHO = {"with": lambda _info, **arguments: f"Passed: {arguments['cannotBeNull']}"}


@pytest.mark.parametrize(
    ("source", "variables", "passed"),
    [
        ('query { with(cannotBeNull: "literal value") }', {}, "literal value"),
        ("query ($v: String!) { with(cannotBeNull: $v) }", {"v": "variable value"}, "variable value"),
        ('query ($v: String = "default value") { with(cannotBeNull: $v) }', {}, "default value"),
    ],
)
async def test_an_argument_that_is_not_null_is_passed(source: str, variables: Any, passed: str) -> None:
    answer = await both(NEEDED, source, root=ECHO.copy(), variables=variables)
    assert answer == ({"with": f"Passed: {passed}"}, None)


async def test_an_argument_that_must_not_be_null_and_is_by_a_variable() -> None:
    source = 'query ($v: String = "default value") { with(cannotBeNull: $v) }'
    answer = await both(NEEDED, source, root=ECHO.copy(), variables={"v": None})
    message = (
        "Argument 'cannotBeNull' has invalid value: Expected variable '$v' provided to non-null type 'String!'"
        " not to be None."
    )
    assert answer == ({"with": None}, [{"message": message, "locations": [(1, 59)], "path": ["with"]}])
