"""What was captured is folded once, and the verb says how much it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.merchants.fold_volumes import FoldVolumes, fold_volumes
from domain.merchants.ports import VolumePorts
from tests.builders.ledger import an_entry
from tests.builders.merchants import a_merchant
from tests.builders.money import eur, jpy
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from tests.fakes.unit import MemoryUnits


async def test_once(units: MemoryUnits) -> None:
    ports = VolumePorts(clock=SettableClock(), units=units)
    assert await fold_volumes(ports, JOBS, FoldVolumes()) == 0
    merchant, other = a_merchant(), a_merchant()
    units.tables.entries += [an_entry(one.id, amount) for one in (merchant, other) for amount in (eur(1), jpy(1))]
    assert await fold_volumes(ports, JOBS, FoldVolumes()) == 4
    assert await fold_volumes(ports, JOBS, FoldVolumes()) == 0
    assert units.passed[-1] == "merchant.fold_volumes.committed"
