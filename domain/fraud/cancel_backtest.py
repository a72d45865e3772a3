"""Stop a backtest; what it has found so far stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import audited
from domain.identity.permission import Permission
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.backtest import Backtest
    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBacktest:
    """By its id."""

    backtest_id: UUID


async def cancel_backtest(ports: FraudPorts, actor: Actor, command: CancelBacktest) -> Backtest:
    """The backtest, canceled: its worker notices before its next batch.

    Raises `NotFound`, `Forbidden`, and `BacktestStateForbids` when it has ended.
    """

    async def work(unit: FraudUnit) -> Backtest:
        backtest = await unit.backtests.for_update(command.backtest_id)
        actor.require(Permission.FRAUD_MANAGE, backtest.merchant_id)
        canceled = backtest.cancel(ports.clock.now())
        await unit.backtests.save(canceled)
        data = {"processed": canceled.processed}
        await unit.audit.record(
            actor, "fraud.cancel_backtest", "backtest", canceled.id, audited(canceled.merchant_id), data
        )
        await unit.commit()
        return canceled

    return await in_unit(ports.units, actor, "backtest.cancel", work)
