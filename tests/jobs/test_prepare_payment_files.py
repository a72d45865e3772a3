"""Approved payouts get into files by the clock, each into one, by whichever worker comes first."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.unit import PostgresUnits
from domain.kernel.clock import SystemClock
from jobs.prepare_payment_files import prepare_payment_files_job
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.payment_file_desk import PaymentFileDesk
from tests.faults.installation import query

if TYPE_CHECKING:
    from adapters.postgres.database import Database


@pytest.fixture
def desk(database: Database) -> PaymentFileDesk:
    return PaymentFileDesk(PostgresUnits(database), SettableClock(SystemClock().now()))


async def test_two_workers_file_each_payout_once(desk: PaymentFileDesk, database_url: str) -> None:
    jobs = [prepare_payment_files_job(desk.ports, timedelta(minutes=15)) for _ in range(2)]
    _, account = await desk.merchant()
    for n in range(1, 7):
        await desk.approved(account, eur(n))
    await asyncio.gather(*(job.work() for job in jobs))
    counted = "SELECT sum(payout_count), sum(control_sum_minor)::int FROM payment_files"
    assert await query(database_url, counted) == [(6, 21_00)]
    assert await query(database_url, "SELECT count(*) FROM payouts WHERE payment_file_id IS NULL") == [(0,)]
    assert await jobs[0].work() == 0


def test_it_works_as_often_as_the_settings_say(desk: PaymentFileDesk) -> None:
    job = prepare_payment_files_job(desk.ports, timedelta(minutes=7))
    assert (job.every, job.batch) == (timedelta(minutes=7), None)
