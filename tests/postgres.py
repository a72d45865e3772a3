"""Real PostgreSQL for tests: a cluster in memory, and a fresh copy of the migrated database for each that asks."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg

from app.migrations import upgrade
from app.postgres import DATABASE, EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Generator

_PREFIX = "paydesk-test-"


@contextmanager
def scratch_directory(parent: Path | None = None) -> Generator[Path]:
    """A directory that other accounts can enter (root's PostgreSQL runs as one) and that goes afterwards."""
    parent = parent or Path(tempfile.gettempdir())
    _remove_left_behind(parent)
    directory = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def running_cluster(*, durable: bool = False) -> Generator[EmbeddedPostgres]:
    """A cluster of its own: in memory and without fsync, or on disk and as safe as in production."""
    memory = Path("/dev/shm")
    in_memory = not durable and os.access(memory, os.W_OK)
    with (
        scratch_directory(memory if in_memory else None) as directory,
        EmbeddedPostgres(directory / "postgres", durable=durable) as postgres,
    ):
        yield postgres


def migrate_apart(dsn: str) -> None:
    """Migrate in a thread: the migrations' event loop must not meet the tests'."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            upgrade(dsn)
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            failures.append(error)

    thread = Thread(target=work)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


async def create_copy(cluster: EmbeddedPostgres) -> str:
    """Copy the migrated database; returns the copy's name."""
    name = f"test_{uuid4().hex}"
    # File by file takes half the time of writing each block to the log, and so does dropping it.
    await _administer(cluster, f"CREATE DATABASE {name} TEMPLATE {DATABASE} STRATEGY FILE_COPY")
    return name


async def drop_copy(cluster: EmbeddedPostgres, name: str) -> None:
    """Drop a copy, whoever is still connected to it."""
    await _administer(cluster, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _administer(cluster: EmbeddedPostgres, statement: str) -> None:
    connection = await asyncpg.connect(cluster.dsn_of("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _remove_left_behind(parent: Path) -> None:
    """Clear what runs that were killed could not."""
    for directory in parent.glob(f"{_PREFIX}*-*"):
        pid = directory.name.removeprefix(_PREFIX).split("-")[0]
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            shutil.rmtree(directory, ignore_errors=True)
        except (ValueError, PermissionError):
            continue
