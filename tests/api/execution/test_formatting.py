from __future__ import annotations

from graphql import GraphQLError

from api.execution.codes import Code
from api.execution.formatting import clean_message, error_entry, format_errors
from domain.kernel.errors import Conflict


def test_messages_are_well_formed_and_short() -> None:
    assert clean_message("a\ud800b") == "a?b"
    assert clean_message("x" * 1000) == "x" * 1000
    assert clean_message("x" * 1001) == "x" * 999 + "…"


def test_an_error_without_a_place() -> None:
    entry = error_entry(Code.RATE_LIMITED, "Later.", retryAfter=3)
    assert entry == {"message": "Later.", "extensions": {"code": "RATE_LIMITED", "retryAfter": 3}}


def test_the_cause_decides_however_often_it_was_wrapped() -> None:
    inner = GraphQLError("outer words", original_error=Conflict("Not in this state."))
    outer = GraphQLError("more words", path=["a", 0], original_error=inner)
    assert format_errors([outer], "r") == [
        {"message": "Not in this state.", "path": ["a", 0], "extensions": {"code": "INVALID_STATE"}}
    ]
