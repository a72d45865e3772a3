"""Seals on real PostgreSQL: nothing is missed while writers run, and what is altered afterwards shows."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import orjson
import pytest

from adapters.postgres.audit.seal_store import record_of, seal_of
from domain.audit.ports import SealingPorts
from domain.audit.seal import GENESIS, chain
from domain.audit.seal_records import SealRecords, seal_records
from domain.kernel.clock import SystemClock
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from uuid import UUID

    import asyncpg

    from adapters.postgres.unit import PostgresUnits

    Owner = asyncpg.Connection


async def seal(units: PostgresUnits, limit: int = 1000) -> int:
    return await seal_records(SealingPorts(clock=SystemClock(), units=units), JOBS, SealRecords(limit=limit))


async def write(units: PostgresUnits, count: int = 1, *, dawdle: bool = False) -> None:
    async with units.begin(JOBS, "test") as unit:
        for number in range(count):
            await unit.audit.record(JOBS, "test.write", "test", None, None, {"number": number})
            if dawdle:
                await asyncio.sleep(random.uniform(0, 0.004))
        await unit.commit()


async def altered(owner: Owner) -> tuple[list[UUID], list[int]]:
    """Ids of records that are not as they were sealed or are gone, and numbers of seals that do not follow."""
    rows = await owner.fetch("SELECT * FROM audit_records")
    data = {row["id"]: {**dict(row), "data": orjson.loads(row["data"])} for row in rows}
    records: list[UUID] = []
    seals: list[int] = []
    previous, number = GENESIS, 0
    for row in await owner.fetch("SELECT * FROM audit_seals ORDER BY number"):
        kept = seal_of(row)
        number += 1
        if (kept.number, kept.previous_hash) != (number, previous) or not kept.intact:
            seals.append(kept.number)
        previous, number = kept.hash, kept.number
        for record_id, digest in zip(row["record_ids"], kept.digests, strict=True):
            if record_id not in data or record_of(data[record_id]).digest() != digest:
                records.append(record_id)
    return records, seals


async def test_nothing_is_missed_and_nothing_sealed_twice_while_writers_run(units: PostgresUnits, owner: Owner) -> None:
    done = asyncio.Event()

    async def writer() -> None:
        for _ in range(12):
            await write(units, random.randint(1, 4), dawdle=True)

    async def sealer() -> int:
        sealed = 0
        while not done.is_set():
            sealed += await seal(units, limit=random.randint(1, 20))
            await asyncio.sleep(0)
        return sealed

    sealers = [asyncio.create_task(sealer()) for _ in range(2)]
    await asyncio.gather(*(writer() for _ in range(8)))
    done.set()
    sealed = sum(await asyncio.gather(*sealers))
    assert sealed > 0
    while await seal(units):
        pass
    written = {row["id"] for row in await owner.fetch("SELECT id FROM audit_records")}
    held = [row["id"] for row in await owner.fetch("SELECT unnest(record_ids) AS id FROM audit_seals")]
    assert len(held) == len(set(held)) == len(written)
    assert set(held) == written
    assert await altered(owner) == ([], [])


async def test_a_slow_writer_is_sealed_after_all(units: PostgresUnits, owner: Owner) -> None:
    async with units.begin(JOBS, "slow") as slow:
        await slow.audit.record(JOBS, "test.slow", "test", None, None, {})
        await write(units, 3)
        # Its lines may still come before theirs, so theirs wait.
        assert await seal(units) == 0
        await slow.commit()
    assert await seal(units) == 4
    assert await altered(owner) == ([], [])


async def test_two_sealers_at_once_make_one_chain(units: PostgresUnits, owner: Owner) -> None:
    await write(units, 40)
    for _ in range(10):
        await asyncio.gather(*(seal(units, limit=3) for _ in range(4)))
    while await seal(units):
        pass
    assert await altered(owner) == ([], [])
    assert await owner.fetchval("SELECT sum(cardinality(record_ids)) FROM audit_seals") == 40


@pytest.mark.parametrize(
    "change",
    [
        "action = 'test.other'",
        "actor_name = 'Somebody else'",
        "occurred_at = occurred_at + interval '1 microsecond'",
        """data = '{"number": 99}'""",
        "address = '192.0.2.1'",
        "subject_id = id",
    ],
)
async def test_an_altered_record_is_named_even_if_its_author_rules_the_database(
    units: PostgresUnits, owner: Owner, change: str
) -> None:
    for _ in range(3):
        await write(units, 2)
        await seal(units)
    assert await altered(owner) == ([], [])
    victim = await owner.fetchval("SELECT id FROM audit_records ORDER BY xid, id OFFSET 2 LIMIT 1")
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(f"UPDATE audit_records SET {change} WHERE id = $1", victim)
    assert await altered(owner) == ([victim], [])


async def test_a_removed_record_and_a_forged_seal_show(units: PostgresUnits, owner: Owner) -> None:
    for _ in range(3):
        await write(units, 2)
        await seal(units)
    await owner.execute("SET session_replication_role = replica")
    victim = await owner.fetchval("DELETE FROM audit_records WHERE id = (SELECT record_ids[1] FROM audit_seals"
                                  " WHERE number = 2) RETURNING id")  # fmt: skip
    assert await altered(owner) == ([victim], [])
    # Whoever also makes the seal anew has to make all that follow anew.
    row = await owner.fetchrow("SELECT * FROM audit_seals WHERE number = 2")
    assert row is not None
    digests = list(row["digests"])[1:]
    await owner.execute(
        "UPDATE audit_seals SET record_ids = $1, digests = $2, hash = $3 WHERE number = 2",
        list(row["record_ids"])[1:],
        digests,
        chain(row["previous_hash"], digests),
    )
    assert await altered(owner) == ([], [3])
