"""Files reach the bank by whichever worker comes first, once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.unit import PostgresUnits
from domain.kernel.clock import SystemClock
from domain.settlements.file_errors import NotDelivered
from jobs.deliver_payment_files import deliver_payment_files_job
from tests.fakes.clock import SettableClock
from tests.fakes.payment_file_desk import PaymentFileDesk
from tests.faults.installation import query

if TYPE_CHECKING:
    from adapters.postgres.database import Database

_STATUSES = (
    "SELECT f.status, f.attempts, p.status FROM payment_files AS f JOIN payouts AS p ON p.payment_file_id = f.id"
)


@pytest.fixture
def desk(database: Database) -> PaymentFileDesk:
    return PaymentFileDesk(PostgresUnits(database), SettableClock(SystemClock().now()))


async def test_two_workers_deliver_each_file_once(desk: PaymentFileDesk, database_url: str) -> None:
    jobs = [deliver_payment_files_job(desk.ports) for _ in range(2)]
    assert await jobs[0].work() == 0
    for _ in range(3):
        _, account = await desk.merchant()
        await desk.approved(account)
        await desk.prepare()
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 3
    assert len(desk.folder.deliveries) == 3
    assert await query(database_url, _STATUSES) == [("DELIVERED", 1, "IN_TRANSIT")] * 3
    told = "SELECT DISTINCT actor_name FROM events WHERE name = 'payout.in_transit'"
    assert await query(database_url, told) == [("jobs.deliver_payment_files",)]
    assert await jobs[1].work() == 0


async def test_a_bank_that_is_away_is_asked_again(desk: PaymentFileDesk, database_url: str) -> None:
    job = deliver_payment_files_job(desk.ports)
    _, account = await desk.merchant()
    await desk.approved(account)
    await desk.prepare()
    desk.folder.refusals = [NotDelivered("The server cannot be used to connect: TimeoutError")]
    with pytest.raises(ExceptionGroup):
        await job.work()
    assert await job.work() == 0
    assert await query(database_url, _STATUSES) == [("PREPARED", 1, "APPROVED")]
    desk.clock.pass_by(60)
    assert await job.work() == 1
    assert await query(database_url, _STATUSES) == [("DELIVERED", 2, "IN_TRANSIT")]
    assert (job.every.total_seconds(), job.batch) == (5, None)
