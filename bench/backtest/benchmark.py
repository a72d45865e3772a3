"""A backtest over a whole history, as a worker runs it, in turns with the loop written by hand."""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adapters.cel.language import CelLanguage
from adapters.gateways.registry import GatewayRegistry
from adapters.postgres.database import Database
from adapters.postgres.fraud.backtest_reads import BacktestReads
from adapters.postgres.fraud.tested_payments import tested_statement
from adapters.postgres.unit import PostgresUnits
from bench.backtest.floor import loop
from bench.backtest.rules import rule_set
from bench.growth.ground import grounds
from bench.report import Report, Table
from bench.rounds import interleaved
from domain.fraud.backtest import Backtest, BacktestStatus
from domain.fraud.ports import FraudPorts
from domain.fraud.rule_shelf import RuleShelf, compiled
from domain.fraud.run_backtests import RunBacktests, run_backtests
from domain.identity.actor import Scope, system_actor
from domain.kernel.clock import SystemClock
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.unit import in_unit
from domain.payments.ports import PaymentPorts

if TYPE_CHECKING:
    from bench.options import Options
    from domain.fraud.ports import FraudUnit

SIZE, QUICK_SIZE = 1_000_000, 50_000
_ROUNDS, _QUICK_ROUNDS = 3, 3
_BATCH = RunBacktests().batch
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_UNTIL = _SINCE + timedelta(days=200)


async def run(options: Options) -> Report:
    """Run both over the same payments, and compare what they found: a fast answer that differs would be none."""
    size = QUICK_SIZE if options.quick else SIZE
    print(f"backtest: {size:,} payments, {len(rule_set().rules)} rules")
    async with grounds((size,)) as dsns:
        database = await Database.connect(dsns[size], size=2)
        try:
            return await _compared(database, size, _QUICK_ROUNDS if options.quick else _ROUNDS)
        finally:
            await database.close()


async def _compared(database: Database, size: int, rounds: int) -> Report:
    ports = _ports(database)
    statement = tested_statement(PLATFORM, compiled(ports.language, rule_set()).needs)
    found: dict[str, list[int]] = {}

    async def paydesk() -> float:
        began = time.perf_counter()
        backtest = await _backtest(ports, database)
        seconds = time.perf_counter() - began
        found["paydesk"] = [rule.matched.count for rule in backtest.tally.rules]
        found["paydesk_decisions"] = sorted(volume.count for volume in backtest.tally.would.values())
        return seconds

    async def floor() -> float:
        began = time.perf_counter()
        decisions, _, matches = await loop(database, statement, _SINCE, _UNTIL, _BATCH)
        seconds = time.perf_counter() - began
        found["floor"] = matches
        found["floor_decisions"] = sorted(decisions.values())
        return seconds

    await floor()
    before = _peak_mebibytes()
    await paydesk()
    grown = _peak_mebibytes() - before
    seconds = await interleaved(rounds, {"paydesk": paydesk, "floor": floor})
    if found["paydesk"] != found["floor"] or found["paydesk_decisions"] != found["floor_decisions"]:
        message = f"the two found different things: {found}"
        raise AssertionError(message)
    ratio = seconds["floor"] / seconds["paydesk"]
    rows = [
        [name, f"{seconds[name]:.2f}", f"{size / seconds[name]:,.0f}", f"{seconds[name] / size * 1e6:.1f}"]
        for name in ("floor", "paydesk")
    ]
    return Report(
        name="backtest",
        tables=[
            Table(
                title=f"{size:,} payments against {len(rule_set().rules)} rules",
                header=["who", "seconds", "payments a second", "microseconds a payment"],
                rows=rows,
            )
        ],
        ratios={"backtest_vs_floor": ratio, "backtest_memory_grown_mib": grown},
        details={"size": size, "matches": found["paydesk"]},
    )


async def _backtest(ports: FraudPorts, database: Database) -> Backtest:
    """Queue one and work on it, as the API and a worker would."""
    at = ports.clock.now()
    wanted = Backtest(
        id=new_uuid(at),
        merchant_id=PLATFORM,
        rules=rule_set().rules,
        policy=rule_set().policy,
        since=_SINCE,
        until=_UNTIL,
        requested_by_name="bench",
        created_at=at,
    )

    async def queue(unit: FraudUnit) -> None:
        await unit.backtests.add(wanted)
        await unit.commit()

    actor = system_actor("bench.backtest")
    await in_unit(ports.units, actor, "backtest.start", queue)
    await run_backtests(ports, actor, RunBacktests())
    found = (await BacktestReads(database).backtests_by_id(Scope(None), [wanted.id]))[wanted.id]
    if found.status is not BacktestStatus.SUCCEEDED:
        message = f"the backtest ended as {found.status}: {found.failure}"
        raise AssertionError(message)
    return found


def _ports(database: Database) -> FraudPorts:
    clock, units = SystemClock(), PostgresUnits(database)
    return FraudPorts(
        clock=clock,
        units=units,
        language=CelLanguage(),
        shelf=RuleShelf(),
        # Nothing is captured or voided by a backtest.
        payments=PaymentPorts(clock=clock, units=units, gateways=GatewayRegistry({})),
    )


def _peak_mebibytes() -> int:
    """The most memory that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
