"""Merchants that are paid, in memory."""

from __future__ import annotations

import pytest

from tests.builders.merchants import a_merchant
from tests.fakes.bank_account_desk import BankAccountDesk
from tests.fakes.clock import SettableClock
from tests.fakes.payout_desk import PayoutDesk
from tests.fakes.settlement_desk import SettlementDesk
from tests.fakes.unit import MemoryUnits


@pytest.fixture
def bank_units() -> MemoryUnits:
    """Units with a clock that stands still."""
    return MemoryUnits(SettableClock())


@pytest.fixture
def bank(bank_units: MemoryUnits) -> BankAccountDesk:
    """A merchant that says where its money goes."""
    merchant, clock = a_merchant(), bank_units.clock
    assert isinstance(clock, SettableClock)
    bank_units.tables.merchants[merchant.id] = merchant
    return BankAccountDesk(bank_units, merchant, clock)


@pytest.fixture
async def payout_desk(bank_units: MemoryUnits) -> PayoutDesk:
    """A merchant with a bank account, to whom 100 euros of one settlement are available."""
    merchant, clock = a_merchant(), bank_units.clock
    assert isinstance(clock, SettableClock)
    bank_units.tables.merchants[merchant.id] = merchant
    desk = PayoutDesk(bank_units, merchant, clock)
    await desk.bank_account()
    await desk.settled()
    return desk


@pytest.fixture
def settling(bank_units: MemoryUnits) -> SettlementDesk:
    """A merchant in Berlin that is settled."""
    merchant, clock = a_merchant(time_zone="Europe/Berlin"), bank_units.clock
    assert isinstance(clock, SettableClock)
    bank_units.tables.merchants[merchant.id] = merchant
    return SettlementDesk(bank_units, merchant, clock)
