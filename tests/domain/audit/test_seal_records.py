"""The sealer takes batches in order, alone, and leaves nothing out."""

from __future__ import annotations

from domain.audit.ports import SealingPorts
from domain.audit.seal import GENESIS
from domain.audit.seal_records import SealRecords, seal_records
from domain.identity.actor import system_actor
from tests.fakes.unit import MemoryUnits

SEALER = system_actor("seals")


def ports_of(units: MemoryUnits) -> SealingPorts:
    return SealingPorts(clock=units.clock, units=units)


async def write(units: MemoryUnits, count: int) -> None:
    async with units.begin(SEALER, "test") as unit:
        for number in range(count):
            await unit.audit.record(SEALER, "test.write", "test", None, None, {"number": number})
        await unit.commit()


async def test_batches_follow_each_other_until_nothing_is_left() -> None:
    units = MemoryUnits()
    await write(units, 5)
    sealed = [await seal_records(ports_of(units), SEALER, SealRecords(limit=2)) for _ in range(4)]
    assert sealed == [2, 2, 1, 0]
    seals = [seal for seal, _ in units.tables.seals]
    assert [seal.number for seal in seals] == [1, 2, 3]
    assert [seal.previous_hash for seal in seals] == [GENESIS, seals[0].hash, seals[1].hash]
    assert [record for _, records in units.tables.seals for record in records] == units.tables.audit
    assert all(seal.intact for seal in seals)


async def test_nobody_else_seals_at_the_same_time() -> None:
    units = MemoryUnits()
    await write(units, 1)
    async with units.begin(SEALER, "other") as other:
        assert await other.seals.lock()
        assert await seal_records(ports_of(units), SEALER, SealRecords()) == 0
    assert await seal_records(ports_of(units), SEALER, SealRecords()) == 1


async def test_no_records_no_seal() -> None:
    units = MemoryUnits()
    assert await seal_records(ports_of(units), SEALER, SealRecords()) == 0
    assert units.tables.seals == []
    assert "audit.seal.committed" not in units.passed
