"""A house in memory with one merchant in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.merchants.fee_plan_version import first_version
from domain.merchants.ports import MerchantPorts
from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant


@pytest.fixture
def units() -> MemoryUnits:
    """Units over empty tables, but for the merchant."""
    return MemoryUnits(SettableClock())


@pytest.fixture
def merchant(units: MemoryUnits) -> Merchant:
    """An active merchant."""
    merchant = a_merchant()
    units.tables.merchants[merchant.id] = merchant
    units.tables.fee_plan_versions.append(first_version(merchant))
    return merchant


@pytest.fixture
def ports(units: MemoryUnits) -> MerchantPorts:
    """What the verbs are given."""
    return MerchantPorts(clock=SettableClock(), units=units, gateway="simulator")
