"""Bank accounts come into use once, by whichever of two workers is there first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.unit import PostgresUnits
from domain.kernel.clock import SystemClock
from jobs.sweep_bank_accounts import sweep_bank_accounts_job
from tests.builders.bank_accounts import OTHER_IBAN
from tests.builders.merchants import a_merchant
from tests.fakes.bank_account_desk import JOBS, BankAccountDesk
from tests.fakes.clock import SettableClock
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from adapters.postgres.database import Database


@pytest.fixture
async def desk(database: Database) -> BankAccountDesk:
    """A merchant at the hour that it is."""
    units, merchant = PostgresUnits(database), a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    return BankAccountDesk(units, merchant, SettableClock(SystemClock().now()))


async def test_two_workers_do_it_once(desk: BankAccountDesk, database_url: str) -> None:
    jobs = [sweep_bank_accounts_job(desk.ports) for _ in range(2)]
    await desk.active()
    await desk.cooling(OTHER_IBAN, entry={"country": "FR"})
    assert await jobs[0].work() == 0
    desk.clock.pass_by(72 * 3600)
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 1
    told = "SELECT masked_number, status FROM bank_accounts ORDER BY created_at"
    assert await query(database_url, told) == [("DE89 **** 3000", "REPLACED"), ("FR14 **** 2606", "ACTIVE")]
    events = "SELECT name, actor_name FROM events WHERE subject_type = 'bank_account' ORDER BY occurred_at, name DESC"
    assert (await query(database_url, events))[-2:] == [
        ("bank_account.replaced", "jobs.sweep_bank_accounts"),
        ("bank_account.activated", "jobs.sweep_bank_accounts"),
    ]
    assert await violations(database_url) == []


async def test_a_rejected_request_ends_its_account(desk: BankAccountDesk, database_url: str) -> None:
    job = sweep_bank_accounts_job(desk.ports)
    await desk.reject(await desk.asked(), "Nobody told me")
    assert [await job.work(), await job.work()] == [1, 0]
    told = "SELECT status, ended_reason FROM bank_accounts"
    assert await query(database_url, told) == [("REJECTED", "Nobody told me")]


async def test_there_is_more_to_do_when_a_batch_is_full(desk: BankAccountDesk) -> None:
    job = sweep_bank_accounts_job(desk.ports)
    assert (job.batch, job.every.total_seconds()) == (100, 60)
