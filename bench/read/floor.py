"""The floor: these three pages written by hand, as fast as that gets on the same libraries.

The same server, pool, role, fence, statements and authentication as Paydesk; rows become dictionaries of exactly the
wanted shape, and those become JSON. No schema, no entities, no middleware, no log.
"""

from __future__ import annotations

import argparse
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import orjson
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from adapters.postgres.approvals.reads import _OF_MERCHANTS as POLICIES_OF
from adapters.postgres.ledger.reads import _OF_PAYMENTS as ENTRIES_OF
from adapters.postgres.merchants.reads import _BY_IDS as MERCHANTS
from adapters.postgres.payments.lists import LISTED
from adapters.postgres.payments.reads import _CAPTURES_OF as CAPTURES_OF
from adapters.postgres.payments.reads import _CUSTOMERS as CUSTOMERS
from adapters.postgres.payments.reads import _OPERATIONS_OF as OPERATIONS_OF
from adapters.postgres.payments.reads import _PAYMENTS as PAYMENTS
from adapters.postgres.payments.reads import _REFUNDS_OF as REFUNDS_OF
from adapters.postgres.payments.reads import PaymentReads
from adapters.postgres.payments.timeline import _TIMELINE as TIMELINE
from app.assembly import assembled
from app.garbage import spare_what_stays
from app.settings import load_settings
from bench.read import floor_pages as pages
from bench.read.documents import LIST_ROWS, STAFF_ROWS
from bench.setup import authentication_of, serve
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import DEFAULT_PAGE, PageRequest
from domain.payments.filter import PaymentFilter, PaymentOrder

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from starlette.requests import Request

    from adapters.postgres.database import Database, FencedConnection
    from adapters.postgres.statement import Statement
    from domain.identity.actor import Scope
    from web.authentication import Authenticate


class Floor:
    """The three handlers, on what an assembly has opened."""

    def __init__(self, database: Database, authenticate: Authenticate) -> None:
        self._database = database
        self._authenticate = authenticate
        self._lists: dict[tuple[Scope, int], tuple[object, ...]] = {}

    async def list(self, request: Request) -> Response:
        """The newest payments of the client's one merchant, with customers and refunds."""
        actor = await self._authenticate(request)
        scope = actor.scope(Permission.PAYMENTS_READ)
        merchant_id = actor.only_merchant
        async with self._database.connection(scope) as connection:
            rows = await connection.fetch(*await self._list_of(scope, LIST_ROWS))
            page = rows[:LIST_ROWS]
            ids = [row["id"] for row in page]
            customers = await _fetch(connection, CUSTOMERS, ids=_customer_ids(page))
            refunds = await _fetch(connection, REFUNDS_OF, merchant_ids=[merchant_id] * len(ids), ids=ids)
        personal = actor.may(Permission.CUSTOMERS_PII, merchant_id)
        return _json(
            {"payments": pages.listed(page, customers, refunds, more=len(rows) > LIST_ROWS, personal=personal)}
        )

    async def staff(self, request: Request) -> Response:
        """The newest payments of all merchants, with merchants and customers."""
        actor = await self._authenticate(request)
        scope = actor.scope(Permission.PAYMENTS_READ)
        async with self._database.connection(scope) as connection:
            rows = await connection.fetch(*await self._list_of(scope, STAFF_ROWS))
            page = rows[:STAFF_ROWS]
            customers = await _fetch(connection, CUSTOMERS, ids=_customer_ids(page))
            found = await _fetch(connection, MERCHANTS, ids=list({row["merchant_id"] for row in page}))
        personal = Permission.CUSTOMERS_PII in actor.everywhere
        more = len(rows) > STAFF_ROWS
        return _json({"payments": pages.staff_listed(page, customers, found, more=more, personal=personal)})

    async def detail(self, request: Request) -> Response:
        """One payment with everything."""
        actor = await self._authenticate(request)
        scope = actor.scope(Permission.PAYMENTS_READ)
        payment_id = parse_id(Prefix.PAYMENT, request.path_params["id"])
        async with self._database.connection(scope) as connection:
            (row,) = await _fetch(connection, PAYMENTS, ids=[payment_id])
            merchant_id, of = row["merchant_id"], {"merchant_ids": [row["merchant_id"]], "ids": [payment_id]}
            parts = pages.Parts(
                merchant=(await _fetch(connection, MERCHANTS, ids=[merchant_id]))[0],
                customer=(await _fetch(connection, CUSTOMERS, ids=[row["customer_id"]]))[0],
                captures=await _fetch(connection, CAPTURES_OF, **of),
                refunds=await _fetch(connection, REFUNDS_OF, **of),
                operations=await _fetch(connection, OPERATIONS_OF, **of),
                entries=await connection.fetch(ENTRIES_OF, [merchant_id], [payment_id]),
                events=await connection.fetch(TIMELINE, [merchant_id], [payment_id], 0, DEFAULT_PAGE + 1),
                policies=await _fetch(connection, POLICIES_OF, ids=[merchant_id]),
            )
        return _json({"payment": pages.detail(row, parts, actor)})

    async def _list_of(self, scope: Scope, rows: int) -> tuple[Any, ...]:
        """The list's statement with its arguments: Paydesk's own, asked for once."""
        if (scope, rows) not in self._lists:
            recorder = _Recorder()
            reads = PaymentReads(cast("Database", recorder))
            newest = PaymentFilter(), PaymentOrder.CREATED_AT_DESC
            # As much of a payment as the two lists show.
            await reads.search(scope, *newest, PageRequest(limit=rows), frozenset(LISTED))
            self._lists[scope, rows] = recorder.recorded
        return self._lists[scope, rows]


class _Recorder:
    """Stands where the database does, and keeps what it is asked."""

    def __init__(self) -> None:
        self.recorded: tuple[object, ...] = ()

    async def fetch(self, _: Scope, statement: Statement, **values: object) -> list[Any]:
        self.recorded = (statement.sql, *statement.args(**values))
        return []


def create_app() -> Starlette:
    """The application of the environment's settings, which are Paydesk's own."""
    settings = load_settings(os.environ)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with assembled(settings) as assembly:
            floor = Floor(assembly.database, authentication_of(assembly))
            app.router.routes.extend(
                [
                    Route("/list", floor.list),
                    Route("/staff", floor.staff),
                    Route("/payments/{id}", floor.detail),
                    Route("/readyz", _ready),
                ]
            )
            # Part of how a process is set up, so both have it.
            spare_what_stays()
            yield

    return Starlette(lifespan=lifespan)


async def _ready(_: Request) -> Response:
    return Response("ready")


async def _fetch(connection: FencedConnection, statement: Statement, **values: object) -> list[Any]:
    return await connection.fetch(statement.sql, *statement.args(**values))


def _customer_ids(page: list[Any]) -> list[UUID]:
    return list({row["customer_id"] for row in page if row["customer_id"] is not None})


def _json(data: dict[str, Any]) -> Response:
    return Response(orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z), media_type="application/json")


def main() -> None:
    """Serve as `paydesk serve` does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    serve("bench.read.floor:create_app", parser.parse_args().port)


if __name__ == "__main__":
    main()
