"""One size's database as the product reads it, and what its reads can be asked for."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg

from adapters.postgres.database import Database
from adapters.postgres.payments.reads import PaymentReads
from bench.growth.fill import merchant_ids
from domain.identity.actor import Scope
from domain.kernel.paging import PageRequest
from domain.kernel.span import Span
from domain.payments.filter import PaymentFilter, PaymentOrder

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from datetime import datetime
    from uuid import UUID

    from domain.payments.customer import Customer
    from domain.payments.payment import Payment

STAFF = Scope(None)
LARGEST = Scope(frozenset(merchant_ids()[:1]))
PAGE = 25
DEEP = 1000
"""The page that is read deep in the list of staff; of nine rows, so that the smallest history has as many."""
_DEEP_ROWS = 9
_VARIANTS = 40
# Spread over the whole history, so that no answer is the one before.
_SAMPLED = """
SELECT id FROM payments WHERE merchant_id = $1 AND reference LIKE 'ORDER%' AND customer_id IS NOT NULL
  AND jsonb_exists(metadata, 'order')
ORDER BY md5(id::text) LIMIT $2
"""
_CUSTOMERS = """
SELECT c.id FROM customers AS c JOIN LATERAL (
    SELECT count(*) AS payments FROM payments WHERE (merchant_id, customer_id) = (c.merchant_id, c.id)) AS p ON true
WHERE c.merchant_id = $1 AND p.payments BETWEEN 4 AND 5 ORDER BY c.id LIMIT $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The reads, and the examples: payments and customers of the largest merchant, places in lists, moments."""

    size: int
    database: Database
    reads: PaymentReads
    payments: list[Payment]
    newest: list[Payment]
    customers: list[Customer]
    page_1000: str
    middle: str
    half_time: datetime

    def payment(self, turn: int) -> Payment:
        """Another one every time."""
        return self.payments[turn % len(self.payments)]

    def customer(self, turn: int) -> Customer:
        """Another one every time."""
        return self.customers[turn % len(self.customers)]


@asynccontextmanager
async def site(dsn: str, size: int) -> AsyncGenerator[Site]:
    """Open it: one connection, in the role and behind the fence that every request has."""
    owner = await asyncpg.connect(dsn)
    try:
        largest = merchant_ids()[0]
        ids: list[UUID] = [row["id"] for row in await owner.fetch(_SAMPLED, largest, _VARIANTS)]
        customer_ids: list[UUID] = [row["id"] for row in await owner.fetch(_CUSTOMERS, largest, _VARIANTS)]
        middle = await owner.fetchval("SELECT min(created_at) + (max(created_at) - min(created_at)) / 2 FROM payments")
    finally:
        await owner.close()
    database = await Database.connect(dsn, size=1)
    try:
        reads = PaymentReads(database)
        found = await reads.payments(LARGEST, ids)
        customers = await reads.customers(LARGEST, customer_ids)
        newest = await reads.search(LARGEST, PaymentFilter(), PaymentOrder.CREATED_AT_DESC, PageRequest(limit=50))
        yield Site(
            size=size,
            database=database,
            reads=reads,
            payments=[found[id_] for id_ in ids],
            newest=newest.rows,
            customers=[customers[id_] for id_ in customer_ids],
            page_1000=await _cursor_before_page(reads, DEEP),
            middle=reads.cursor(await _payment_at(reads, middle), PaymentOrder.CREATED_AT_DESC),
            half_time=middle,
        )
    finally:
        await database.close()


async def _payment_at(reads: PaymentReads, moment: datetime) -> Payment:
    wanted = PaymentFilter(created_at=Span(lt=moment))
    found = await reads.search(LARGEST, wanted, PaymentOrder.CREATED_AT_DESC, PageRequest(limit=1))
    return found.rows[0]


async def _cursor_before_page(reads: PaymentReads, number: int) -> str:
    """Walk there page by page, as somebody would who keeps asking for the next one."""
    cursor = None
    for _ in range(number - 1):
        request = PageRequest(limit=_DEEP_ROWS, cursor=cursor)
        page = await reads.search(STAFF, PaymentFilter(), PaymentOrder.CREATED_AT_DESC, request)
        cursor = reads.cursor(page.rows[-1], PaymentOrder.CREATED_AT_DESC)
    assert cursor is not None
    return cursor
