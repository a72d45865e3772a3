"""A balance is a snapshot and what came after it, also while others write."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.ledger.reads import LedgerReads
from domain.identity.actor import Scope
from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.ledger.account import PENDING, gateway_clearing
from domain.ledger.entry import Posting
from domain.ledger.ports import SnapshotPorts
from domain.ledger.snapshot_balances import SnapshotBalances, snapshot_balances
from tests.builders.ledger import an_entry
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

CLEARING = gateway_clearing("simulator")
EVERYONE = Scope(None)


async def post(units: PostgresUnits, merchant: Merchant, count: int, *, seconds: int = 0) -> int:
    """An entry with so many postings to `pending`; how much they credit it."""
    amounts = [random.randint(1, 1000) for _ in range(count)]
    postings = tuple(Posting(PENDING, Money(-amount, EUR)) for amount in amounts)
    clearing = Posting(CLEARING, Money(sum(amounts), EUR))
    entry = an_entry(
        merchant.id,
        Money(1, EUR),
        id=new_uuid(MORNING),
        postings=(*postings, clearing),
        posted_at=after(seconds),
    )
    async with units.begin(JOBS, "test") as unit:
        await unit.ledger.post((entry,))
        await unit.commit()
    return sum(amounts)


async def snapshot(units: PostgresUnits, most: int = 500) -> int:
    return await snapshot_balances(SnapshotPorts(units=units), JOBS, SnapshotBalances(most_accounts=most))


async def pending(database: Database, merchant: Merchant, seconds: int | None = None) -> int:
    as_of = None if seconds is None else after(seconds)
    [balance] = await LedgerReads(database).balances(EVERYONE, merchant.id, as_of)
    return balance.pending.minor


async def test_a_snapshot_is_taken_of_what_is_worth_it_and_changes_no_balance(
    units: PostgresUnits, database: Database, merchant: Merchant, owner: asyncpg.Connection
) -> None:
    owed = await post(units, merchant, 499)
    assert await snapshot(units) == 0
    owed += await post(units, merchant, 1)
    # The clearing account has two postings only.
    assert await snapshot(units) == 1
    assert await owner.fetchval("SELECT -balance_minor FROM ledger_snapshots") == owed
    assert await pending(database, merchant) == owed
    assert await snapshot(units) == 0
    owed += await post(units, merchant, 3)
    assert await pending(database, merchant) == owed
    owed += await post(units, merchant, 500)
    assert await snapshot(units) == 1
    newest = "SELECT -balance_minor FROM ledger_snapshots ORDER BY horizon DESC LIMIT 1"
    assert await owner.fetchval(newest) == await pending(database, merchant) == owed


async def test_as_of_a_moment_nothing_later_counts_whatever_snapshots_hold(
    units: PostgresUnits, database: Database, merchant: Merchant
) -> None:
    first = await post(units, merchant, 500, seconds=10)
    await snapshot(units)
    second = await post(units, merchant, 500, seconds=20)
    await snapshot(units)
    third = await post(units, merchant, 2, seconds=30)
    # It was committed last, and happened first.
    early = await post(units, merchant, 1, seconds=5)
    expected = [
        (4, 0),
        (5, early),
        (10, early + first),
        (20, early + first + second),
        (30, early + first + second + third),
    ]
    for seconds, owed in expected:
        assert await pending(database, merchant, seconds) == owed, seconds


async def test_a_writer_that_is_not_done_yet_is_not_forgotten(
    units: PostgresUnits, database: Database, merchant: Merchant
) -> None:
    slow = an_entry(merchant.id, Money(7, EUR))
    async with units.begin(JOBS, "slow") as unit:
        await unit.ledger.post((slow,))
        owed = await post(units, merchant, 600)
        await snapshot(units)
        assert await pending(database, merchant) == owed
        await unit.commit()
    assert await pending(database, merchant) == owed + 7
    owed += 7 + await post(units, merchant, 500)
    assert await snapshot(units) == 1
    assert await pending(database, merchant) == owed


@pytest.mark.parametrize("snapshotters", [1, 2])
async def test_while_writers_run_snapshot_and_rest_always_make_the_sum(
    units: PostgresUnits,
    database: Database,
    merchant: Merchant,
    owner: asyncpg.Connection,
    snapshotters: int,
) -> None:
    done = asyncio.Event()

    async def write() -> int:
        total = 0
        for _ in range(8):
            total += await post(units, merchant, 100)
        return total

    async def snapshots() -> int:
        taken = 0
        while not done.is_set():
            taken += await snapshot(units)
        return taken

    async def read() -> list[int]:
        seen = []
        while not done.is_set():
            seen.append(await pending(database, merchant))
        return seen

    background = [asyncio.create_task(snapshots()) for _ in range(snapshotters)]
    reader = asyncio.create_task(read())
    totals = await asyncio.gather(*(write() for _ in range(4)))
    done.set()
    taken = await asyncio.gather(*background)
    seen = await reader
    # Balances only grow here: one that forgot or doubled a posting would fall back or shoot over.
    assert seen == sorted(seen)
    taken_after = await snapshot(units)
    assert sum(taken) + taken_after > 0
    assert await pending(database, merchant) == sum(totals)
    stored = await owner.fetchval("SELECT -balance_minor FROM ledger_snapshots ORDER BY horizon DESC LIMIT 1")
    assert stored is not None
    assert stored <= sum(totals)
