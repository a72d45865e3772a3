"""Every two seconds: run the backtests that wait, one after the other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.fraud.run_backtests import RunBacktests, run_backtests
from domain.identity.actor import system_actor
from jobs.job import Job

if TYPE_CHECKING:
    from domain.fraud.ports import FraudPorts


def run_backtests_job(ports: FraudPorts) -> Job:
    """Each backtest is leased by one worker, and another goes on when that one dies."""
    actor = system_actor("jobs.run_backtests")

    async def work() -> int:
        return await run_backtests(ports, actor, RunBacktests())

    return Job(name="run backtests", every=timedelta(seconds=2), work=work, batch=1)
