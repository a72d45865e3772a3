"""Alembic in this process: its command line costs seconds a call, and needs a driver of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import migrations
from app.refusal import Refused
from migrations.schema import comparison_options, declared_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.settings import Settings

# Any number, as long as it stays the same over releases.
_ADVISORY_LOCK = 0x7061796465736B
# A migration that waits for a lock makes everyone after it wait too: better to give up and be run again.
_LOCK_TIMEOUT = "5s"

Answer = TypeVar("Answer")


class MigrationRefused(Refused):
    """The schema could not be moved; the message says what to do."""


def migrate(settings: Settings) -> None:
    """Bring the database of these settings to the newest revision. Two at once are safe: one waits.

    Raises `MigrationRefused`.
    """
    dsn = settings.migration_database_url or settings.database_url
    if dsn is None:
        msg = "there is no database to migrate; set DATABASE_URL"
        raise MigrationRefused(msg)
    upgrade(dsn)


def upgrade(dsn: str, revision: str = "head") -> None:
    """Go up to a revision; doing it again changes nothing. Raises `MigrationRefused`."""
    _locked(dsn, lambda config: command.upgrade(config, revision))


def downgrade(dsn: str, revision: str = "-1") -> None:
    """Go down to a revision, or by some steps. Raises `MigrationRefused`."""
    _locked(dsn, lambda config: command.downgrade(config, revision))


def check(dsn: str) -> list[str]:
    """What differs between the declared tables and the database, one line each; empty when nothing does."""

    def compare(connection: Connection) -> list[str]:
        heads = ScriptDirectory.from_config(_config()).get_heads()
        if len(heads) != 1:
            return [f"the revisions must form one line, but end in {', '.join(heads) or 'none'}"]
        context = MigrationContext.configure(connection, opts=comparison_options(connection))
        current = context.get_current_revision()
        if current != heads[0]:
            return [f"the database is at revision {current}, not at {heads[0]}; run `paydesk migrate`"]
        return [repr(difference) for difference in compare_metadata(context, declared_tables())]

    return asyncio.run(_on_connection(dsn, compare))


def rehearse(dsn: str) -> list[str]:
    """On an empty database: all the way up, compare, one step down, up again; what went wrong, one line each."""
    upgrade(dsn)
    problems = check(dsn)
    downgrade(dsn)
    upgrade(dsn)
    return problems + [f"after one step down and up: {problem}" for problem in check(dsn)]


def _config() -> Config:
    config = Config()
    location = str(Path(migrations.__file__).parent)
    config.set_main_option("script_location", location.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _locked(dsn: str, work: Callable[[Config], None]) -> None:
    def run(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        connection.execute(text("SELECT set_config('lock_timeout', :timeout, false)"), {"timeout": _LOCK_TIMEOUT})
        connection.commit()  # both last for the session; Alembic begins transactions of its own
        config = _config()
        config.attributes["connection"] = connection
        work(config)

    try:
        asyncio.run(_on_connection(dsn, run))
    except OSError as error:
        msg = f"the database does not answer: {error}"
        raise MigrationRefused(msg) from error
    except DBAPIError as error:
        msg = f"the migration stopped and its revision was rolled back: {error.orig}"
        raise MigrationRefused(msg) from error


async def _on_connection(dsn: str, work: Callable[[Connection], Answer]) -> Answer:
    options: dict[str, Any] = {"server_settings": {"application_name": "paydesk migrate"}}
    engine = create_async_engine(
        make_url(dsn).set(drivername="postgresql+asyncpg"), poolclass=NullPool, connect_args=options
    )
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()
