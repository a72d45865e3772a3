"""The job that moves snapshots forward commits what it took, and says how many."""

from __future__ import annotations

import pytest

from domain.identity.actor import system_actor
from domain.ledger.ports import SnapshotPorts
from domain.ledger.snapshot_balances import SnapshotBalances, snapshot_balances
from tests.builders.ledger import an_entry
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.fakes.unit import MemoryUnits

JOBS = system_actor("snapshots")


@pytest.mark.parametrize(("most", "taken"), [(1, 1), (2, 2), (500, 2)])
async def test_at_most_so_many_accounts(most: int, taken: int) -> None:
    units = MemoryUnits()
    async with units.begin(JOBS, "test") as unit:
        await unit.ledger.post((an_entry(a_merchant().id, eur(40)),))
        await unit.commit()
    ports = SnapshotPorts(units=units)
    assert await snapshot_balances(ports, JOBS, SnapshotBalances(most_accounts=most)) == taken
    assert units.passed[-1] == "ledger.snapshot.committed"
