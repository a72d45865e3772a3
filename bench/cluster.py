"""A PostgreSQL of the benchmark's own: on disk, as durable as in production, migrated and empty."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.migrations import upgrade
from app.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

_PREFIX = "paydesk-bench-"


@contextmanager
def scratch_directory() -> Generator[Path]:
    """A directory on disk that PostgreSQL's account can enter, and that goes afterwards."""
    parent = Path(tempfile.gettempdir())
    _remove_left_behind(parent)
    directory = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@asynccontextmanager
async def migrated_cluster(options: Mapping[str, str] | None = None) -> AsyncGenerator[EmbeddedPostgres]:
    """A running cluster whose database `paydesk` has the newest schema; `options` are PostgreSQL's settings.

    Raises `PostgresRefused` when it does not start.
    """
    with (
        scratch_directory() as directory,
        EmbeddedPostgres(directory / "postgres", options=options, durable=True) as postgres,
    ):
        # Migrations run an event loop of their own, which must not meet ours.
        await asyncio.to_thread(upgrade, postgres.dsn)
        yield postgres


def _remove_left_behind(parent: Path) -> None:
    """Clear what runs that were killed could not: gigabytes, after `growth`."""
    for directory in parent.glob(f"{_PREFIX}*-*"):
        pid = directory.name.removeprefix(_PREFIX).split("-")[0]
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            shutil.rmtree(directory, ignore_errors=True)
        except (ValueError, PermissionError):
            continue
