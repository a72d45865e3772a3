"""Whether a PostgreSQL may hold the books: it keeps what it has confirmed, and has the schema that we know."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

import asyncpg
from alembic.script import ScriptDirectory

from app.migrations import _config
from app.refusal import Refused
from app.settings import Environment

if TYPE_CHECKING:
    from app.settings import Settings

PATIENCE_SECONDS = 30.0
_CONNECT_SECONDS = 5
_PAUSE_SECONDS = 0.5
# Off, each of these lets PostgreSQL forget, after a power cut, payments that it has confirmed.
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
_AWAY = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError)
_SETTING = "SELECT current_setting($1)"


class DatabaseRefused(Refused):
    """The server must not work on this database; the message says what to do."""


class KnownRevisions:
    """The revisions that this release brings along."""

    def __init__(self) -> None:
        script = ScriptDirectory.from_config(_config())
        self.newest = script.get_current_head()
        self._known = {revision.revision for revision in script.walk_revisions()}

    def problem(self, current: str | None) -> str | None:
        """What is wrong with a database at this revision.

        One that we do not know is newer: old processes go on while a new release migrates.
        """
        if current == self.newest or (current is not None and current not in self._known):
            return None
        return f"the database is at revision {current or 'none'}, not at {self.newest}; run `paydesk migrate`"


async def current_revision(connection: asyncpg.Connection) -> str | None:
    """The revision of a database, None before the first migration."""
    try:
        return await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None


async def require_fit_database(settings: Settings, *, patience_seconds: float = PATIENCE_SECONDS) -> str:
    """The address of a database that answers and is fit; raise `DatabaseRefused` when there is none in time."""
    if settings.database_url is None:
        message = "there is no database; set DATABASE_URL"
        raise DatabaseRefused(message)
    connection = await _connection(settings.database_url, patience_seconds)
    try:
        problems = [] if settings.environment is Environment.TEST else await _forgetful(connection)
        problem = KnownRevisions().problem(await current_revision(connection))
    finally:
        await connection.close()
    problems += [] if problem is None else [problem]
    if problems:
        raise DatabaseRefused("; ".join(problems))
    return settings.database_url


async def _forgetful(connection: asyncpg.Connection) -> list[str]:
    values = {name: await connection.fetchval(_SETTING, name) for name in _DURABLE}
    return [
        f"PostgreSQL's {name} is off, so it would lose payments in a power cut; turn it on"
        for name, value in values.items()
        if value == "off"
    ]


async def _connection(dsn: str, patience_seconds: float) -> asyncpg.Connection:
    deadline = monotonic() + patience_seconds
    while True:
        try:
            return await asyncpg.connect(dsn, timeout=_CONNECT_SECONDS)
        except _AWAY as error:
            if monotonic() >= deadline:
                message = f"the database does not answer: {error or type(error).__name__}; is DATABASE_URL right?"
                raise DatabaseRefused(message) from error
        except asyncpg.PostgresError as error:
            message = f"the database refuses us: {error}"
            raise DatabaseRefused(message) from error
        await asyncio.sleep(_PAUSE_SECONDS)
