"""The databases that are compared: one cluster, a database a size, filled once."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from app.migrations import upgrade
from app.postgres import DATABASE, EmbeddedPostgres
from bench.cluster import scratch_directory
from bench.growth.fill import fill

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Sequence

KEPT = "PAYDESK_BENCH_DATA"
"""Names a directory to keep the filled databases in, for the next run: five million payments take minutes to make."""

# Room to load in; reads of a page need none of it. Autovacuum would take turns of its own, at some sizes only.
_OPTIONS = {
    "shared_buffers": "2GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}


@asynccontextmanager
async def grounds(sizes: Sequence[int]) -> AsyncGenerator[dict[int, str]]:
    """The DSN of a filled database for each number of payments."""
    with _directory() as directory, EmbeddedPostgres(directory / "growth", options=_OPTIONS, durable=False) as cluster:
        yield {size: await _ground(cluster, size) for size in sizes}


@contextmanager
def _directory() -> Generator[Path]:
    kept = os.environ.get(KEPT)
    if kept is None:
        with scratch_directory() as directory:
            yield directory
    else:
        Path(kept).mkdir(mode=0o755, parents=True, exist_ok=True)
        yield Path(kept)


async def _ground(cluster: EmbeddedPostgres, size: int) -> str:
    name, building = f"growth_{size}", f"building_{size}"
    owner = await asyncpg.connect(cluster.dsn_of(DATABASE))
    try:
        if not await owner.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name):
            await owner.execute(f"DROP DATABASE IF EXISTS {building}")
            await owner.execute(f"CREATE DATABASE {building}")
            await _build(cluster.dsn_of(building), size)
            # Renamed last: what was kept by a run that was ended midway is not taken for whole.
            await owner.execute(f"ALTER DATABASE {building} RENAME TO {name}")
            await owner.execute("CHECKPOINT")
    finally:
        await owner.close()
    await _renew(cluster.dsn_of(name))
    return cluster.dsn_of(name)


async def _renew(dsn: str) -> None:
    """Bring a database that was kept to the schema of today."""
    owner = await asyncpg.connect(dsn)
    try:
        before = await owner.fetchval("SELECT version_num FROM alembic_version")
        # Migrations run an event loop of their own, which must not meet ours.
        await asyncio.to_thread(upgrade, dsn)
        if await owner.fetchval("SELECT version_num FROM alembic_version") != before:
            await owner.execute("VACUUM (ANALYZE)")
    finally:
        await owner.close()


async def _build(dsn: str, size: int) -> None:
    await asyncio.to_thread(upgrade, dsn)
    owner = await asyncpg.connect(dsn)
    try:
        await fill(owner, size, lambda text: print(f"  {text}", flush=True))
    finally:
        await owner.close()
