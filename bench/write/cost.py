"""What payments cost PostgreSQL and the processes: write-ahead log and processor time; and what a commit costs."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from statistics import median
from typing import TYPE_CHECKING

from bench.serving import descendants

if TYPE_CHECKING:
    import asyncpg

    from bench.serving import Serving

_COUNTERS = """
SELECT (SELECT count(*) FROM payments) AS payments,
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS wal_bytes
"""
# The least that a transaction can write: a message of no bytes in the write-ahead log, and its commit.
_COMMIT = "SELECT pg_logical_emit_message(true, 'bench', '')"
_READ = "SELECT 1"
_TIMES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """How many payments there are, and running totals of what they took."""

    payments: float
    wal_bytes: float
    server_cpu_seconds: float
    postgres_cpu_seconds: float

    def __sub__(self, earlier: Cost) -> Cost:
        """What came in between."""
        return Cost(**{f.name: getattr(self, f.name) - getattr(earlier, f.name) for f in fields(self)})


async def cost(connection: asyncpg.Connection, server: Serving, postmaster: int) -> Cost:
    """The totals now, of the cluster and of one server."""
    row = await connection.fetchrow(_COUNTERS)
    assert row is not None
    return Cost(
        payments=row["payments"],
        wal_bytes=float(row["wal_bytes"]),
        server_cpu_seconds=server.cpu_seconds,
        postgres_cpu_seconds=sum(process.cpu_seconds for process in descendants(postmaster)),
    )


async def commit_milliseconds(connection: asyncpg.Connection) -> tuple[float, float]:
    """The median of a round trip alone, and of one with a durable commit in it, on an idle cluster."""
    found: list[float] = []
    for statement in (_READ, _COMMIT):
        times: list[float] = []
        for _ in range(_TIMES):
            began = time.perf_counter()
            await connection.fetchval(statement)
            times.append((time.perf_counter() - began) * 1000)
        found.append(median(times))
    return found[0], found[1]
