from __future__ import annotations

from typing import Any

import orjson
import pytest
from graphql import get_introspection_query
from structlog.testing import capture_logs

from api.execution.engine import OperationRequest, Stage
from api.execution.formatting import MASK
from api.execution.guard import Limits
from tests.api.execution.graph import Asked, ask, codes, engine


async def test_an_answer_has_data_and_what_it_cost() -> None:
    payload = await ask("{ parent { name } }")
    assert payload == {
        "data": {"parent": {"name": "item"}},
        "extensions": {"cost": {"requested": 1, "limit": 20_000}},
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_VALIDATION_FAILED"),
        ("# only a comment", "GRAPHQL_VALIDATION_FAILED"),
        ("\ufeff{ name }\x00", "GRAPHQL_VALIDATION_FAILED"),
        ('{ echo(text: "\ud800") }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ number(value: " + "9" * 5000 + ") }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ number(value: 99999999999999999999) }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ even(number: 3) }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { name } query B { name }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { name }", "GRAPHQL_VALIDATION_FAILED"),
        ("type Query { name: String }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { name }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...A } fragment A on Query { ...A }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ nodes(ids: " + "[" * 900 + "]" * 900 + ") { name } }", "QUERY_TOO_COMPLEX"),
        ("{ parent " * 900 + "}" * 900, "QUERY_TOO_COMPLEX"),
        ("query($v: " + "[" * 900 + "Int" + "]" * 900 + ") { name }", "QUERY_TOO_COMPLEX"),
        ("{ name " * 1 + "name " * 2000 + "}", "QUERY_TOO_COMPLEX"),
        ("{ name }" + " " * 64 * 1024, "QUERY_TOO_COMPLEX"),
        ("{ " + "parent { " * 12 + "name" + " }" * 13, "QUERY_TOO_COMPLEX"),
    ],
)
async def test_documents_that_are_refused(query: str, code: str) -> None:
    with capture_logs() as logs:
        payload = await ask(query)
    assert codes(payload) == {code}
    assert "data" not in payload
    assert logs == []
    assert all(len(error["message"]) <= 1000 for error in payload["errors"])
    orjson.dumps(payload)


async def test_at_most_twenty_validation_errors() -> None:
    payload = await ask("{" + " ".join(f"nothing{n}" for n in range(100)) + "}")
    assert len(payload["errors"]) == 20
    assert payload["errors"][-1]["message"].startswith("Too many validation errors")


@pytest.mark.parametrize("query", ["{ naem }", "{ paint(colour: REDD) }", "{ echo(txet: 1) }", "{ tags { nmae } }"])
async def test_suggestions_only_when_asked_for(query: str) -> None:
    assert "Did you mean" in str(await ask(query, suggestions=True))
    assert "Did you mean" not in str(await ask(query))


async def test_suggestions_about_variables() -> None:
    query = "query($c: Colour!) { paint(colour: $c) }"
    assert "Did you mean" in str(await ask(query, {"c": "REDD"}, suggestions=True))
    assert "Did you mean" not in str(await ask(query, {"c": "REDD"}))


async def test_introspection_can_be_off() -> None:
    query = get_introspection_query()
    assert "errors" not in await ask(query)
    for refused in (
        query,
        '{ __type(name: "Query") { name } }',
        "{ ...F } fragment F on Query { __schema { __typename } }",
    ):
        payload = await ask(refused, introspection=False)
        assert codes(payload) == {"GRAPHQL_VALIDATION_FAILED"}
    assert "errors" not in await ask("{ __typename }", introspection=False)


async def test_the_operation_is_chosen_by_name() -> None:
    query = "query A { a: name } query B { b: name }"
    assert (await ask(query, name="B"))["data"] == {"b": "item"}
    payload = await ask(query, name="C")
    assert payload["errors"][0]["message"] == 'This document has no operation named "C".'
    assert codes(payload) == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query($v: Int!) { number(value: $v) }", {}),
        ("query($v: Int!) { number(value: $v) }", {"v": None}),
        ("query($v: Int!) { number(value: $v) }", {"v": "1"}),
        ("query($v: Int!) { number(value: $v) }", {"v": 2**31}),
        ("query($v: Int!) { number(value: $v) }", {"v": 10**400}),
        ("query($v: Int!) { number(value: $v) }", {"v": float("inf")}),
        ("query($v: Int!) { number(value: $v) }", {"v": "\ud800" * 5000}),
        ("query($v: [String!]!) { nodes(ids: $v) { name } }", {"v": [[["a"]]]}),
        ("query($v: [String!]!) { nodes(ids: $v) { name } }", {"v": {"a": {"b": {}}}}),
        ("query($v: Even!) { even(number: $v) }", {"v": 3}),
    ],
)
async def test_variables_that_are_refused(query: str, variables: dict[str, Any]) -> None:
    with capture_logs() as logs:
        payload = await ask(query, variables)
    assert codes(payload) == {"BAD_USER_INPUT"}
    assert "data" not in payload
    assert logs == []
    orjson.dumps(payload)


async def test_variables_nested_too_deeply() -> None:
    deep: Any = "a"
    for _ in range(5000):
        deep = [deep]
    payload = await ask("query($v: [String!]!) { nodes(ids: $v) { name } }", {"v": deep})
    assert codes(payload) == {"BAD_USER_INPUT"}


async def test_a_scalar_of_ours_names_its_rule() -> None:
    payload = await ask("query($v: Even!) { even(number: $v) }", {"v": 3})
    assert payload["errors"][0]["message"] == "This must be even."
    assert payload["errors"][0]["extensions"]["argumentPath"] == ["number"]


async def test_at_most_twenty_errors_about_variables() -> None:
    payload = await ask("query($v: [String!]!) { nodes(ids: $v) { name } }", {"v": [1] * 1000})
    assert len(payload["errors"]) == 20


async def test_what_costs_too_much_is_not_executed() -> None:
    query = "query($n: Int) { items(first: $n) { nodes { items(first: $n) { nodes { secret } } } } }"
    payload = await ask(query, {"n": 100}, limits=Limits(cost=150))
    assert payload == {
        "errors": [
            {
                "message": "This query costs 202; at most 150 is allowed. Ask for smaller pages.",
                "extensions": {"code": "QUERY_TOO_COMPLEX", "cost": 202, "limit": 150},
            }
        ]
    }
    assert codes(await ask("{ name }", limits=Limits(cost=0))) == set()


async def test_what_resolvers_refuse_keeps_its_code() -> None:
    with capture_logs() as logs:
        payload = await ask("{ refused forbidden away surrogate }")
    found = {error["path"][0]: error for error in payload["errors"]}
    assert payload["data"] == {"refused": None, "forbidden": None, "away": None, "surrogate": None}
    assert found["refused"]["message"] == "This must be positive."
    assert found["refused"]["extensions"] == {"code": "BAD_USER_INPUT", "argumentPath": ["filter", "amount"]}
    assert found["forbidden"]["extensions"] == {"code": "PERMISSION_DENIED"}
    assert found["away"]["extensions"] == {"code": "UNAVAILABLE"}
    assert found["surrogate"]["message"].startswith("half of ? a pair xxx")
    assert len(found["surrogate"]["message"]) == 1000
    assert logs == []


async def test_what_nobody_foresaw_is_masked_and_logged_once() -> None:
    with capture_logs() as logs:
        payload = await ask("{ secret items(first: 5) { nodes { secret } } huge }")
    assert codes(payload) == {"INTERNAL"}
    assert {error["message"] for error in payload["errors"]} == {MASK}
    assert {error["extensions"]["requestId"] for error in payload["errors"]} == {"request-1"}
    assert b"hunter2" not in orjson.dumps(payload)
    assert len(logs) == 1
    assert (logs[0]["request_id"], logs[0]["times"]) == ("request-1", 7)
    assert "hunter2" in str(logs[0]["exc_info"])


async def test_queries_only() -> None:
    request = OperationRequest(query="mutation { change }")
    answer = await engine().execute(request, Asked(), only_queries=True)
    assert answer.stage is Stage.NOT_A_QUERY
    assert "data" not in answer.payload()
    assert (await engine().execute(request, Asked())).payload()["data"] == {"change": "changed"}
