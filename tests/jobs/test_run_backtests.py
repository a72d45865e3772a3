"""The job runs one backtest after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.fraud.backtest import BacktestStatus
from jobs.run_backtests import run_backtests_job
from tests.builders.backtests import a_backtest
from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.fraud_desk import FraudDesk
from tests.fakes.gateway import StandInGateway
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from domain.fraud.backtest import Backtest


async def test_until_none_waits() -> None:
    clock = SettableClock()
    units = MemoryUnits(clock)
    fraud = FraudDesk(Desk(units, a_merchant(), StandInGateway(clock), clock))
    waiting: list[Backtest] = [a_backtest() for _ in range(2)]
    units.tables.fraud.backtests.update({one.id: one for one in waiting})
    job = run_backtests_job(fraud.ports)
    # As many as a batch: the loop asks again without a pause.
    assert [await job.work() for _ in range(3)] == [job.batch, job.batch, 0]
    assert {one.status for one in units.tables.fraud.backtests.values()} == {BacktestStatus.SUCCEEDED}
