"""Reviews are warned of once, escalated once, and their payments given back once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.unit import PostgresUnits
from domain.kernel.clock import SystemClock
from jobs.watch_reviews import watch_reviews_job
from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.gateway import StandInGateway
from tests.fakes.review_desk import ReviewDesk
from tests.faults.installation import query, violations

if TYPE_CHECKING:
    from adapters.postgres.database import Database


@pytest.fixture
async def desk(database: Database) -> ReviewDesk:
    """A merchant's reviews at the hour that it is."""
    clock = SettableClock(SystemClock().now())
    units, merchant = PostgresUnits(database), a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    return ReviewDesk(Desk(units, merchant, StandInGateway(clock), clock))


async def test_two_workers_say_everything_once(desk: ReviewDesk, database_url: str) -> None:
    review = await desk.held(automatic=True)
    first, second = watch_reviews_job(desk.ports), watch_reviews_job(desk.ports)
    assert await first.work() == 0
    for moment in (review.warn_at, review.escalate_at, review.due_at):
        desk.clock.at = moment
        assert sum(await asyncio.gather(first.work(), second.work())) == 1
    assert await first.work() == 0
    told = await query(
        database_url,
        "SELECT name, actor_name FROM events WHERE subject_type = 'fraud_review' ORDER BY sequence OFFSET 1",
    )
    assert told == [(f"fraud_review.{name}", "jobs.watch_reviews") for name in ("sla_warning", "escalated", "closed")]
    assert await query(database_url, "SELECT status FROM payments") == [("VOIDED",)]
    assert await violations(database_url) == []


async def test_there_is_more_to_do_when_a_batch_is_full(desk: ReviewDesk) -> None:
    job = watch_reviews_job(desk.ports)
    assert (job.batch, job.every.total_seconds()) == (100, 60)
