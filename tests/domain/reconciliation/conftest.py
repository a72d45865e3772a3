"""Statements and payouts, in memory."""

from __future__ import annotations

import pytest

from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.payout_desk import PayoutDesk
from tests.fakes.reconciliation_desk import ReconciliationDesk
from tests.fakes.unit import MemoryUnits


@pytest.fixture
def clock() -> SettableClock:
    """One that stands still."""
    return SettableClock()


@pytest.fixture
def memory(clock: SettableClock) -> MemoryUnits:
    return MemoryUnits(clock)


@pytest.fixture
def desk(memory: MemoryUnits, clock: SettableClock) -> ReconciliationDesk:
    """Somebody at work on bank statements."""
    return ReconciliationDesk(memory, clock)


@pytest.fixture
async def payouts(memory: MemoryUnits, clock: SettableClock) -> PayoutDesk:
    """A merchant with a bank account, to whom 100 euros are available."""
    merchant = a_merchant()
    memory.tables.merchants[merchant.id] = merchant
    desk = PayoutDesk(memory, merchant, clock)
    await desk.bank_account()
    await desk.settled()
    return desk
