"""The unit on real PostgreSQL: what a failed commit says, and how one gives way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from domain.kernel.ids import new_uuid
from domain.kernel.unit import Contention
from tests.builders.moments import MORNING
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

_BARE_ENTRY = "INSERT INTO ledger_entries (merchant_id, id, kind, posted_at) VALUES ($1, $2, 'CAPTURE', $3)"
_BAD_CUSTOMER = (
    "INSERT INTO customers (merchant_id, id, email, country, created_at) VALUES ($1, $2, 'ada@example.com', 'x', $3)"
)


async def test_a_commit_that_postgresql_refuses_says_why(units: PostgresUnits, merchant: Merchant) -> None:
    async def write() -> None:
        async with units.begin(JOBS, "test") as unit:
            await unit.ledger._connection.execute(_BARE_ENTRY, merchant.id, new_uuid(MORNING), MORNING)
            await unit.commit()

    with pytest.raises(asyncpg.CheckViolationError, match="has no postings"):
        await write()
    async with units.begin(JOBS, "test") as unit:
        assert (await unit.merchants.get(merchant.id)).id == merchant.id


async def test_what_postgresql_refuses_is_never_quoted(units: PostgresUnits, merchant: Merchant) -> None:
    async def write() -> None:
        async with units.begin(JOBS, "test") as unit:
            await unit.customers._connection.execute(_BAD_CUSTOMER, merchant.id, new_uuid(MORNING), MORNING)

    with pytest.raises(asyncpg.CheckViolationError, match="ck_customers_country") as refusal:
        await write()
    assert "ada@example.com" not in str(refusal.value)


async def test_a_deadlock_makes_one_give_way_and_its_work_is_undone(units: PostgresUnits, merchant: Merchant) -> None:

    payments = [a_payment(merchant_id=merchant.id) for _ in range(2)]
    async with units.begin(JOBS, "test") as unit:
        for payment in payments:
            await unit.payments.add(payment)
        await unit.commit()
    both_hold = asyncio.Barrier(2)

    async def lock(first: int, second: int) -> None:
        async with units.begin(JOBS, "test") as unit:
            await unit.payments.for_update(payments[first].id)
            await both_hold.wait()
            await unit.payments.for_update(payments[second].id)

    ends = await asyncio.gather(lock(0, 1), lock(1, 0), return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [Contention]
