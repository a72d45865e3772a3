"""The machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.kernel.clock import SystemClock


async def test_it_is_aware_in_utc_and_goes_forward_by_what_is_slept() -> None:
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(20)
    after = clock.now()
    assert before.tzinfo is UTC
    assert abs(before - datetime.now(UTC)) < timedelta(minutes=1)
    assert after - before >= timedelta(milliseconds=15)
