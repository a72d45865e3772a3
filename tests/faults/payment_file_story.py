"""A program that pays until it is killed: `python -m tests.faults.payment_file_story DSN FOLDER`.

What is approved is put into files, and the files are left in the folder.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.banks.object_delivery import open_delivery
from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from tests.builders.money import eur
from tests.fakes.payment_file_desk import PaymentFileDesk
from tests.faults.installation import AheadClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.settlements.payout import Payout

_AHEAD = timedelta(hours=2)


@asynccontextmanager
async def paying(dsn: str, folder: Path, clock: AheadClock | None = None) -> AsyncGenerator[PaymentFileDesk]:
    """The desk of payment files, on a database and a folder that outlive this process."""
    database = await Database.connect(dsn, size=4)
    try:
        yield PaymentFileDesk(PostgresUnits(database), clock or AheadClock(), open_delivery(f"file://{folder}"))
    finally:
        await database.close()


async def approve(dsn: str, folder: Path) -> list[Payout]:
    """Three payouts of a new merchant, which no file has yet."""
    async with paying(dsn, folder) as desk:
        _, account = await desk.merchant()
        return [await desk.approved(account, eur(n)) for n in (10, 20, 30)]


async def tell(dsn: str, folder: Path) -> None:
    """The jobs, once each."""
    async with paying(dsn, folder) as desk:
        await desk.prepare(most_payouts=2)
        await desk.deliver()


async def recover(dsn: str, folder: Path) -> None:
    """What the jobs do in the hours after a crash."""
    clock = AheadClock()
    async with paying(dsn, folder, clock) as desk:
        for _ in range(3):
            clock.ahead += _AHEAD
            await desk.prepare()
            await desk.deliver()


if __name__ == "__main__":
    asyncio.run(tell(sys.argv[1], Path(sys.argv[2])))
