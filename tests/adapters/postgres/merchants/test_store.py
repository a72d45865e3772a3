"""Constraints on merchants."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant


@pytest.mark.parametrize(
    "change", ["status = 'GONE'", "country = 'Germany'", "currency = 'eur'", "fee_rates = '{}'::jsonb"]
)
async def test_a_broken_value_is_refused(owner: asyncpg.Connection, merchant: Merchant, change: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute(f"UPDATE merchants SET {change} WHERE id = $1", merchant.id)


async def test_two_changes_at_once_pass_one_by_one(units: PostgresUnits, merchant: Merchant) -> None:

    async def rename(number: int) -> None:
        async with units.begin(JOBS, "test") as unit:
            found = await unit.merchants.for_update(merchant.id)
            await unit.merchants.save(found.rename(f"Bicycle {number}", merchant.updated_at))
            await unit.commit()

    await asyncio.gather(*(rename(number) for number in range(8)))
    async with units.begin(JOBS, "test") as unit:
        assert (await unit.merchants.get(merchant.id)).version == 9
