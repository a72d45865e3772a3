from __future__ import annotations

import pytest
from graphql import GraphQLError, get_introspection_query, parse

from api.execution.guard import Guard, Limits, check_document

LIMITS = Limits()


def growing(levels: int, times: int = 2) -> str:
    """Fragments of which each spreads the next one twice, without getting any deeper."""
    steps = [f"fragment F{n} on Query {{{f' ...F{n + 1}' * times} }}" for n in range(levels)]
    return "{ ...F0 } " + " ".join(steps) + f" fragment F{levels} on Query {{ name }}"


def test_fragments_that_double_are_visited_once_each() -> None:
    guard = Guard(parse(growing(60)))
    assert next(guard.sizes()).fields == 2**60
    assert len(list(guard.sizes())) == 62
    assert guard.visited == 1 + 60 * 2 + 1 + 1


def test_sizes_count_what_fragments_hold() -> None:
    document = parse("query { a: parent { ...F } ...F } fragment F on Query { name x: name @skip(if: true) }")
    size = next(Guard(document).sizes())
    assert (size.depth, size.fields, size.aliases, size.directives) == (2, 5, 3, 2)


def test_introspection_has_a_budget_of_its_own() -> None:
    document = parse(get_introspection_query(descriptions=True, input_value_deprecation=True, specified_by_url=True))
    assert check_document(document, LIMITS)
    assert not check_document(parse("{ name __typename }"), LIMITS)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{" + "parent {" * 12 + "name" + "}" * 13, "the depth is 13, at most 12"),
        ("{" + "name " * 501 + "}", "the number of fields is 501, at most 500"),
        ("{" + " ".join(f"a{n}: name" for n in range(31)) + "}", "the number of aliases is 31, at most 30"),
        ("{ name " + "@skip(if: true) " * 11 + "}", "the number of directives is 11, at most 10"),
        ("query($a: Int " + "@a " * 11 + ") { name }", "the number of directives is 11, at most 10"),
        ("{ name }" + " fragment F on Query { name }" * 30, "the number of definitions is 31, at most 30"),
        ("{ __schema {" + "types {" * 20 + "name" + "}" * 22, "the depth of introspection is 22, at most 20"),
        (
            "{ __schema { queryType {" + "name " * 300 + "} } }",
            "the number of introspection fields is 302, at most 300",
        ),
        ("{ name } fragment Unused on Query {" + "name " * 501 + "}", "the number of fields is 501"),
        ("{" + "... {" * 101 + "name" + "}" * 102, "the nesting is 101, at most 100"),
        (growing(9), "the number of fields is 512, at most 500"),
        (growing(28, times=3), "the number of fields is over a billion, at most 500"),
    ],
)
def test_what_is_too_large_is_named(text: str, what: str) -> None:
    with pytest.raises(GraphQLError, match=what) as refused:
        check_document(parse(text), LIMITS)
    assert refused.value.extensions == {"code": "QUERY_TOO_COMPLEX"}


def test_cycles_and_unknown_fragments_are_left_to_validation() -> None:
    document = parse("{ ...A ...Nowhere } fragment A on Query { parent { ...B } } fragment B on Query { ...A }")
    assert not check_document(document, LIMITS)
