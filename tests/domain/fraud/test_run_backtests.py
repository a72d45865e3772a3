"""Backtests are run to their end, whatever happens on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.fraud.backtest import LEASE, MOST_TRIES, BacktestStatus
from domain.fraud.cancel_backtest import CancelBacktest, cancel_backtest
from domain.fraud.rule import RuleAction
from domain.fraud.run_backtests import RunBacktests, run_backtests
from domain.kernel.ids import new_uuid
from domain.payments.screening import ScreeningDecision
from tests.builders.backtests import a_backtest
from tests.builders.fraud import an_active_rule
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payments import a_payment
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from domain.fraud.backtest import Backtest
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits

PAYMENTS = 7
RULE = an_active_rule(RuleAction.BLOCK, expression="payment.amount_minor >= 300")
COMMAND = RunBacktests(batch=3)


@pytest.fixture
def queued(fraud: FraudDesk, units: MemoryUnits) -> Backtest:
    """Over seven payments of 100, 200, ... cents, of which one was made too late."""
    merchant = fraud.desk.merchant
    for number in range(1, PAYMENTS + 2):
        at = MORNING - timedelta(hours=20) + timedelta(minutes=number)
        at = at if number <= PAYMENTS else MORNING
        payment = a_payment(merchant_id=merchant.id, amount=eur(number), id=new_uuid(at), created_at=at)
        units.tables.payments[payment.id] = payment
    backtest = a_backtest(merchant_id=merchant.id, rules=(RULE,))
    units.tables.fraud.backtests[backtest.id] = backtest
    return backtest


def _now(units: MemoryUnits, backtest: Backtest) -> Backtest:
    return units.tables.fraud.backtests[backtest.id]


async def test_every_payment_of_the_range_is_judged(fraud: FraudDesk, units: MemoryUnits, queued: Backtest) -> None:
    assert await run_backtests(fraud.ports, JOBS, COMMAND) == 1
    done = _now(units, queued)
    assert (done.status, done.total, done.processed) == (BacktestStatus.SUCCEEDED, PAYMENTS, PAYMENTS)
    assert done.tally.would[ScreeningDecision.BLOCK].count == 5
    assert done.tally.would[ScreeningDecision.BLOCK].minor == {"EUR": 300 + 400 + 500 + 600 + 700}
    assert await run_backtests(fraud.ports, JOBS, COMMAND) == 0


@pytest.mark.parametrize(
    "point", ["backtest.lease.committed", "backtest.batch.before_commit", "backtest.batch.committed"]
)
async def test_whoever_dies_is_followed(fraud: FraudDesk, units: MemoryUnits, queued: Backtest, point: str) -> None:
    units.die_at(point)
    with pytest.raises(Crash):
        await run_backtests(fraud.ports, JOBS, COMMAND)
    assert _now(units, queued).status is BacktestStatus.RUNNING
    # Nobody takes over while the first may still be at work.
    assert await run_backtests(fraud.ports, JOBS, COMMAND) == 0
    fraud.desk.clock.pass_by(LEASE.seconds)
    assert await run_backtests(fraud.ports, JOBS, COMMAND) == 1
    done = _now(units, queued)
    assert (done.status, done.processed, done.tally.all.count) == (BacktestStatus.SUCCEEDED, PAYMENTS, PAYMENTS)
    assert done.tally.flagged == 5


async def test_a_cancellation_is_noticed(fraud: FraudDesk, units: MemoryUnits, queued: Backtest) -> None:
    units.die_at("backtest.batch.committed")
    with pytest.raises(Crash):
        await run_backtests(fraud.ports, JOBS, COMMAND)
    await cancel_backtest(fraud.ports, fraud.actor, CancelBacktest(backtest_id=queued.id))
    fraud.desk.clock.pass_by(LEASE.seconds)
    assert await run_backtests(fraud.ports, JOBS, COMMAND) == 0
    canceled = _now(units, queued)
    assert (canceled.status, canceled.processed, canceled.tally.flagged) == (BacktestStatus.CANCELED, 3, 1)


async def test_what_never_gets_on_is_given_up(fraud: FraudDesk, units: MemoryUnits, queued: Backtest) -> None:
    stuck = replace(queued.run(MORNING - timedelta(hours=1)), tries=MOST_TRIES)
    units.tables.fraud.backtests[queued.id] = stuck
    assert await run_backtests(fraud.ports, JOBS, COMMAND) == 0
    failed = _now(units, queued)
    assert failed.status is BacktestStatus.FAILED
    assert failed.failure is not None
    assert "again and again" in failed.failure


async def test_the_oldest_first(fraud: FraudDesk, units: MemoryUnits, queued: Backtest) -> None:
    younger = a_backtest(merchant_id=fraud.desk.merchant.id, rules=(RULE,))
    units.tables.fraud.backtests[younger.id] = younger
    first, second = sorted((queued, younger), key=lambda one: one.id)
    await run_backtests(fraud.ports, JOBS, COMMAND)
    assert _now(units, first).ended
    assert not _now(units, second).ended


async def test_no_payment_is_an_answer_too(fraud: FraudDesk, units: MemoryUnits) -> None:
    empty = a_backtest(merchant_id=fraud.desk.merchant.id)
    units.tables.fraud.backtests[empty.id] = empty
    assert await run_backtests(fraud.ports, JOBS, COMMAND) == 1
    done = _now(units, empty)
    assert (done.status, done.total, done.tally.precision_basis_points) == (BacktestStatus.SUCCEEDED, 0, None)
