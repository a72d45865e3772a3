"""Whoever opens, closes, releases or adjusts dies at any step: told again, every posting is settled once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.builders.settlements import a_reserve
from tests.fakes.desk import JOBS
from tests.faults.installation import query, violations
from tests.faults.settlement_story import desk_of, tell

if TYPE_CHECKING:
    from uuid import UUID

ROOT = Path(__file__).parents[2]
_UNITS = (
    "settlement.adjust",
    "settlement.carry_out_adjustment",
    "settlements.open",
    "settlement.close",
    "reserve.release",
)
_EVERY = ["settlement.gathered", *(f"{unit}.{moment}" for unit in _UNITS for moment in ("before_commit", "committed"))]
# Each costs a start of the program. Here: the lines are written and the rest is not, and closed but not told.
_SOME = {"settlement.gathered", "settlement.close.committed", "settlement.carry_out_adjustment.committed"}
ARMED = _EVERY if int(os.environ.get("FAULT_ROUNDS", "0")) else sorted(_SOME)
_BALANCES = """
SELECT account, -sum(amount_minor)::integer FROM ledger_postings
WHERE account IN ('available', 'pending', 'reserve') GROUP BY 1 ORDER BY 1
"""


async def a_seller(dsn: str) -> UUID:
    """A merchant with something to settle, of which ten percent are held for three days."""
    merchant = a_merchant()
    database = await Database.connect(dsn, size=1)
    async with PostgresUnits(database).begin(JOBS, "story") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    await database.close()
    async with desk_of(dsn, merchant.id) as desk:
        await desk.set_schedule(reserve=a_reserve("10", 3))
        await desk.capture(eur(100), fee_minor=200)
        await desk.refund(eur(20))
    return merchant.id


@pytest.mark.parametrize("failpoint", ARMED)
async def test_killed_at_a_failpoint(database_url: str, failpoint: str) -> None:
    merchant_id = await a_seller(database_url)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.settlement_story", database_url, str(merchant_id)],
        cwd=ROOT,
        env={**os.environ, "PAYDESK_FAILPOINTS": failpoint},
        check=False,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL, "the failpoint was never passed"
    assert await violations(database_url) == []
    await tell(database_url, merchant_id)
    assert await violations(database_url) == []
    assert await query(database_url, _BALANCES) == [("available", 8100), ("pending", 0), ("reserve", 0)]
