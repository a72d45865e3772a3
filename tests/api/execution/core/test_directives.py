"""From graphql-core's test_directives: `@skip` and `@include`."""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

import pytest
from graphql import build_schema

from tests.api.execution.both import both

SCHEMA = build_schema("type Query { a: String b: String }")
ROOT = {"a": lambda _: "a", "b": lambda _: "b"}
ALL = ["a", "b"]
# Either variable is used somewhere, and to no effect.
DECLARED = "query Q($yes: Boolean!, $no: Boolean = false) "
USED = " never: a @skip(if: $yes) @include(if: $no) "
PLACES = {
    "a field": "{{ a b {} }}",
    "the spread of a fragment": "{{ a ...F {} }} fragment F on Query {{ b }}",
    "an inline fragment": "{{ a ... on Query {} {{ b }} }}",
    "an inline fragment on no type": "{{ a ... {} {{ b }} }}",
    "within a fragment": "{{ a ...F }} fragment F on Query {{ b {} }}",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("directives", "asked"),
    [
        ("@include(if: {yes})", True),
        ("@include(if: {no})", False),
        ("@skip(if: {no})", True),
        ("@skip(if: {yes})", False),
        ("@include(if: {yes}) @skip(if: {no})", True),
        ("@include(if: {yes}) @skip(if: {yes})", False),
        ("@include(if: {no}) @skip(if: {no})", False),
        ("@skip(if: {yes}) @include(if: {no})", False),
    ],
)
@pytest.mark.parametrize("variables", [False, True])
async def test_what_is_skipped_or_not_included_is_not_there(
    place: str, directives: str, *, asked: bool, variables: bool
) -> None:
    answers = {"yes": "$yes", "no": "$no"} if variables else {"yes": "true", "no": "false"}
    source = PLACES[place].format(directives.format(**answers))
    if variables:
        source = DECLARED + source.replace("{ a", "{ a" + USED, 1)
    answer = await both(SCHEMA, source, root=ROOT, variables={"yes": True})
    assert answer == ({name: name for name in ALL if name == "a" or asked}, None)


async def test_a_field_that_is_asked_for_elsewhere_is_there() -> None:
    answer = await both(SCHEMA, "{ b @skip(if: true) ...F a } fragment F on Query { b a @skip(if: true) }", root=ROOT)
    assert list((answer.data or {}).items()) == [("b", "b"), ("a", "a")]


async def test_nothing_may_be_left() -> None:
    assert await both(SCHEMA, "{ a @skip(if: true) }", root=ROOT) == ({}, None)
