"""What only a real database can do to a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.unit import Contention
from tests.builders.payments import a_claim
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

# As if the claim that was in the way had been removed before it could be read.
_VANISHED = """
CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER vanish BEFORE INSERT ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION vanish();
"""


async def test_a_key_that_could_not_be_kept_is_not_taken_for_claimed(
    units: PostgresUnits, merchant: Merchant, owner: asyncpg.Connection
) -> None:
    await owner.execute(_VANISHED)
    async with units.begin(JOBS, "test") as unit:
        with pytest.raises(Contention, match="try again"):
            await unit.keys.claim(a_claim(merchant_id=merchant.id))
