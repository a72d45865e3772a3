"""Judge the payments of backtests that wait, batch by batch; whoever takes over goes on from the last batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.fraud.backtest import MOST_TRIES, Backtest, BacktestStatus
from domain.fraud.rule_set import RuleSet
from domain.fraud.rule_shelf import compiled
from domain.fraud.tallying import Tallying
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.rule_shelf import CompiledSet
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBacktests:
    """One backtest at a time, so many payments in a batch, and fewer where something is counted for each of them."""

    batch: int = 5000
    counting_batch: int = 200


async def run_backtests(ports: FraudPorts, actor: Actor, command: RunBacktests) -> int:
    """How many backtests were taken to their end: one, or none when none waits.

    A batch, its tally and its place are one transaction: what a crash leaves is a batch that was not judged. A
    cancellation is noticed before the next batch. Raises `Unavailable` when the database is away; the backtest is
    taken up again, a few times at most.
    """

    async def take(unit: FraudUnit) -> Backtest | None:
        backtest = await unit.backtests.lease(ports.clock.now())
        if backtest is not None and backtest.tries > MOST_TRIES:
            backtest = backtest.fail("It was begun again and again without getting on.", ports.clock.now())
            await unit.backtests.save(backtest)
        await unit.commit()
        return backtest

    backtest = await in_unit(ports.units, actor, "backtest.lease", take)
    if backtest is None or backtest.ended:
        return 0
    tested = compiled(
        ports.language, RuleSet(merchant_id=backtest.merchant_id, rules=backtest.rules, policy=backtest.policy)
    )
    size = command.counting_batch if tested.needs.velocities else command.batch
    while await _run_batch(ports, actor, backtest.id, tested, size):
        # Others of this process get their turn between two batches.
        await ports.clock.sleep(0)
    return 1


async def _run_batch(ports: FraudPorts, actor: Actor, backtest_id: UUID, tested: CompiledSet, size: int) -> bool:
    """Whether there is more to judge. The backtest's lock is held meanwhile, so batches never overlap."""

    async def work(unit: FraudUnit) -> bool:
        backtest = await unit.backtests.for_update(backtest_id)
        if backtest.status is not BacktestStatus.RUNNING:
            return False
        if backtest.total is None:
            backtest = replace(backtest, total=await unit.backtests.count(backtest))
        payments = await unit.backtests.payments(backtest, tested.needs, size)
        at = ports.clock.now()
        if payments:
            tallying = Tallying(tested, backtest.tally)
            tallying.add(payments)
            last = payments[-1]
            backtest = backtest.progress(tallying.tally, (last.created_at, last.payment_id), len(payments), at)
        more = len(payments) == size
        await unit.backtests.save(backtest if more else backtest.succeed(at))
        await unit.commit()
        return more

    return await in_unit(ports.units, actor, "backtest.batch", work)
