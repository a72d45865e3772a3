"""Who is measured, and with which requests; none is before its answers have been compared."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from bench.load import AnswerReader, get, post_json
from bench.read import documents
from bench.read.postgraphile import NotInstalled, install, postgraphile
from bench.read.postgraphile import token as token_of
from bench.serving import HOST, access_token, free_port, paydesk, paydesk_environ, serving
from domain.kernel.ids import split_id
from web.sessions import CSRF_HEADER, SESSION_COOKIE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from bench.read.data import Data
    from bench.serving import Serving

PAYDESK = "Paydesk"
FLOOR = "floor"
POSTGRAPHILE = "PostGraphile"
POSTGRAPHILE_BARE = "PostGraphile, bare"
LIST = "list"
DETAIL = "detail"
STAFF = "staff"
POOL_SIZE = 10


class Differs(AssertionError):
    """Two contenders answer differently: there is nothing to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A server, and its request for each shape that it can answer."""

    name: str
    server: Serving
    requests: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """All servers that run; `absent` says why PostGraphile's does not."""

    data: Data
    ours: Serving
    floor: Serving
    peer: Serving | None
    absent: str | None = None

    async def contenders(self) -> dict[str, Contender]:
        """Everybody, with a token issued just now: it lasts for ten minutes only."""
        token = await access_token(self.ours, self.data.client_id, self.data.client_secret)
        found = [_paydesk(self.ours, token, self.data), _floor(self.floor, token, self.data)]
        if self.peer is not None:
            found += _postgraphile(self.peer, self.data)
        return {contender.name: contender for contender in found}


@asynccontextmanager
async def running(dsn: str, data: Data, *, install_seconds: float) -> AsyncGenerator[Field]:
    """Start everybody, and compare what they answer; raise `Differs` when it is not the same."""
    async with AsyncExitStack() as open_things:
        ours = await open_things.enter_async_context(paydesk(dsn, PAYDESK_POOL_SIZE=str(POOL_SIZE)))
        floor = await open_things.enter_async_context(_floor_serving(dsn, ours))
        peer = absent = None
        try:
            node = await install(at_most_seconds=install_seconds)
            peer = await open_things.enter_async_context(postgraphile(node, dsn, data.merchant_id, pool_size=POOL_SIZE))
        except NotInstalled as error:
            absent = str(error)
        field = Field(data=data, ours=ours, floor=floor, peer=peer, absent=absent)
        await _compare(await field.contenders())
        yield field


@asynccontextmanager
async def _floor_serving(dsn: str, ours: Serving) -> AsyncGenerator[Serving]:
    port = free_port()
    # Tokens are issued by the other one, so its address is what they name.
    environ = {**paydesk_environ(dsn, port), "PAYDESK_PUBLIC_URL": ours.url, "PAYDESK_POOL_SIZE": str(POOL_SIZE)}
    command = [sys.executable, "-m", "bench.read.floor", "--port", str(port)]
    async with serving(command, environ, port) as server:
        yield server


def _paydesk(server: Serving, token: str, data: Data) -> Contender:
    bearer = {"authorization": f"Bearer {token}"}
    person = {**_cookie(data), CSRF_HEADER: data.csrf_token}
    asked: dict[str, tuple[str, dict[str, Any], Mapping[str, str]]] = {
        LIST: (documents.LIST, {"first": documents.LIST_ROWS}, bearer),
        DETAIL: (documents.DETAIL, {"id": data.payment_id}, bearer),
        STAFF: (documents.STAFF, {"first": documents.STAFF_ROWS}, person),
    }
    requests = {
        shape: post_json(server.port, "/graphql", {"query": query, "variables": variables}, headers)
        for shape, (query, variables, headers) in asked.items()
    }
    return Contender(name=PAYDESK, server=server, requests=requests)


def _floor(server: Serving, token: str, data: Data) -> Contender:
    bearer = {"authorization": f"Bearer {token}"}
    requests = {
        LIST: get(server.port, "/list", bearer),
        DETAIL: get(server.port, f"/payments/{data.payment_id}", bearer),
        STAFF: get(server.port, "/staff", _cookie(data)),
    }
    return Contender(name=FLOOR, server=server, requests=requests)


def _postgraphile(server: Serving, data: Data) -> list[Contender]:
    """Twice: verifying a token and fencing each request as we do, and spared both."""
    variables = {"first": documents.LIST_ROWS, "merchantId": str(data.merchant_id)}
    body = {"query": documents.POSTGRAPHILE_LIST, "variables": variables}
    ways = {POSTGRAPHILE: {"authorization": f"Bearer {token_of(data.merchant_id)}"}, POSTGRAPHILE_BARE: {}}
    return [
        Contender(name=name, server=server, requests={LIST: post_json(server.port, "/graphql", body, headers)})
        for name, headers in ways.items()
    ]


def _cookie(data: Data) -> dict[str, str]:
    return {"cookie": f"{SESSION_COOKIE}={data.session_cookie}"}


async def _compare(contenders: Mapping[str, Contender]) -> None:
    ours, floor = contenders[PAYDESK], contenders[FLOOR]
    for shape in ours.requests:
        if await _data(ours, shape) != await _data(floor, shape):
            raise Differs(f"Paydesk and the floor answer {shape} differently")
    wanted = _gist((await _data(ours, LIST))["payments"]["nodes"])
    for peer in contenders.keys() & {POSTGRAPHILE, POSTGRAPHILE_BARE}:
        if _peer_gist((await _data(contenders[peer], LIST))["allPayments"]["nodes"]) != wanted:
            raise Differs("PostGraphile does not list the same payments, customers and refunds")


def _gist(nodes: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (
            str(split_id(node["id"])[1]),
            node["amount"]["minorUnits"],
            node["customer"] and node["customer"]["email"],
            [str(split_id(refund["id"])[1]) for refund in node["refunds"]],
        )
        for node in nodes
    ]


def _peer_gist(nodes: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    customer, refunds = "customerByMerchantIdAndCustomerId", "refundsByMerchantIdAndPaymentIdList"
    return [
        (
            node["rowId"],
            node["amountMinor"],
            node[customer] and node[customer]["email"],
            [refund["rowId"] for refund in node[refunds]],
        )
        for node in nodes
    ]


async def _data(contender: Contender, shape: str) -> dict[str, Any]:
    """What one answer holds; raise `Differs` for one that holds errors."""
    reader, writer = await asyncio.open_connection(HOST, contender.server.port)
    answers = AnswerReader()
    try:
        writer.write(contender.requests[shape].encode())
        answer = None
        while answer is None and (data := await reader.read(65536)):
            answer = answers.feed(data)
    finally:
        writer.close()
    head, _, body = (answer or b"").partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise Differs(f"{contender.name} answers {shape} with {head!r} {body!r}")
    document = orjson.loads(body)
    if "errors" in document:
        raise Differs(f"{contender.name} answers {shape} with {document['errors']}")
    return document["data"]
