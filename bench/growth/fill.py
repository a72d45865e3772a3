"""A payment history of any size, made inside PostgreSQL: believable in its shares, the same at every run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.growth import fill_sql
from domain.kernel.ids import first_uuid

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from asyncpg import Connection

MERCHANTS = 200
SLOTS = 1000
LARGEST_SHARE = 0.2
_CHUNK = 100_000
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_FILLED = ("merchants", "customers", "payments", "operations", "captures", "refunds")
# A table of words hangs on each of these, and a trigger keeps it.
_SEARCHED = ("customers", "payments")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    name: str
    definition: str


def merchant_ids() -> list[UUID]:
    """The merchants, the largest first."""
    first = first_uuid(_SINCE).int
    return [type(first_uuid(_SINCE))(int=first + number) for number in range(MERCHANTS)]


def merchants_of_slots() -> list[UUID]:
    """Whose payment each of a thousand in a row is: a fifth the largest's, the others' by Zipf's law."""
    largest, *others = merchant_ids()
    slots = [largest] * int(SLOTS * LARGEST_SHARE)
    weights = [1 / rank for rank in range(1, len(others) + 1)]
    left = SLOTS - len(slots) - len(others)
    for other, weight in zip(others, weights, strict=True):
        slots += [other] * (1 + int(left * weight / sum(weights)))
    return slots + [others[0]] * (SLOTS - len(slots))


async def fill(owner: Connection, payments: int, tell: Callable[[str], None]) -> None:
    """Fill a migrated, empty database with so many payments and what hangs on them; then gather its statistics.

    The load goes around foreign keys and builds indexes last, but through the triggers that fill the tables of words.
    It ends with exactly the indexes, triggers and constraints that the migrations have made.
    """
    began = time.monotonic()
    before = await _definitions(owner)
    indexes = await _take_indexes(owner)
    await owner.execute("SET synchronous_commit = off; SET session_replication_role = replica")
    # Tables that nobody has analyzed yet: every chunk finds its own payments by the index.
    await owner.execute("SET work_mem = '256MB'; SET enable_seqscan = off")
    for table in _SEARCHED:
        await owner.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER keep_words")
    await owner.execute(fill_sql.MERCHANTS, merchant_ids(), _SINCE)
    await owner.execute("CREATE TEMP TABLE slots (slot int PRIMARY KEY, merchant_id uuid)")
    await owner.execute(
        "INSERT INTO slots SELECT s - 1, m FROM unnest($1::uuid[]) WITH ORDINALITY AS u (m, s)", merchants_of_slots()
    )
    await owner.execute("ANALYZE slots")
    for since in range(0, payments // 5, _CHUNK):
        await owner.execute(fill_sql.CUSTOMERS, since, min(payments // 5, since + _CHUNK), _SINCE)
    for since in range(0, payments, _CHUNK):
        until = min(payments, since + _CHUNK)
        await owner.execute(fill_sql.PAYMENTS, since, until, payments, _SINCE)
        for statement in fill_sql.CHILDREN:
            await owner.execute(statement, *(_moment_ids(since, until, payments)))
        if until % (10 * _CHUNK) == 0:
            tell(f"{until:,} of {payments:,} payments after {time.monotonic() - began:.0f} s")
    for table in _SEARCHED:
        await owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER keep_words")
    await owner.execute("SET maintenance_work_mem = '1GB'")
    for index in indexes:
        await owner.execute(index.definition)
    await owner.execute("RESET ALL")
    if await _definitions(owner) != before:
        raise RuntimeError("the load has changed the schema")
    # As autovacuum would have: pages that are known to be visible, and statistics.
    await owner.execute("VACUUM (ANALYZE)")
    tell(f"{payments:,} payments, indexed and analyzed, after {time.monotonic() - began:.0f} s")


def _moment_ids(since: int, until: int, payments: int) -> tuple[UUID, UUID]:
    """The ids that bound the payments of these numbers."""
    step = fill_sql.SPAN / payments
    return first_uuid(_SINCE + since * step), first_uuid(_SINCE + until * step)


async def _take_indexes(owner: Connection) -> list[_Index]:
    """Drop the indexes that stand for no constraint: built at the end, they take a tenth of the time."""
    rows = await owner.fetch(fill_sql.FREE_INDEXES, [*_FILLED, *(f"{table[:-1]}_words" for table in _SEARCHED)])
    indexes = [_Index(name=row["name"], definition=row["definition"]) for row in rows]
    for index in indexes:
        await owner.execute(f'DROP INDEX "{index.name}"')
    return indexes


async def _definitions(owner: Connection) -> set[str]:
    return {row[0] for row in await owner.fetch(fill_sql.DEFINITIONS)}
