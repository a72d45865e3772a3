from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import asyncpg
import httpx2
import orjson
import pytest
from graphql import get_introspection_query

from tests.web.serving import said_by, serving
from tests.web.test_graphql_http import MALFORMED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.web.serving import Serving


@pytest.fixture
async def server(database_url: str) -> AsyncGenerator[Serving]:
    async with serving(database_url) as running:
        yield running


async def exchange(url: str, request: bytes) -> bytes:
    """One raw request; what came back until the server closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(request)
    await writer.drain()
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.close()


async def test_the_whole_application_answers(server: Serving) -> None:
    async with httpx2.AsyncClient(base_url=server.url, headers=server.authorization) as client:
        who = (await client.post("/graphql", json={"query": "{ viewer { realm client { name } } }"})).json()
        assert who["data"]["viewer"] == {"realm": "MERCHANT", "client": {"name": "shop"}}
        assert who["extensions"]["cost"] == {"requested": 2, "limit": 20_000}
        introspected = await client.post("/graphql", json={"query": get_introspection_query()})
        assert introspected.json()["data"]["__schema"]["queryType"] == {"name": "Query", "kind": "OBJECT"}
        for name, body in MALFORMED.items():
            response = await client.post("/graphql", content=body, headers={"content-type": "application/json"})
            assert response.status_code == 400, name
        client.headers["x-paydesk-csrf"] = "anything"
        cookie = {"cookie": "__Host-paydesk_session=x"}
        both = await client.post("/graphql", json={"query": "{ __typename }"}, headers=cookie)
        assert both.status_code == 401
        twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")]
        assert (await client.post("/graphql", json={"query": "{ __typename }"}, headers=twice)).status_code == 401
        assert (await client.get("/.well-known/oauth-authorization-server")).json()["issuer"] == server.url
        assert (await client.get("/sign-in/staff")).status_code == 404
        assert (await client.get("/")).status_code == 200
        assert (await client.get("/nowhere")).status_code == 404
        assert (await client.get("/static/../app.py")).status_code == 404
        assert "paydesk_graphql_operations_total" in (await client.get("/metrics")).text
    lines = [orjson.loads(line) for line in said_by(server.process).splitlines() if line.startswith("{")]
    assert {line["event"] for line in lines} == {"request"}
    assert server.token not in said_by(server.process)


async def test_requests_that_are_hardly_http(server: Serving) -> None:
    authorization = server.authorization["authorization"].encode()
    head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: " + authorization + b"\r\n"
    body = b'{"query": "{ __typename }"}'
    length = b"Content-Length: " + str(len(body)).encode() + b"\r\n"
    kind = b"Content-Type: application/json\r\n"
    assert (await exchange(server.url, head + kind + length + b"\r\n" + body)).startswith(b"HTTP/1.1 200")
    for request in (
        head + kind + length + length + b"\r\n" + body,
        head + kind + length + b"Content-Length: 3\r\n\r\n" + body,
        head + kind + kind + length + b"\r\n" + body,
        head + b"Content-Type: application/\xff\xfe\r\n" + length + b"\r\n" + body,
        head + kind + b"X-Request-Id: \xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\r\n" + length + b"\r\n" + body,
        head + kind + b"Accept: \xc3\x28\r\n" + length + b"\r\n" + body,
        head + kind + b"Cookie: =;;=\xff; __Host-paydesk_session\r\n" + length + b"\r\n" + body,
        head + kind + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /graphql?query=%00%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
        + authorization
        + b"\r\n\r\n",
        b"GET /graphql?"
        + b"query=x&" * 5000
        + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
        + authorization
        + b"\r\n\r\n",
        b"nonsense\r\n\r\n",
    ):
        answer = await exchange(server.url, request)
        assert not answer.startswith(b"HTTP/1.1 5"), (request[-60:], answer[:200])


async def test_a_request_in_flight_is_answered_after_sigterm(server: Serving, database_url: str) -> None:
    blocker = await asyncpg.connect(database_url)
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("LOCK TABLE access_tokens IN ACCESS EXCLUSIVE MODE")
    async with httpx2.AsyncClient(base_url=server.url, headers=server.authorization) as client:
        asking = asyncio.create_task(client.post("/graphql", json={"query": "{ __typename }"}))
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'access_tokens'::regclass"
        while not await blocker.fetchval(waiting):  # noqa: ASYNC110 - PostgreSQL tells nobody about its locks
            await asyncio.sleep(0.05)
        server.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        await transaction.rollback()
        response = await asking
    await blocker.close()
    assert (response.status_code, response.json()["data"]) == (200, {"__typename": "Query"})
    assert await asyncio.to_thread(server.process.wait, 30) == 0
