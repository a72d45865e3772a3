"""A backtest that nobody wants any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.fraud.backtest import BacktestStatus
from domain.fraud.cancel_backtest import CancelBacktest, cancel_backtest
from domain.fraud.errors import BacktestStateForbids
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import new_uuid
from tests.builders.backtests import a_backtest
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def test_it_stops_once(fraud: FraudDesk, units: MemoryUnits) -> None:
    backtest = a_backtest(merchant_id=fraud.desk.merchant.id)
    units.tables.fraud.backtests[backtest.id] = backtest
    command = CancelBacktest(backtest_id=backtest.id)
    with pytest.raises(Forbidden):
        await cancel_backtest(fraud.ports, an_actor(fraud.desk.merchant, role=MerchantRole.VIEWER), command)
    canceled = await cancel_backtest(fraud.ports, fraud.actor, command)
    assert canceled.status is BacktestStatus.CANCELED
    assert units.tables.fraud.backtests[backtest.id] == canceled
    with pytest.raises(BacktestStateForbids):
        await cancel_backtest(fraud.ports, fraud.actor, command)
    assert [one.action for one in units.tables.audit] == ["fraud.cancel_backtest"]


async def test_the_platforms_is_the_staffs(fraud: FraudDesk, units: MemoryUnits) -> None:
    backtest = a_backtest()
    units.tables.fraud.backtests[backtest.id] = backtest
    with pytest.raises(NotFound):
        await cancel_backtest(fraud.ports, fraud.actor, CancelBacktest(backtest_id=backtest.id))
    with pytest.raises(NotFound):
        await cancel_backtest(fraud.ports, fraud.staff, CancelBacktest(backtest_id=new_uuid(MORNING)))
    assert (await cancel_backtest(fraud.ports, fraud.staff, CancelBacktest(backtest_id=backtest.id))).ended
