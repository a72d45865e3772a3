"""Which PostgreSQL a command works on: the given one, the embedded one that runs already, or one it starts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.postgres import EmbeddedPostgres, running_dsn

if TYPE_CHECKING:
    from collections.abc import Generator

    from app.settings import Settings


@contextmanager
def reachable_database(settings: Settings) -> Generator[Settings]:
    """The same settings with a `database_url` that answers while the block runs.

    Raises `PostgresRefused` when the embedded PostgreSQL is needed and does not start.
    """
    if settings.database_url is not None:
        yield settings
        return
    dsn = running_dsn(settings.embedded_postgres_dir)
    if dsn is not None:
        yield settings.model_copy(update={"database_url": dsn})
        return
    with EmbeddedPostgres(settings.embedded_postgres_dir) as postgres:
        yield settings.model_copy(update={"database_url": postgres.dsn})
