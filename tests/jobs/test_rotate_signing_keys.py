"""Signing keys are replaced when they are old, once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.identity.rotate_signing_keys import ROTATION_INTERVAL
from jobs.rotate_signing_keys import rotate_signing_keys_job
from tests.domain.identity.installation import Installation, installed
from tests.faults.installation import query

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def house(database_url: str) -> AsyncGenerator[Installation]:
    async with installed(database_url) as installation:
        yield installation


async def test_an_old_key_gets_a_successor_from_one_worker(house: Installation, database_url: str) -> None:
    jobs = [rotate_signing_keys_job(house) for _ in range(3)]
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 1
    assert await jobs[0].work() == 0
    house.clock.advance(ROTATION_INTERVAL)
    assert sum(await asyncio.gather(*(job.work() for job in jobs))) == 1
    assert await query(database_url, "SELECT count(*) FROM signing_keys") == [(2,)]
