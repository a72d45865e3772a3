from __future__ import annotations

import json
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx2
import pytest
from starlette.routing import Route
from structlog.testing import capture_logs

from tests.web.door import CLIENT, TOKEN, Counting, Door

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

OLD, NEW = "application/json", "application/graphql-response+json"
JSON = {"content-type": "application/json"}
MALFORMED = {
    "empty": b"",
    "not JSON": b"hello",
    "cut off": b'{"query": "{ name }"',
    "not an object": b'"{ name }"',
    "number": b"12",
    "null": b"null",
    "batch": b'[{"query": "{ name }"}]',
    "empty batch": b"[]",
    "invalid UTF-8": b'{"query": "{ name }\xff"}',
    "UTF-16": '{"query": "{ name }"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"query": "{ name }"}',
    "NaN": b'{"query": "{ name }", "variables": {"v": NaN}}',
    "infinity": b'{"query": "{ name }", "variables": {"v": -Infinity}}',
    "NaN beside a surrogate": b'{"query": "{ name }", "variables": {"v": NaN, "w": "\\ud800"}}',
    "deep": b'{"query": "{ name }", "variables": {"v": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "deep beside a surrogate": b'{"query": "\\ud800", "variables": {"v": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "no query": b'{"variables": {}}',
    "null query": b'{"query": null}',
    "query is an object": b'{"query": {}}',
    "operationName is a number": b'{"query": "{ name }", "operationName": 1}',
    "variables are a list": b'{"query": "{ name }", "variables": []}',
    "variables are a text": b'{"query": "{ name }", "variables": "{}"}',
    "extensions are a list": b'{"query": "{ name }", "extensions": [1]}',
    "huge integer with surrogate": b'{"query": "\\ud800", "operationName": ' + b"9" * 10_000 + b"}",
}


@asynccontextmanager
async def client_of(app: Starlette, address: str = "127.0.0.1") -> AsyncGenerator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app, client=(address, 1), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://paydesk.test") as client:
        yield client


async def post(
    body: object, *, accept: str | None = OLD, door: Door | None = None, headers: dict[str, str] | None = None
) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with client_of((door or Door()).app()) as client:
        if accept is None:
            del client.headers["accept"]
        given = {**JSON, **TOKEN, **({"accept": accept} if accept else {}), **(headers or {})}
        return await client.post("/graphql", content=content, headers=given)


def code(response: httpx2.Response) -> str:
    return response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("accept", [OLD, NEW])
async def test_a_query(accept: str) -> None:
    door = Door()
    response = await post(
        {"query": "{ name }", "variables": None, "operationName": None, "extensions": None}, accept=accept, door=door
    )
    assert response.status_code == 200
    assert response.json()["data"] == {"name": "item"}
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert door.contexts == [(CLIENT, response.headers["x-request-id"])]
    assert door.principals.keys == [f"CLIENT:{CLIENT.id}"]


async def test_unknown_parameters_are_ignored() -> None:
    assert (await post({"query": "{ name }", "documentId": 3})).status_code == 200


@pytest.mark.parametrize(
    "query", ["{", "{ nothing }", "query($v: Int!) { number(value: $v) }", "{" + "name " * 501 + "}"]
)
async def test_statuses_of_refused_requests(query: str) -> None:
    new, old = await post({"query": query}, accept=NEW), await post({"query": query}, accept=OLD)
    assert (new.status_code, old.status_code) == (400, 200)
    assert new.json() == old.json()
    assert "data" not in new.json()


async def test_what_fails_inside_an_executed_query_is_200() -> None:
    response = await post({"query": "{ name secret refused }"}, accept=NEW)
    assert response.status_code == 200
    assert response.json()["data"] == {"name": "item", "secret": None, "refused": None}


@pytest.mark.parametrize("accept", [OLD, NEW, "text/html", None])
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
async def test_malformed_bodies(body: bytes, accept: str | None) -> None:
    with capture_logs() as logs:
        response = await post(body, accept=accept)
    assert response.status_code == (406 if accept == "text/html" else 400)
    assert code(response) == "BAD_USER_INPUT"
    assert [log["log_level"] for log in logs] == ["info"]


async def test_lone_surrogates_reach_the_rules_about_texts() -> None:
    body = b'{"query": "query($v: String!) { echo(text: $v) surrogate }", "variables": {"v": "\\ud800", "n": 1}}'
    response = await post(body.replace(b"echo(text: $v) ", b"nodes(ids: [$v]) { name } "))
    assert response.status_code == 200
    assert response.json()["errors"][0]["message"].startswith("half of ? a pair")
    assert code(await post(b'{"query": "{ echo(text: \\"\\ud800\\") }"}')) == "GRAPHQL_VALIDATION_FAILED"


async def test_huge_numbers_are_the_clients_mistake() -> None:
    for number in ("1e400", "9" * 400, "9" * 5000, "-1" + "0" * 20, "1" + "0" * 19):
        body = '{"query": "query($v: Int!) { number(value: $v) }", "variables": {"v": ' + number + "}}"
        response = await post(body.encode(), accept=NEW)
        assert response.status_code == 400
        assert code(response) == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=iso-8859-1"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": ""},
        {"content-encoding": "gzip"},
    ],
)
async def test_other_media_are_refused(headers: dict[str, str]) -> None:
    assert (await post({"query": "{ name }"}, headers=headers)).status_code == 415


async def test_headers_that_come_twice() -> None:
    body = json.dumps({"query": "{ name }"}).encode()
    async with client_of(Door().app()) as client:
        twice = [("content-type", OLD), ("content-type", OLD), *TOKEN.items()]
        assert (await client.post("/graphql", content=body, headers=twice)).status_code == 415
        accepts = [("content-type", OLD), ("accept", "text/html"), ("accept", NEW), *TOKEN.items()]
        response = await client.post("/graphql", content=body, headers=accepts)
        assert (response.status_code, response.headers["content-type"]) == (200, f"{NEW}; charset=utf-8")


async def test_bodies_are_bounded_also_without_a_length() -> None:
    async def chunks() -> AsyncGenerator[bytes]:
        for _ in range(17):
            yield b" " * 64 * 1024

    assert (await post(b" " * (1024 * 1024 + 1))).status_code == 413
    assert (await post(b'{"query":"{ name }"}' + b" " * (1024 * 1024 - 20))).status_code == 200
    async with client_of(Door().app()) as client:
        response = await client.post("/graphql", content=chunks(), headers={**JSON, **TOKEN})
    assert response.status_code == 413


async def get(parameters: list[tuple[str, str]]) -> httpx2.Response:
    async with client_of(Door().app()) as client:
        return await client.get(f"/graphql?{urlencode(parameters)}", headers={"accept": OLD, **TOKEN})


async def test_queries_by_get() -> None:
    query = "query A($v: Int!) { number(value: $v) } query B { name }"
    response = await get([("query", query), ("operationName", "A"), ("variables", '{"v": 3}'), ("extensions", "null")])
    assert response.json()["data"] == {"number": 3}
    assert (await get([("query", "{ name }"), ("operationName", "")])).json()["data"] == {"name": "item"}


async def test_mutations_by_get_are_refused() -> None:
    response = await get([("query", "query A { name } mutation B { change }"), ("operationName", "B")])
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "parameters",
    [
        [],
        [("variables", "{}")],
        [("query", "{ name }"), ("query", "{ name }")],
        [("query", "{ name }"), ("variables", "[]")],
        [("query", "{ name }"), ("variables", "{")],
        [("query", "{ name }"), ("variables", "")],
        [("query", "{ name }"), ("extensions", "1")],
    ],
)
async def test_malformed_gets(parameters: list[tuple[str, str]]) -> None:
    response = await get(parameters)
    assert response.status_code == 400
    assert code(response) == "BAD_USER_INPUT"


async def test_broken_percent_escapes() -> None:
    async with client_of(Door().app()) as client:
        response = await client.get("/graphql?query=%ff%fe{%20name&variables=%ed%a0%80", headers=TOKEN)
    assert response.status_code == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
async def test_other_methods(method: str) -> None:
    async with client_of(Door().app()) as client:
        response = await client.request(method, "/graphql", headers=TOKEN)
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["allow"].split(", "))


async def test_nobody_is_told_anything() -> None:
    door = Door()
    async with client_of(door.app()) as client:
        for query in ("{ __typename }", "{ __schema { queryType { name } } }", "{ name }", "{"):
            response = await client.post("/graphql", json={"query": query})
            assert response.status_code == 401
            assert response.headers["www-authenticate"] == "Bearer"
            assert response.json() == {
                "errors": [{"message": "Send an access token.", "extensions": {"code": "UNAUTHENTICATED"}}]
            }
    assert door.contexts == []
    assert door.strangers.keys == ["127.0.0.1"] * 4
    assert door.principals.keys == []


async def test_too_many_requests() -> None:
    door = Door(principals=Counting(most=1), strangers=Counting(most=1))
    async with client_of(door.app()) as client:
        for headers, first in ((TOKEN, 200), ({}, 401)):
            assert (await client.post("/graphql", json={"query": "{ name }"}, headers=headers)).status_code == first
            response = await client.post("/graphql", json={"query": "{ name }"}, headers=headers)
            assert (response.status_code, response.headers["retry-after"]) == (429, "7")
            assert response.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 7}


@pytest.mark.parametrize("accept", [OLD, NEW])
async def test_the_database_being_away_is_503(accept: str) -> None:
    for headers, query in ((TOKEN, "{ name away }"), ({"authorization": "Bearer database-away"}, "{ name }")):
        response = await post({"query": query}, accept=accept, headers=headers)
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        assert code(response) == "UNAVAILABLE"


async def test_graphiql_is_for_browsers(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("<!doctype html><p>GraphiQL")
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with client_of(Door().app(graphiql=page)) as client:
        response = await client.get("/graphql", headers=browser)
        assert (response.status_code, response.text) == (200, "<!doctype html><p>GraphiQL")
        assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")
        query = await client.get("/graphql", params={"query": "{ name }"}, headers={**browser, **TOKEN})
        assert query.json()["data"] == {"name": "item"}
    async with client_of(Door().app()) as client:
        response = await client.get("/graphql", headers=browser)
        assert response.status_code == 404
        assert "no GraphiQL" in response.text


async def test_request_ids_come_back_when_they_are_sane() -> None:
    assert (await post({"query": "{ name }"}, headers={"x-request-id": "abc-123.4_Z"})).headers[
        "x-request-id"
    ] == "abc-123.4_Z"
    for strange in ("short", "x" * 65, "with space 1", 'quote"quote"', "{}{}{}{}{}"):
        made = (await post({"query": "{ name }"}, headers={"x-request-id": strange})).headers["x-request-id"]
        assert len(made) == 32


async def test_headers_for_browsers() -> None:
    async with client_of(Door().app(https=True)) as client:
        headers = (await client.get("/healthz")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"] == "max-age=63072000"
    async with client_of(Door().app()) as client:
        assert "strict-transport-security" not in (await client.get("/healthz")).headers


async def test_one_line_per_request_without_what_was_in_it() -> None:
    with capture_logs() as logs:
        response = await post({"query": "query Q($v: String!) { echo(text: $v) }", "variables": {"v": "hunter2"}})
    assert len(logs) == 1
    line = logs[0]
    assert (line["method"], line["path"], line["status"]) == ("POST", "/graphql", 200)
    assert (line["principal"], line["request_id"]) == (f"CLIENT:{CLIENT.id}", response.headers["x-request-id"])
    assert "hunter2" not in str(logs)
    assert "good" not in str(logs)


async def test_what_nobody_caught_is_masked_and_logged_once() -> None:
    async def broken(_: Request) -> Response:
        message = "password=hunter2"
        raise RuntimeError(message)

    with capture_logs() as logs:
        async with client_of(Door().app(routes=[Route("/broken", broken)])) as client:
            response = await client.get("/broken")
    assert response.status_code == 500
    assert response.headers["x-request-id"] in response.text
    assert "hunter2" not in response.text
    assert [log["event"] for log in logs] == ["request.unforeseen", "request"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "nonsense, 10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("198.51.100.4", "6.6.6.6", "198.51.100.4"),
    ],
)
async def test_proxies_that_we_trust_are_looked_through(peer: str, forwarded: str, address: str) -> None:
    door = Door()
    app = door.app(proxies=[ip_network("10.0.0.0/8")])
    async with client_of(app, peer) as client:
        await client.post("/graphql", headers={"x-forwarded-for": forwarded})
    assert door.strangers.keys == [address]


async def test_metrics_are_for_this_machine_and_bounded() -> None:
    door = Door()
    async with client_of(door.app()) as client:
        for n in range(300):
            body: dict[str, Any] = {"query": f"query Name{n} {{ name refused }}"}
            await client.post("/graphql", json=body, headers=TOKEN)
        await client.post("/graphql", json={"query": "query Unknown { nothing }"}, headers=TOKEN)
        text = (await client.get("/metrics")).text
        assert (await client.get("/metrics", headers={"x-forwarded-for": "6.6.6.6"})).status_code == 404
    lines = [line for line in text.splitlines() if line.startswith("paydesk_graphql_operations_total")]
    assert len(lines) == 202
    assert 'paydesk_graphql_operations_total{operation="other"} 100.0' in lines
    assert 'paydesk_graphql_operations_total{operation="refused"} 1.0' in lines
    assert 'paydesk_graphql_errors_total{code="BAD_USER_INPUT"} 300.0' in text
    async with client_of(door.app(), "198.51.100.4") as client:
        assert (await client.get("/metrics")).status_code == 404
