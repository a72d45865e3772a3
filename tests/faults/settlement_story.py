"""A program that settles a merchant until it is killed: `python -m tests.faults.settlement_story DSN MERCHANT`.

Whatever was done before is not done again: it can be told as often as one likes.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from domain.approvals.approval_request import ApprovalStatus
from domain.settlements.carry_out_adjustment import CarryOutAdjustment, carry_out_adjustment
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS
from tests.fakes.settlement_desk import SettlementDesk

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

# One cut-off after the other, the release of what the first has held, and what comes of it.
DAYS = (0, 3, 7, 8, 12)
_KEY = "the-one-adjustment"


@asynccontextmanager
async def desk_of(dsn: str, merchant_id: UUID) -> AsyncGenerator[SettlementDesk]:
    """The merchant's desk, on a clock that the story sets."""
    database = await Database.connect(dsn, size=2)
    units = PostgresUnits(database)
    async with units.begin(JOBS, "desk") as unit:
        merchant = await unit.merchants.get(merchant_id)
    yield SettlementDesk(units, merchant, SettableClock())
    await database.close()


async def tell(dsn: str, merchant_id: UUID) -> None:
    """Adjust, then let the days go by."""
    async with desk_of(dsn, merchant_id) as desk:
        request = await desk.ask_to_adjust(eur(3), idempotency_key=_KEY)
        if request.status is ApprovalStatus.REQUIRES_REVIEW:
            await desk.approve(request)
        elif request.status is ApprovalStatus.APPROVED:
            command = CarryOutAdjustment(operation_id=request.operation_id)
            await carry_out_adjustment(desk.ports, desk.approver, command)
        for days in DAYS:
            await desk.run(MORNING + timedelta(days=days))


if __name__ == "__main__":
    asyncio.run(tell(sys.argv[1], UUID(sys.argv[2])))
